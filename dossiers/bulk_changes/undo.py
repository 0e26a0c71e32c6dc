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
            BulkRow.objects.bulk_update([row for row in batch if row.kept], ["kept"])
            done += len(batch)
            progress.report(done, total)

    change_sets.undo(change, restore)


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
