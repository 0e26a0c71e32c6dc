"""Undoes a bulk change, except for records that were changed since or where a rule forbids the old value."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import change_sets
from dossiers.bulk_changes.apply import lock_records
from dossiers.bulk_changes.available_fields import get_field
from dossiers.bulk_changes.bulk_save import save_records
from dossiers.bulk_changes.fields import BulkField
from dossiers.bulk_changes.preview import BATCH
from dossiers.bulk_changes.validators import find_refusals
from dossiers.models import BulkChange, BulkRow, Merge
from dossiers.progress import Progress
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.undo.reasons import EDITED, GONE, MERGED, reason_text


def undo(change: BulkChange) -> None:
    """Undo the change, and store for each row that is left the reason why. Safe to call twice."""

    def restore(progress: Progress) -> None:
        field, done = get_field(change), 0
        total = change.rows.filter(action=BulkRow.Action.CHANGES).count()
        reason = _("%(change)s undone") % {"change": change}
        for batch in batched(_get_changed_rows(change), BATCH):
            back = [(record, row.old) for row, record in _iterate_judged_rows(change, field, batch) if not row.kept]
            save_records(field, back, change.undone_by, reason)
            kept_rows = [row for row in batch if row.kept]
            BulkRow.objects.bulk_update(kept_rows, ["kept"])
            _replace_former_values(change, kept_rows)
            done += len(batch)
            progress.report(done, total)

    change_sets.undo(change, restore)


def _replace_former_values(change: BulkChange, kept_rows: list[BulkRow]) -> None:
    """Let the undo of the next bulk change of a record restore the value before this change, not the value of it."""
    kept_by_record = {row.record_id: row for row in kept_rows}
    later = BulkChange.objects.filter(kind=change.kind, field=change.field, applied_at__gt=change.applied_at)
    later_rows = BulkRow.objects.filter(
        change__in=later.exclude(state=BulkChange.State.UNDONE),
        action=BulkRow.Action.CHANGES,
        record_id__in=list(kept_by_record),
    )
    replaced = []
    for row in later_rows.order_by("change__applied_at"):
        kept_row = kept_by_record.pop(row.record_id, None)
        if kept_row and row.old == kept_row.new:
            row.old = kept_row.old
            replaced.append(row)
    BulkRow.objects.bulk_update(replaced, ["old"])


def find_kept_rows(change: BulkChange) -> dict[int, str]:
    """Return {key of a row: reason} of the rows that an undo would leave; nothing is saved."""
    reasons: dict[int, str] = {}
    with transaction.atomic():
        for batch in batched(_get_changed_rows(change), BATCH):
            reasons |= {
                row.pk: row.kept for row, _record in _iterate_judged_rows(change, get_field(change), batch) if row.kept
            }
    return reasons


def _get_changed_rows(change: BulkChange) -> Iterator[BulkRow]:
    return change.rows.filter(action=BulkRow.Action.CHANGES).iterator(BATCH)


def _iterate_judged_rows(change: BulkChange, field: BulkField, rows: list[BulkRow]) -> Iterator[tuple[BulkRow, Any]]:
    records = lock_records(change, rows)
    absent = {row.record_id for row in rows} - records.keys()
    merged = Merge.objects.find_merged(change.model, absent)
    for row in rows:
        record = records.get(row.record_id)
        if record is None:
            row.kept = reason_text(MERGED if row.record_id in merged else GONE)
        elif field.now(record) != row.new:
            row.kept = reason_text(EDITED)
        elif not field.can_be_restored(record, row.old):
            row.kept = " ".join(find_refusals(field, record, row.old))
        yield row, record
