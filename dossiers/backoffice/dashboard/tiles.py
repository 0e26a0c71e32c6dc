"""The tiles of the dashboard: each shows a count and links to the list of exactly the counted records."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from admin_pages.tiles import Tile
from dossiers.backoffice.activity.subjects import get_list_url
from dossiers.backoffice.cached_counts import get_cached_count
from dossiers.figures import Scope
from dossiers.figures.employers import was_spoken_with
from dossiers.figures.funnel import people_at_work
from dossiers.filters.archive import ALSO
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
from dossiers.models.activity.follow_up import IS_UNASSIGNED
from dossiers.models.dossiers.dossier import HAS_NO_COORDINATOR
from dossiers.models.dossiers.readiness import CODES
from dossiers.reports.cached_counts import CachedCount, get_waiting_key

SOON_WITHIN = timedelta(weeks=6)
RUNNING_STATES = (ImportRun.State.READING, ImportRun.State.APPLYING, ImportRun.State.UNDOING)
UNFINISHED_STATES = ImportRun.OPEN
OPEN_STATUSES = tuple(status for status in Status if status not in CLOSED_STATUSES)


def get_imports_url(*states: str) -> str:
    return f"{reverse('dossiers_imports')}?{urlencode({'state': states}, doseq=True)}"


def get_ends_soon_query(field: str, day: date) -> dict[str, str]:
    """Return the filter of a date field for the next six weeks."""
    return {f"{field}_from": day.isoformat(), f"{field}_to": (day + SOON_WITHIN).isoformat()}


def build_action_tiles(user: Any, day: date) -> Iterator[Tile]:
    due = FollowUp.objects.visible_to(user).due(day)
    counts = due.aggregate(mine=Count("pk", Q(owner=user)), nobodys=Count("pk", IS_UNASSIGNED))
    yield Tile(
        _("Your actions for today"), counts["mine"], get_list_url(FollowUp, due="true", owner=user.pk), urgent=True
    )
    nobodys = get_list_url(FollowUp, due="true", without_owner="true")
    yield Tile(_("Actions for today of nobody"), counts["nobodys"], nobodys, urgent=True)


def build_interest_tiles(user: Any, day: date) -> Iterator[Tile]:
    interests = EmployerInterest.objects.visible_to(user)
    yield Tile(
        _("New sign-ups"),
        interests.to_take_over().count(),
        get_list_url(EmployerInterest, to_take_over="true"),
        urgent=True,
    )
    # "matched" among them: a mail that proposes a candidate gives it, and says nothing about a talk
    statuses = [InterestStatus.NEW.value, InterestStatus.MATCHED.value]
    not_called = interests.filter(~was_spoken_with(Scope(end=day)), status__in=statuses)
    url = get_list_url(EmployerInterest, status=statuses, spoken_with="false")
    yield Tile(_("Interests nobody spoke about yet"), not_called.count(), url)


def build_import_tiles(user: Any, day: date) -> Iterator[Tile]:
    counts = ImportRun.objects.visible_to(user).aggregate(
        waiting=Count("pk", Q(state=ImportRun.State.SENT)),
        running=Count("pk", Q(state__in=RUNNING_STATES)),
        unfinished=Count("pk", Q(state__in=UNFINISHED_STATES)),
    )
    waiting = get_imports_url(ImportRun.State.SENT)
    yield Tile(_("Lists from partners that wait"), counts["waiting"], waiting, urgent=True)
    yield Tile(_("Imports that run"), counts["running"], get_imports_url(*RUNNING_STATES))
    yield Tile(_("Imports not finished"), counts["unfinished"], get_imports_url(*UNFINISHED_STATES))


def build_finding_tiles(user: Any, day: date) -> Iterator[Tile]:
    drafts = Finding.objects.visible_to(user).drafts().count()
    yield Tile(_("Findings to confirm"), drafts, get_list_url(Finding, draft="true"))


def build_dossier_tiles(user: Any, day: date) -> Iterator[Tile]:
    working = people_at_work(Scope(end=day)).records.values("pk")
    at_work = Dossier.objects.visible_to(user).filter(pk__in=working)
    yield Tile(_("People at work"), at_work.count(), get_list_url(Dossier, at_work="true", archive=ALSO))
    counts = (
        Dossier.objects.visible_to(user)
        .open()
        .aggregate(
            ending=Count("pk", Q(document_expires_on__range=(day, day + SOON_WITHIN))),
            without=Count("pk", HAS_NO_COORDINATOR),
        )
    )
    query = get_ends_soon_query("document_expires_on", day)
    url = get_list_url(Dossier, status=[status.value for status in OPEN_STATUSES], **query)
    yield Tile(_("Documents that end within six weeks"), counts["ending"], url, urgent=True)
    url = get_list_url(Dossier, status=[status.value for status in OPEN_STATUSES], without_coordinator="true")
    yield Tile(_("Dossiers without an active coordinator"), counts["without"], url)


def build_placement_tiles(user: Any, day: date) -> Iterator[Tile]:
    going_on = (Step.PERMIT_GRANTED, Step.WORKING)
    placements = Placement.objects.visible_to(user).filter(
        status__in=going_on, permit_valid_until__range=(day, day + SOON_WITHIN)
    )
    query = {"status": [step.value for step in going_on], **get_ends_soon_query("permit_valid_until", day)}
    yield Tile(
        _("Permits that end within six weeks"), placements.count(), get_list_url(Placement, **query), urgent=True
    )


# The key is the permission that a user needs for the tiles.
TILE_BUILDERS: dict[str, Callable[[Any, date], Iterator[Tile]]] = {
    "dossiers.view_followup": build_action_tiles,
    "dossiers.view_employerinterest": build_interest_tiles,
    "dossiers.view_importrun": build_import_tiles,
    "dossiers.view_dossier": build_dossier_tiles,
    "dossiers.view_placement": build_placement_tiles,
    "dossiers.view_finding": build_finding_tiles,
}


def build_tiles(user: Any, day: date) -> list[Tile]:
    """Return the tiles that the user may see, including those with a count of 0."""
    return [tile for permission, make in TILE_BUILDERS.items() if user.has_perm(permission) for tile in make(user, day)]


def build_waiting_tiles(user: Any, day: date) -> CachedCount:
    """Return a tile for each requirement with the number of open dossiers that wait for it.

    A dossier may wait for several requirements.
    """
    if not user.has_perm(
        "dossiers.view_dossier"
    ):  # this permission covers all dossiers, so the counts can be shared between users
        return CachedCount([])
    count = get_cached_count(get_waiting_key(day))
    waiting_tiles = [
        Tile(label, count.value[code], get_list_url(Dossier, missing=code))
        for code, label in CODES.items()
        if code in count.value  # a count that an earlier version of the software cached lacks a newer requirement
    ]
    return CachedCount(waiting_tiles, count.counted_at)
