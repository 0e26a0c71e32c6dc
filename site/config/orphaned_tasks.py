"""Recovery of tasks that no worker would finish, because their worker was killed, hangs, or had a wrong clock."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

MAX_ATTEMPTS = 5  # a task that kills its worker each time would otherwise block its lane forever
MAX_CLOCK_DIFFERENCE = timedelta(hours=1)
GRACE = 60  # seconds between the time limit of a task and the end of its process, see config.lane_worker


class WorkerKilledError(Exception):
    """The worker was killed at each attempt to run the task."""


def requeue_tasks_of_worker(worker_id: str) -> int:
    """Requeue the tasks that this worker had started, and return their number.

    Tasks of other workers are left alone, since they may still be running. A task can run twice, so tasks must be
    idempotent.
    """
    with transaction.atomic():
        own_tasks = [task for task in _lock_running_tasks() if task.worker_ids[-1:] == [worker_id]]
        for task in own_tasks:
            _requeue(task)
    return len(own_tasks)


def requeue_overdue_tasks(now: datetime) -> None:
    """Requeue tasks that have been running longer than their lane allows: their worker no longer exists."""
    overdue = Q()
    for queue, seconds in settings.LANES.items():
        overdue |= Q(queue_name=queue, started_at__lt=now - timedelta(seconds=seconds + 2 * GRACE))
    if not DBTaskResult.objects.running().filter(overdue).exists():
        return  # a transaction each half minute would block the other writers of SQLite
    with transaction.atomic():
        for task in _lock_running_tasks().filter(overdue):
            _requeue(task)


def correct_future_dates(now: datetime) -> None:
    """Repair tasks with a date in the future, left by a clock that was ahead.

    Finished tasks are deleted; waiting tasks are enqueued from `now` on, with the delay that they had.
    """
    ahead = now + MAX_CLOCK_DIFFERENCE
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


def _lock_running_tasks() -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.running().select_for_update()


def _requeue(task: DBTaskResult) -> None:
    """Make the task ready for another attempt, or mark it as failed after the last one."""
    if len(task.worker_ids) < MAX_ATTEMPTS:
        task.status, task.started_at = TaskResultStatus.READY, None
        task.save(update_fields=["status", "started_at"])
    else:
        task.set_failed(WorkerKilledError(f"Its worker was killed {len(task.worker_ids)} times."))
