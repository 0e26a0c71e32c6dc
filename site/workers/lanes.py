"""Whether each lane has a worker, and since when work waits in a lane that has none.

Every page of the backoffice asks, so the answer is cached for a short time; a worker that starts or stops deletes it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Case, F, Min, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task_backends
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult, get_date_max

from workers.models import WorkerHeartbeat

CACHE_KEY = "workers-lanes"
CACHE_SECONDS = 20
STALLED_AFTER = timedelta(minutes=5)  # a worker that restarts is back long before
# A task that was enqueued for later waits from that moment on; one that was not has the latest of all dates.
WAITING_SINCE = Case(When(run_after=get_date_max(), then=F("enqueued_at")), default=F("run_after"))

LABELS: dict[str, Promise] = {
    "default": _("imports, exports, bulk changes and daily work"),
    "reading": _("reading lists that were uploaded"),
    "mail": _("sending e-mail"),
}


@dataclass(frozen=True)
class LaneState:
    has_worker: bool
    waiting_since: datetime | None = None  # only read if there is no worker


def are_workers_needed() -> bool:
    """Whether tasks wait in the database, instead of running in the process that enqueues them."""
    return isinstance(task_backends[DEFAULT_TASK_BACKEND_ALIAS], DatabaseBackend)


def has_worker(lane: str) -> bool:
    """Whether a worker takes tasks from this lane, or tasks need no worker."""
    state = _get_states().get(lane)
    return state is None or state.has_worker


def find_stalled_lanes() -> dict[str, datetime]:
    """Return the lanes without a worker in which a task has been waiting for minutes, each with the time since when."""
    limit = timezone.now() - STALLED_AFTER
    return {
        lane: state.waiting_since
        for lane, state in _get_states().items()
        if not state.has_worker and state.waiting_since and state.waiting_since < limit
    }


def forget_states() -> None:
    cache.delete(CACHE_KEY)


def _get_states() -> dict[str, LaneState]:
    """Return the states by lane; none if tasks need no worker."""
    if not are_workers_needed():
        return {}
    states: dict[str, LaneState] | None = cache.get(CACHE_KEY)
    if states is None:
        states = read_states()
        cache.set(CACHE_KEY, states, CACHE_SECONDS)
    return states


def read_states() -> dict[str, LaneState]:
    served = set(WorkerHeartbeat.objects.alive().values_list("lane", flat=True))
    without_worker = [] if "" in served else [lane for lane in settings.LANES if lane not in served]
    waiting = DBTaskResult.objects.ready().filter(queue_name__in=without_worker).order_by()
    since = dict(waiting.values_list("queue_name").annotate(since=Min(WAITING_SINCE))) if without_worker else {}
    return {lane: LaneState(lane not in without_worker, since.get(lane)) for lane in settings.LANES}
