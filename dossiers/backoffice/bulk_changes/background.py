"""Running a bulk change: a small one in the request, a large one in the background."""

import logging

from django.db import transaction

from dossiers.models import BulkChange
from dossiers.models.bulk_change import MAX_SYNCHRONOUS_RECORDS
from dossiers.tasks import go_on_with_bulk_change

logger = logging.getLogger(__name__)


def run_or_enqueue(change: BulkChange, count: int) -> None:
    """Do the next step of the change by its state; call it in the transaction that sets the state."""
    if count > MAX_SYNCHRONOUS_RECORDS:
        go_on_with_bulk_change.enqueue(change.pk)
        return
    try:
        with transaction.atomic():
            go_on_with_bulk_change.func(change.pk)
    except Exception:
        logger.exception("%s was not done", change)
        change.release()
