"""Writes what a preview showed, in one transaction: exactly those records, and each as it was then, or nothing."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.bulk_changes.available_fields import field_of
from dossiers.bulk_changes.bulk_save import write
from dossiers.bulk_changes.fields import BulkField
from dossiers.bulk_changes.preview import BATCH, records_of, stage
from dossiers.bulk_changes.validators import refusals
from dossiers.models import BulkChange, BulkRow
from dossiers.models.bulk_change import BEGIN_ANEW
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.imports.apply import acquire_apply_lock
from dossiers.spreadsheets.progress import Progress

State = BulkChange.State


class Moved(Exception):
    """The set, or a record in it, is not as it was shown; nothing was written."""


class Forgotten(Exception):
    """What was shown is not kept any more; nothing was written."""


def apply(change: BulkChange) -> None:
    """Write a change that is being applied; shown again, with the reason, where something moved. Safe to call twice."""
    progress = Progress(change.pk, "bulk")
    try:
        with transaction.atomic():
            acquire_apply_lock()
            at = timezone.now()
            if not change.claim(State.APPLYING, State.APPLIED, applied_at=at, reason=""):
                return
            _same_set(change)
            _write(change, at, progress)
            BulkChange.objects.filter(pk=change.pk).update(query="")
    except Moved:
        reason = _("The list or a record in it changed since you looked. This is how it is now: look again.")
        if change.claim(State.APPLYING, State.PREPARING, reason=reason):
            stage(change)
    except Forgotten:
        change.claim(State.APPLYING, State.PREVIEWED, query="", count=0, reason=str(BEGIN_ANEW))
    finally:
        progress.forget()
    change.refresh_from_db()


def _same_set(change: BulkChange) -> None:
    """Raises Moved when other records fit now, or one was saved since; Forgotten when no record is known any more."""
    shown = dict(change.rows.values_list("record_id", "seen_at"))
    if not shown:
        raise Forgotten
    if shown != dict(records_of(change).order_by().values_list("pk", "changed_at")):
        raise Moved


def _write(change: BulkChange, at: datetime, progress: Progress) -> None:
    field, rows, done = field_of(change), change.rows.filter(action=BulkRow.Action.CHANGES), 0
    total = rows.count()
    for batch in batched(rows.iterator(BATCH), BATCH):
        records = locked(change, batch)
        if not all(_as_shown(field, row, records.get(row.record_id)) for row in batch):
            raise Moved
        _fill_in(field, batch, at)
        write(field, [(records[row.record_id], row.new) for row in batch], change.user, str(change))
        done += len(batch)
        progress.report(done, total)


def _fill_in(field: BulkField, rows: list[BulkRow], at: datetime) -> None:
    """Let their new values hold that moment where they wait for it: an undo compares with what was written."""
    filled = [row for row in rows if field.at_last(row.new, at) != row.new]
    for row in filled:
        row.new = field.at_last(row.new, at)
    BulkRow.objects.bulk_update(filled, ["new"])


def _as_shown(field: BulkField, row: BulkRow, record: Any) -> bool:
    """Whether this record is still there, as it was at the preview, and no rule came in between."""
    return record is not None and record.changed_at == row.seen_at and not refusals(field, record, row.new)


def locked(change: BulkChange, rows: list[BulkRow]) -> dict[int, Any]:
    """Their records, by key, which nobody else changes before this transaction ends."""
    records: QuerySet = change.model._default_manager.select_for_update().filter(pk__in=[row.record_id for row in rows])
    return records.prefetch_related(*field_of(change).related).in_bulk()
