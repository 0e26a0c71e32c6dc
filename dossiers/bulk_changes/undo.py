"""Gives back what a bulk change took, except where somebody changed it since or a rule forbids it."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.bulk_changes.apply import locked
from dossiers.bulk_changes.available_fields import field_of
from dossiers.bulk_changes.bulk_save import write
from dossiers.bulk_changes.fields import BulkField
from dossiers.bulk_changes.preview import BATCH
from dossiers.bulk_changes.validators import refusals
from dossiers.models import BulkChange, BulkRow
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.imports.apply import acquire_apply_lock
from dossiers.spreadsheets.progress import Progress

State = BulkChange.State


def undo(change: BulkChange, user: User | None) -> None:
    """Take back a change that is being undone; each record that stays is told why. Safe to call twice."""
    progress = Progress(change.pk, "bulk")
    try:
        with transaction.atomic():
            acquire_apply_lock()
            if not change.claim(State.UNDOING, State.UNDONE, undone_at=timezone.now(), undone_by=user):
                return
            _take_back(change, user, progress)
    finally:
        progress.forget()
    change.refresh_from_db()


def staying(change: BulkChange) -> dict[int, str]:
    """{key of a row: why} of what an undo would leave now; nothing is saved."""
    reasons: dict[int, str] = {}
    with transaction.atomic():
        for batch in batched(_changed(change), BATCH):
            reasons |= {row.pk: row.kept for row, _record in _judged(change, field_of(change), batch) if row.kept}
    return reasons


def _changed(change: BulkChange) -> Iterator[BulkRow]:
    return change.rows.filter(action=BulkRow.Action.CHANGES).iterator(BATCH)


def _take_back(change: BulkChange, user: User | None, progress: Progress) -> None:
    field, done = field_of(change), 0
    total = change.rows.filter(action=BulkRow.Action.CHANGES).count()
    reason = _("%(change)s undone") % {"change": change}
    for batch in batched(_changed(change), BATCH):
        back = [(record, row.old) for row, record in _judged(change, field, batch) if not row.kept]
        write(field, back, user, reason)
        BulkRow.objects.bulk_update([row for row in batch if row.kept], ["kept"])
        done += len(batch)
        progress.report(done, total)


def _judged(change: BulkChange, field: BulkField, rows: list[BulkRow]) -> Iterator[tuple[BulkRow, Any]]:
    records = locked(change, rows)
    for row in rows:
        record = records.get(row.record_id)
        if record is None:
            row.kept = _("deleted since")
        elif field.now(record) != row.new:
            row.kept = _("changed since")
        elif not field.came_of_itself(record, row.old):
            row.kept = " ".join(refusals(field, record, row.old))
        yield row, record
