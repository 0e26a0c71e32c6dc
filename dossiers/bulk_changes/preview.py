"""Creates the preview of a bulk change: the old and the new value of each record in the user's list."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict

from dossiers.bulk_changes.available_fields import get_field
from dossiers.bulk_changes.validators import find_refusals
from dossiers.models import BulkChange, BulkRow
from dossiers.progress import Progress
from dossiers.spreadsheets.batches import batched

BATCH = 500
State = BulkChange.State


def get_records(change: BulkChange) -> QuerySet:
    """Return the current records of the change's list, as its user sees it."""
    # The model has a reference to its viewset, because this package must not import the backoffice.
    viewset: Any = change.model.snippet_viewset  # type: ignore[attr-defined]
    records: QuerySet = viewset.build_list_view(change.user or AnonymousUser(), QueryDict(change.query)).get_queryset()
    return records


def stage(change: BulkChange) -> None:
    """Create the preview, or create it again. Safe to call twice."""
    progress = Progress.of(change)
    try:
        with transaction.atomic():
            records, done = get_records(change), 0
            total = records.order_by().count()
            change.rows.all().delete()
            field = get_field(change)
            for batch in batched(records.prefetch_related(*field.related).iterator(BATCH), BATCH):
                rows = [
                    BulkRow(change=change, record_id=r.pk, seen_at=r.changed_at, old=field.get_value(r)) for r in batch
                ]
                for row, record in zip(rows, batch, strict=True):
                    row.new = field.get_new_value(record, change.given, change.user)
                    if row.new == row.old:
                        row.action = BulkRow.Action.SAME
                        continue
                    row.refusals = find_refusals(field, record, row.new)
                    row.action = BulkRow.Action.REFUSED if row.refusals else BulkRow.Action.CHANGES
                BulkRow.objects.bulk_create(rows)
                done += len(batch)
                progress.report(done, total)
            count = change.rows.filter(action=BulkRow.Action.CHANGES).count()
            change.claim(State.PREPARING, State.PREVIEWED, count=count)
    finally:
        progress.forget()
