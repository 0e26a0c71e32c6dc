"""Archives finished records and restores archived ones, with the history and log entries of a change by a user."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dossiers.bulk_changes.bulk_save import save_records
from dossiers.bulk_changes.fields import BulkField
from dossiers.bulk_changes.preview import BATCH
from dossiers.spreadsheets.batches import batched


def find_archivable(records: Any) -> Any:
    """Return the finished records that are not archived yet."""
    return records.filter(archived_at=None).finished()


def archive(records: QuerySet, user: User, at: datetime) -> int:
    """Archive those of the records that can be archived; return how many."""
    with transaction.atomic():
        return sum(_save(batch, at, user, _("Archived")) for batch in _lock(find_archivable(records), records))


def restore(records: QuerySet, user: User) -> int:
    """Take those of the records out of the archive that are in it; return how many."""
    archived = records.exclude(archived_at=None)
    with transaction.atomic():
        return sum(_save(batch, None, user, _("Taken out of the archive")) for batch in _lock(archived, records))


def _lock(records: QuerySet, all_records: QuerySet) -> Iterable[list[Any]]:
    keys = list(records.order_by().values_list("pk", flat=True))
    locked = all_records.model._default_manager.select_for_update()
    return (list(locked.filter(pk__in=batch)) for batch in batched(keys, BATCH))


def _save(records: list[Any], archived_at: datetime | None, user: User, reason: str) -> int:
    field = BulkField(type(records[0]), "archived_at")
    save_records(field, [(record, archived_at) for record in records], user, reason)
    return len(records)
