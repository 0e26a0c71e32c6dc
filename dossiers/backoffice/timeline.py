"""The timeline on a record's page: what was changed, when, by whom, and by which line of which import."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from admin_pages.users import get_actor_name
from dates.format import format_date
from dossiers.backoffice.imports.previews import Change
from dossiers.backoffice.labels import format_value
from dossiers.backoffice.merges.merge import find_merges_to_undo
from dossiers.forgetting import employers, former_contacts
from dossiers.forgetting.undone_merges import Period, find_erased_periods
from dossiers.line_names import split_line
from dossiers.models import Dossier
from dossiers.models.merges.merge import get_merge_reason
from dossiers.spreadsheets import provenance
from dossiers.spreadsheets.resources import RecordResource

EVER: Period = (datetime.min.replace(tzinfo=UTC), None)


@dataclass(frozen=True)
class ShownStep:
    """A change of a record, formatted for a page."""

    at: datetime
    day: str
    time: str
    what: str
    who: str
    source: str  # "lijst-november.xlsx, regel 12"
    source_url: str
    made: bool  # whether the record was created in this step
    changes: list[Change]


def timeline(resource: RecordResource, key: int, user: Any) -> list[ShownStep]:
    """Return the changes of a record, the most recent first, with a link to the import if the user may open it."""
    may_open = user.has_perm("dossiers.view_importrun")
    model = resource._meta.model
    is_dossier = model is Dossier
    dossier = Dossier.objects.filter(pk=key).only("reference", "anonymised_at").first() if is_dossier else None
    unchanged = _("Saved; data of a forgotten person was erased")
    periods = find_erased_periods(dossier.reference) if dossier else find_periods_of_contact(model, key)
    if dossier and dossier.anonymised_at:
        unchanged, periods = _("Changed; what changed was erased"), [EVER]
    return [
        shown_step(step, may_open, unchanged if is_in_period(step.at, periods) else "")
        for step in provenance.timeline(model, key, resource)
    ]


def add_undo_links(steps: list[ShownStep], dossier: Dossier, user: Any) -> list[ShownStep]:
    """Return the steps of a dossier with a link in each merge that the user may undo."""
    merges = find_merges_to_undo(user, dossier.pk)
    urls = {get_merge_reason(merge.reference): url for merge, url in reversed(merges)}
    return [
        replace(step, source=_("undo this merge"), source_url=urls.pop(step.what)) if step.what in urls else step
        for step in steps
    ]


def find_periods_of_contact(model: type[Model], key: int) -> list[Period]:
    """Return the period of which the history lost values because a contact was forgotten since."""
    kind = ContentType.objects.get_for_model(model)
    actions = (employers.LOG_ACTION, former_contacts.LOG_ACTION)
    entries = ModelLogEntry.objects.filter(content_type=kind, object_id=str(key), action__in=actions)
    last = entries.order_by("timestamp").last()
    return [(EVER[0], last.timestamp)] if last else []


def is_in_period(at: datetime, periods: Iterable[Period]) -> bool:
    return any(start <= at and (end is None or at <= end) for start, end in periods)


def shown_step(step: provenance.Step, may_open: bool, erased: str = "") -> ShownStep:
    """Format a change for a page; `may_open` adds a link to its import.

    `erased` says of a step without changes that they were erased from the history.
    """
    at = timezone.localtime(step.at)
    saved = _("Changed") if step.changes else erased or _("Saved without a change")
    if step.run and step.line is None:
        source = _("no longer in %(file)s") % {"file": step.run.file_name}
    elif step.run and step.line is not None:
        source = _("%(file)s, line %(line)s") % {"file": step.run.file_name, "line": step.run.name_lines([step.line])}
    else:
        source = _("line %(line)s of a list that is gone") % {"line": split_line(step.line)[-1]} if step.line else ""
    filled_in = [change.label for change in step.changes if change.is_filled_in]
    if filled_in:
        taken_over = _("filled in or answered when taking it over: %(fields)s")
        source += f"; {taken_over % {'fields': ', '.join(filled_in)}}"
    if step.emptied:
        emptied = _("emptied when taking it over: %(fields)s")
        source += f"; {emptied % {'fields': ', '.join(step.emptied)}}"
    return ShownStep(
        at=step.at,
        day=format_date(at),
        time=f"{at:%H:%M}",
        what=step.reason or {"+": _("Made"), "-": _("Deleted")}.get(step.kind, saved),
        who=get_actor_name(step.user),
        source=source,
        source_url=reverse("dossiers_import", args=[step.run.pk]) if step.run and may_open else "",
        made=step.kind == "+",
        changes=[Change(change.label, format_value(change.old), format_value(change.new)) for change in step.changes],
    )
