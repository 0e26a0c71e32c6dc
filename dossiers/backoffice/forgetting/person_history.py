"""Lists the changes of a person's dossier and of the records about the person, for the file with all data.

While another dossier was merged with this one by mistake, its history has the data of somebody else. Of that time only
values are shown that the dossier had before or still has; the others are left out of later changes too, such as those
that corrected them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from operator import attrgetter, itemgetter
from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext

from admin_pages.users import get_actor_name
from dates.format import format_datetime
from dossiers.backoffice.labels import NOTHING, format_value
from dossiers.backoffice.timeline import ShownStep, is_in_period, timeline
from dossiers.forgetting.personal_data import Person
from dossiers.forgetting.undone_merges import Period, find_merged_periods
from dossiers.models import ContactMoment, Expense, Finding, FollowUp, Merge, Placement, Step
from dossiers.spreadsheets.resources import DossierResource

Line = tuple[str, str, str]  # day or "", what, value
RECORD_FIELDS: dict[type[Model], tuple[str, ...]] = {
    Placement: (
        *("kind", "status", "hours_per_week", "wage_agreed", "permit_valid_until"),
        *("candidate_agreed_on", "candidate_declined_on", "shared_on", "permit_refused_on"),
        *(step.date_field for step in Step),
        *("end_reason", "notes"),
    ),
    ContactMoment: ("kind", "held_on", "text"),
    Finding: ("side", "category", "description", "tried", "result", "noticed_on", "solved_on"),
    FollowUp: ("text", "due_on", "done_at", "done_note"),
    Expense: ("category", "spent_on", "description", "hours", "rate", "amount"),
}
"""The fields with data of the person in the records about a dossier."""


def get_dossier_history(reference: str, key: int, user: AbstractUser) -> Iterator[Line]:
    """Yield the changes of a dossier, the last first."""
    periods = find_merged_periods(reference)
    steps = timeline(cast(Any, DossierResource(out_of_use=True)), key, user)
    foreign = _find_foreign_lines(steps, periods)

    def is_foreign(label: str, value: str) -> bool:
        return any(line in value for line in foreign[label])

    for step in steps:
        changes = [
            format_change(
                change.label,
                *(
                    gettext("not shown") if is_foreign(change.label, value) else value
                    for value in (change.old, change.new)
                ),
            )
            for change in step.changes
            if not (is_in_period(step.at, periods) and is_foreign(change.label, change.new))
        ]
        if len(changes) < len(step.changes):
            changes.append(gettext("not shown: another dossier was merged with this one at the time"))
        yield (
            f"{step.day} {step.time}",
            " · ".join(filter(None, [step.what, step.who, step.source])),
            "; ".join(changes),
        )


def _find_foreign_lines(steps: Sequence[ShownStep], periods: list[Period]) -> dict[str, set[str]]:
    """Return, by label, the lines of values from these periods that the dossier had neither before nor has now.

    What it still has is in the file anyway. `steps` begin with the last one.
    """
    own: dict[str, set[str]] = defaultdict(lambda: {NOTHING})
    foreign: dict[str, set[str]] = defaultdict(set)
    last_values = {change.label: change.new for step in reversed(steps) for change in step.changes}
    for step in reversed(steps):
        for change in step.changes:
            lines = _split_lines(change.new)
            if is_in_period(step.at, periods):
                foreign[change.label] |= lines - own[change.label] - _split_lines(last_values[change.label])
            else:
                own[change.label] |= lines
    return foreign


def _split_lines(value: str) -> set[str]:
    return {line for line in value.splitlines() if line.strip()}


def get_record_history(person: Person) -> Iterator[Line]:
    """Yield the changes of the records about a person, the last first, and all versions of those that were deleted.

    A version from when the record was about somebody else is left out, unless the dossier of this person was merged
    into another one then: the merge took the record along, and changes of that time are still of this person's record.
    """
    merges = Merge.objects.find_undone(person.references)
    merged_periods = [(merge.applied_at, merge.undone_at) for merge in merges if merge.applied_at]
    kinds = {"+": gettext("Made"), "-": gettext("Deleted"), "~": gettext("Changed")}
    lines: list[tuple[datetime, Line]] = []
    for model, names in RECORD_FIELDS.items():
        label = model._meta.label
        existing = set(person.records(label).values_list("pk", flat=True))
        steps = cast(Any, model).history.filter(id__in=person.get_own_keys(label)).select_related("history_user")
        for key, group in groupby(steps.order_by("id", "history_date", "history_id"), key=attrgetter("id")):
            versions: list[Any] = []
            for step in group:
                is_own = step.dossier_id in person.keys or getattr(step, "placement_id", None) in person.placements
                if is_own or (versions and is_in_period(step.history_date, merged_periods)):
                    versions.append(step)
            for old, new in pairwise([None, *versions]):
                is_deletion = new.history_type == "-"
                if old is None and key in existing:
                    continue
                values = [
                    (name, get_shown_value(old, name) if old else NOTHING, get_shown_value(new, name))
                    for name in (() if is_deletion else names)
                ]
                changes = [format_change(get_label(new, name), *pair) for name, *pair in values if pair[0] != pair[1]]
                if changes or is_deletion:
                    title = f"{capfirst(str(model._meta.verbose_name))} {getattr(new, 'reference', '')}".rstrip()
                    what = new.history_change_reason or kinds[new.history_type]
                    what = f"{title}. {what} · {get_actor_name(new.history_user)}"
                    lines.append((new.history_date, (format_datetime(new.history_date), what, "; ".join(changes))))
    yield from (line for _at, line in sorted(lines, key=itemgetter(0), reverse=True))


def format_change(label: str, old: str, new: str) -> str:
    """Return a change as "label: old → new", without the old value where it was empty or is not another."""
    return f"{label}: {new}" if old in (NOTHING, new) else f"{label}: {old} → {new}"


def get_shown_value(record: Any, name: str) -> str:
    """Return the value of a field as text; a dash for none."""
    display = getattr(record, f"get_{name}_display", None)
    return format_value(display() if display else getattr(record, name))


def get_label(model: Any, name: str) -> str:
    return capfirst(str(model._meta.get_field(name).verbose_name))
