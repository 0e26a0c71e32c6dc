"""Numbers that take long to count: nobody waits for them twice."""

from django.core.cache import cache

from dossiers.reports.cached_counts import Remembered, count_and_keep, kept
from dossiers.tasks import count_again

ASKED_FOR = 5 * 60  # seconds within which one asks once


def counted(name: str, *, anew: bool = False) -> Remembered:
    """What was counted under that name; counted now when there is none such, or when it is asked `anew`.

    Old numbers are shown, with their time, while a worker counts again; without a worker they are counted now.
    """
    count = None if anew else kept(name)
    if count is None:
        return count_and_keep(name)
    if count.is_old:
        if not count_again.get_backend().supports_defer:
            return count_and_keep(name)
        if cache.add(f"counting:{name}", True, ASKED_FOR):
            count_again.enqueue(name)
    return count
