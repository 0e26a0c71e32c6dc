"""The numbers on a coordinator's desk: each says how many there are, and opens the list of exactly those."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.backoffice.activity.subjects import list_of
from dossiers.backoffice.cached_counts import counted
from dossiers.figures import Scope
from dossiers.figures.funnel import people_at_work
from dossiers.models import (
    CLOSED_STATUSES,
    Dossier,
    EmployerInterest,
    Finding,
    FollowUp,
    ImportRun,
    InterestStatus,
    Placement,
    Status,
    Step,
)
from dossiers.models.dossiers.readiness import CODES
from dossiers.reports.cached_counts import Remembered, name_of_waits

SOON = timedelta(weeks=6)
RUNNING = (ImportRun.State.READING, ImportRun.State.APPLYING, ImportRun.State.UNDOING)
UNFINISHED = ImportRun.OPEN
OPEN_DOSSIERS = tuple(status for status in Status if status not in CLOSED_STATUSES)


@dataclass(frozen=True)
class Tile:
    label: str | Promise
    count: int
    url: str
    urgent: bool = False  # somebody waits for it


def imports_in(*states: str) -> str:
    return f"{reverse('dossiers_imports')}?{urlencode({'state': states}, doseq=True)}"


def ends_soon(field: str, day: date) -> dict[str, str]:
    """The query of a filter from `day` on, for as long as is soon."""
    return {f"{field}_from": day.isoformat(), f"{field}_to": (day + SOON).isoformat()}


def _actions(user: Any, day: date) -> Iterator[Tile]:
    due = FollowUp.objects.visible_to(user).due(day)
    counts = due.aggregate(mine=Count("pk", Q(owner=user)), nobodys=Count("pk", Q(owner=None)))
    yield Tile(_("Your actions for today"), counts["mine"], list_of(FollowUp, due="true", owner=user.pk), urgent=True)
    nobodys = list_of(FollowUp, due="true", without_owner="true")
    yield Tile(_("Actions for today of nobody"), counts["nobodys"], nobodys, urgent=True)


def _interests(user: Any, day: date) -> Iterator[Tile]:
    interests = EmployerInterest.objects.visible_to(user)
    yield Tile(
        _("New sign-ups"), interests.to_take_over().count(), list_of(EmployerInterest, to_take_over="true"), urgent=True
    )
    new = interests.filter(status=InterestStatus.NEW).count()
    yield Tile(_("Interests nobody called about yet"), new, list_of(EmployerInterest, status=InterestStatus.NEW.value))


def _imports(user: Any, day: date) -> Iterator[Tile]:
    runs = ImportRun.objects.visible_to(user)
    waiting = runs.waiting().count()
    yield Tile(_("Lists from partners that wait"), waiting, imports_in(ImportRun.State.SENT), urgent=True)
    yield Tile(_("Imports that run"), runs.filter(state__in=RUNNING).count(), imports_in(*RUNNING))
    yield Tile(_("Imports not finished"), runs.filter(state__in=UNFINISHED).count(), imports_in(*UNFINISHED))


def _findings(user: Any, day: date) -> Iterator[Tile]:
    drafts = Finding.objects.visible_to(user).drafts().count()
    yield Tile(_("Findings to confirm"), drafts, list_of(Finding, draft="true"))


def _dossiers(user: Any, day: date) -> Iterator[Tile]:
    working = people_at_work(Scope(end=day)).records.values("pk")
    at_work = Dossier.objects.visible_to(user).filter(pk__in=working)
    yield Tile(_("People at work"), at_work.count(), list_of(Dossier, at_work="true"))
    dossiers = Dossier.objects.visible_to(user).open().filter(document_expires_on__range=(day, day + SOON))
    query = ends_soon("document_expires_on", day)
    url = list_of(Dossier, status=[status.value for status in OPEN_DOSSIERS], **query)
    yield Tile(_("Documents that end within six weeks"), dossiers.count(), url, urgent=True)
    without = Dossier.objects.visible_to(user).open().filter(coordinator=None).count()
    url = list_of(Dossier, status=[status.value for status in OPEN_DOSSIERS], without_coordinator="true")
    yield Tile(_("Dossiers without a coordinator"), without, url)


def _placements(user: Any, day: date) -> Iterator[Tile]:
    going_on = (Step.PERMIT_GRANTED, Step.WORKING)
    placements = Placement.objects.visible_to(user).filter(
        status__in=going_on, permit_valid_until__range=(day, day + SOON)
    )
    query = {"status": [step.value for step in going_on], **ends_soon("permit_valid_until", day)}
    yield Tile(_("Permits that end within six weeks"), placements.count(), list_of(Placement, **query), urgent=True)


# permission: the tiles for who has it
TILES: dict[str, Callable[[Any, date], Iterator[Tile]]] = {
    "dossiers.view_followup": _actions,
    "dossiers.view_employerinterest": _interests,
    "dossiers.view_importrun": _imports,
    "dossiers.view_dossier": _dossiers,
    "dossiers.view_placement": _placements,
    "dossiers.view_finding": _findings,
}


def tiles(user: Any, day: date) -> list[Tile]:
    """What that user may see, in the order of the table; those that count nothing too."""
    return [tile for permission, make in TILES.items() if user.has_perm(permission) for tile in make(user, day)]


def waits_for(user: Any, day: date) -> Remembered:
    """For what open dossiers wait, as tiles; a dossier can wait for several things."""
    if not user.has_perm("dossiers.view_dossier"):  # who has it sees all
        return Remembered([])
    count = counted(name_of_waits(day))
    made = [Tile(label, count.value[code], list_of(Dossier, missing=code)) for code, label in CODES.items()]
    return Remembered(made, count.counted_at)
