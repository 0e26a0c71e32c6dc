"""Notifies a user that an export has finished or failed, on the next page of the backoffice.

The pages read the notifications from the cache that web and worker share, so that they need no database query.
"""

from django.core.cache import cache

from dossiers.models import ExportRun
from dossiers.models.exports.export_run import FILE_RETENTION


def notify(run: ExportRun) -> None:
    """Notify the user of a run that has finished or failed; call this once."""
    key = _key(run.user_id)
    cache.set(key, [*cache.get(key, []), run.pk], FILE_RETENTION.total_seconds())


def pop_unseen(user_id: int | None) -> list[int]:
    """Return the keys of the finished runs that the user has not seen on a page yet, and clear them."""
    key = _key(user_id)
    keys = cache.get(key, [])
    if keys:
        cache.delete(key)
    return list(keys)


def mark_seen(run: ExportRun) -> bool:
    """Clear the notification of a run, since the user sees its own page; return whether there was one."""
    key = _key(run.user_id)
    is_new = run.pk in (keys := cache.get(key, []))
    if is_new:
        cache.set(key, [pk for pk in keys if pk != run.pk], FILE_RETENTION.total_seconds())
    return is_new


def _key(user_id: int | None) -> str:
    return f"exports-ended-{user_id}"
