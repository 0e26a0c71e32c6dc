"""Few records are worked on at once, many in the background."""

from typing import Any

from dossiers.models import BulkChange
from dossiers.models.bulk_change import AT_ONCE
from dossiers.tasks import go_on_with_bulk_change


def go_on(change: BulkChange, user: Any, count: int) -> None:
    """Do what the change's state says that somebody asked."""
    if count <= AT_ONCE:
        go_on_with_bulk_change.func(change.pk, user.pk)
    else:
        go_on_with_bulk_change.enqueue(change.pk, user.pk)
