"""The rows of a bulk change, formatted for a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.labels import NOTHING, format_value
from dossiers.backoffice.later_deletions import LaterDeletion, find_later_deletions
from dossiers.bulk_changes.available_fields import get_field, get_fields
from dossiers.bulk_changes.fields import BulkField, StatusField, to_hashable
from dossiers.models import BulkChange, BulkRow
from dossiers.models.imports.import_row import GONE
from dossiers.spreadsheets.undo.earlier_changes import EarlierChanges
from dossiers.spreadsheets.undo.reasons import CREATOR_UNDONE, MERGED, REASONS, RESTORED
from dossiers.spreadsheets.undo.statuses import find_closing_reasons, find_later_reasons


@dataclass(frozen=True)
class ShownLine:
    """A record with the old and the new value, and the reasons of a refusal."""

    who: str
    url: str
    old: str
    new: str
    why: list[str]
    deletion: LaterDeletion | None  # after the undo
    related: str  # the change of another field that comes with it
    now: str  # the present value, after the undo


def build_shown_lines(change: BulkChange, rows: Sequence[BulkRow], *, of_undo: bool) -> list[ShownLine]:
    """Return the rows of one page, with what the change or its undo does to the values."""
    field = get_field(change)
    there: Any = change.model._default_manager.prefetch_related(*field.related)
    records = there.in_bulk([row.record_id for row in rows])
    present_values: dict[int, str] = {}
    if change.state == BulkChange.State.UNDONE:
        values = [field.get_value(record) for record in records.values()]
        present_values = dict(zip(records, format_values(field, values), strict=True))
    deletions = find_later_deletions(change.model, {row.record_id for row in rows} - records.keys())
    olds, news = format_values(field, [row.old for row in rows]), format_values(field, [row.new for row in rows])
    corrected = gettext("The former value is from the time of a merge that was undone since.")
    if of_undo:
        corrected = gettext("An older value: the former one is from the time of a merge that was undone since.")
        olds, news = news, format_values(field, [row.restored_value for row in rows])
    related = _describe_closing_reasons(change, rows, records, of_undo=of_undo)
    lines = []
    for row, old, new in zip(rows, olds, news, strict=True):
        record, deletion = records.get(row.record_id), deletions.get(row.record_id)
        is_hidden = row.is_old_corrected and not of_undo
        notes = [corrected if row.is_old_corrected else "", "" if is_hidden else related.get(row.record_id, "")]
        is_merged = row.kept == MERGED and deletion is not None and deletion.merged_into is not None
        reason = RESTORED if record and row.kept == GONE else row.kept
        is_gone_since = deletion and row.kept not in (CREATOR_UNDONE, GONE)
        lines.append(
            ShownLine(
                record.heading if record else deletion.name if deletion else NOTHING,
                get_record_url(record) if record else "",
                "…" if is_hidden else old,
                new,
                [*row.refusals, *([str(REASONS.get(reason, reason))] if reason and not is_merged else [])],
                deletion if is_gone_since else None,
                " ".join(filter(None, notes)),
                present_values.get(row.record_id, ""),
            )
        )
    return lines


def find_lost_reasons(change: BulkChange, rows: Sequence[BulkRow]) -> set[int]:
    """Return the records that the undo of a status opens, so that the closing reason that was filled in since goes."""
    opened = {row.record_id for row in rows if change.model.is_opened(row.new, row.restored_value)}  # type: ignore[attr-defined]
    return find_later_reasons(change, change.model, opened)


def _describe_closing_reasons(
    change: BulkChange, rows: Sequence[BulkRow], records: dict[int, Any], *, of_undo: bool
) -> dict[int, str]:
    """Return how the closing reason of each record changes with its status, and that it leaves the archive.

    The records are not saved.
    """
    field = get_field(change)
    if not isinstance(field, StatusField):
        return {}
    there = [row for row in rows if row.record_id in records and (of_undo or row.action == BulkRow.Action.CHANGES)]
    values = [
        (records[row.record_id], *((row.new, row.restored_value) if of_undo else (row.old, row.new))) for row in there
    ]
    if at := change.undone_at if of_undo else change.applied_at:  # show what happened then
        former = find_closing_reasons(change.model, [row.record_id for row in there], at)
        for record, _old, _new in values:
            record.closing_reason_id = former.get(record.pk)
    olds = [record.closing_reason_id for record, _old, _new in values]
    if of_undo:
        field.restore_related(values, EarlierChanges(change, change.model))
    archived = [record for record, _old, _new in values if record.archived_at]
    for record, _old, new in values:
        field.set_value(record, new)
    reasons = get_fields(change.model)["closing_reason"]
    news = [record.closing_reason_id for record, _old, _new in values]
    texts = zip(values, format_values(reasons, olds), format_values(reasons, news), strict=True)
    described = {record.pk: f"{reasons.label}: {old} → {new}" for (record, *_status), old, new in texts if old != new}
    for key in find_lost_reasons(change, rows) & described.keys() if of_undo else ():
        described[key] += f". {gettext('The closing reason that was filled in since goes with the status.')}"
    for record in archived:
        if not record.archived_at:
            leaves = gettext("It comes back from the archive.")
            described[record.pk] = f"{described[record.pk]}. {leaves}" if record.pk in described else leaves
    return described


def format_values(field: BulkField, values: Sequence[Any]) -> list[str]:
    """Return each value as text."""
    known = field.describe_values(values)
    return [format_value(known[to_hashable(value)]) for value in values]
