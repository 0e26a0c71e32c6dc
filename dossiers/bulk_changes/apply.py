"""Applies a bulk change in one transaction, only if the selection and its records are as the preview showed them."""

from datetime import datetime
from functools import partial
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dossiers import change_sets
from dossiers.bulk_changes.available_fields import get_field
from dossiers.bulk_changes.bulk_save import save_records
from dossiers.bulk_changes.preview import BATCH, get_records, stage
from dossiers.bulk_changes.validators import find_refusals
from dossiers.models import BulkChange, BulkRow
from dossiers.models.bulk_change import PREVIEW_EXPIRED
from dossiers.progress import Progress
from dossiers.spreadsheets.batches import batched

State = BulkChange.State


class SelectionChanged(Exception):
    """Raised if the selection or a record in it has changed since the preview."""


class PreviewExpired(Exception):
    """Raised if the rows of the preview were deleted."""


def apply(change: BulkChange) -> None:
    """Apply the change, or preview it again with a reason if something has changed. Safe to call twice."""
    try:
        change_sets.apply(change, partial(_write, change))
    except SelectionChanged:
        change.refresh_from_db()
        reason = _("The list or a record in it changed since you looked. This is how it is now: look again.")
        if change.claim(State.APPLYING, State.PREPARING, reason=reason):
            stage(change)
    except PreviewExpired:
        change.refresh_from_db()
        change.claim(State.APPLYING, State.PREVIEWED, query="", count=0, reason=str(PREVIEW_EXPIRED))


def _write(change: BulkChange, progress: Progress) -> None:
    shown = dict(change.rows.values_list("record_id", "seen_at"))
    if not shown:
        raise PreviewExpired
    if shown != dict(get_records(change).order_by().values_list("pk", "changed_at")):
        raise SelectionChanged
    field, rows, done = get_field(change), change.rows.filter(action=BulkRow.Action.CHANGES), 0
    total, at = rows.count(), cast(datetime, change.applied_at)
    for batch in batched(rows.iterator(BATCH), BATCH):
        records = lock_records(change, batch)
        for row in batch:
            record = records.get(row.record_id)
            if record is None or record.changed_at != row.seen_at or find_refusals(field, record, row.new):
                raise SelectionChanged
        # An undo compares the new values with the records, so NOW in them is replaced by the moment of writing.
        resolved = [row for row in batch if field.resolve_now(row.new, at) != row.new]
        for row in resolved:
            row.new = field.resolve_now(row.new, at)
        BulkRow.objects.bulk_update(resolved, ["new"])
        save_records(field, [(records[row.record_id], row.new) for row in batch], change.user, str(change))
        done += len(batch)
        progress.report(done, total)
    change.query = change.reason = ""  # an earlier attempt may have been refused
    change.save(update_fields=["query", "reason"])


def lock_records(change: BulkChange, rows: list[BulkRow]) -> dict[int, Any]:
    """Return the records of the rows by key, locked until this transaction ends."""
    records: QuerySet = change.model._default_manager.select_for_update().filter(pk__in=[row.record_id for row in rows])
    return records.prefetch_related(*get_field(change).related).in_bulk()
