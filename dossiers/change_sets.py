"""Applies and undoes change sets: one at a time, each in one transaction, and at most once."""

from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from dossiers.models.change_set import NotUndone, StagedChangeSet
from dossiers.models.withdrawal import sync_withdrawal_actions
from dossiers.progress import Progress

LOCK = 20_240_701  # key of the advisory lock

Work = Callable[[Progress], None]


def acquire_lock() -> None:
    """Wait until no other transaction applies or undoes a change set, and block the next one.

    Two imports at once could both create the same person. SQLite needs no lock of ours: it has one writer at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # By hand, since the ORM has no advisory locks. The lock ends with the transaction.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def apply(change_set: StagedChangeSet, write: Work) -> bool:
    """Apply a claimed change set by calling `write`, after its `applied_at` is set.

    Return False if it is not claimed any more, because another process applied it. If `write` raises an exception,
    nothing is stored.
    """
    return _carry_out(change_set, change_set.State.APPLYING, change_set.State.APPLIED, "applied_at", write)


def undo(change_set: StagedChangeSet, restore: Work) -> bool:
    """Undo a claimed change set by calling `restore`, after its `undone_at` is set; see `apply`.

    If `restore` raises NotUndone, the change set stays applied, with the message as its `reason`.
    """
    try:
        return _carry_out(change_set, change_set.State.UNDOING, change_set.State.UNDONE, "undone_at", restore)
    except NotUndone as refusal:
        change_set.refresh_from_db()
        change_set.release()
        change_set.reason = str(refusal)
        change_set.save(update_fields=["reason"])
        return False


def _carry_out(change_set: StagedChangeSet, before: str, after: str, moment: str, work: Work) -> bool:
    progress = Progress.of(change_set)
    try:
        with transaction.atomic():
            acquire_lock()
            if not change_set.claim(before, after, **{moment: timezone.now()}):
                return False
            work(progress)
            sync_withdrawal_actions()  # statuses were written in bulk, so that some dossiers were closed or reopened
    finally:
        progress.forget()
    change_set.refresh_from_db()
    return True
