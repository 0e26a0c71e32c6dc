"""Cache of counts that take long to compute."""

from django.core.cache import cache

from dossiers.reports.cached_counts import CachedCount, count_and_cache, get_cached
from dossiers.tasks import count_again

RECOUNT_INTERVAL = 5 * 60  # seconds in which a recount is enqueued only once


def get_cached_count(name: str, *, recount: bool = False) -> CachedCount:
    """Return the cached count with this name; count now if there is none or if `recount` is true.

    An outdated count is returned with its time while a worker counts again. Without a worker it is counted now.
    """
    count = None if recount else get_cached(name)
    if count is None:
        return count_and_cache(name)
    if count.is_old:
        if not count_again.get_backend().supports_defer:
            return count_and_cache(name)
        if cache.add(f"counting:{name}", True, RECOUNT_INTERVAL):
            count_again.enqueue(name)
    return count
