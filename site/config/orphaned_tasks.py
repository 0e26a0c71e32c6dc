"""Tasks that nobody would ever do: their worker was killed, hangs, or had a clock that was ahead."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

MOST_TRIES = 5  # a task that ends its worker each time would otherwise keep all others waiting for good
AHEAD = timedelta(hours=1)  # more than the clocks of two machines differ
GRACE = 60  # seconds after its limit in which a task is ended, see config.lane_worker


class WorkerKilledError(Exception):
    """A task never came to its end: its worker was killed each time."""


def put_back(worker_id: str) -> int:
    """Make ready again what this worker had begun, and say how many tasks that were.

    Only its own: what another worker has begun may still be running. So a task can be run twice, and must be written
    so that its second run does no harm.
    """
    with transaction.atomic():
        own = [task for task in _running() if task.worker_ids[-1:] == [worker_id]]
        for task in own:
            _put_back(task)
    return len(own)


def put_back_overdue(now: datetime) -> None:
    """Make ready again what runs longer than any worker lets it: that worker is gone, and may never come back."""
    overdue = Q()
    for queue, seconds in settings.LANES.items():
        overdue |= Q(queue_name=queue, started_at__lt=now - timedelta(seconds=seconds + 2 * GRACE))
    if not DBTaskResult.objects.running().filter(overdue).exists():
        return  # SQLite's one writer is not held up each half minute
    with transaction.atomic():
        for task in _running().filter(overdue):
            _put_back(task)


def set_right(now: datetime) -> None:
    """What was noted by a clock that was ahead: what ended counts no more, what waits gets its pause from now."""
    ahead = now + AHEAD
    if not DBTaskResult.objects.filter(Q(enqueued_at__gt=ahead) | Q(finished_at__gt=ahead)).exists():
        return
    with transaction.atomic():
        DBTaskResult.objects.finished().filter(finished_at__gt=ahead).delete()
        for task in DBTaskResult.objects.filter(enqueued_at__gt=ahead).select_for_update():
            if task.run_after != get_date_max():
                task.run_after = now + (task.run_after - task.enqueued_at)
            task.enqueued_at = now
            task.started_at = task.started_at and now
            task.save(update_fields=["run_after", "enqueued_at", "started_at"])


def _running() -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.running().select_for_update()


def _put_back(task: DBTaskResult) -> None:
    if len(task.worker_ids) < MOST_TRIES:
        task.status, task.started_at = TaskResultStatus.READY, None
        task.save(update_fields=["status", "started_at"])
    else:
        task.set_failed(WorkerKilledError(f"Its worker was killed {len(task.worker_ids)} times."))
