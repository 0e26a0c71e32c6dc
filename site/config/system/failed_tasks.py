"""Tasks that failed: an administrator tries one again, or puts it away."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from config.system.task_kinds import RECURRING, may_retry
from workers import lanes


def find_failed_tasks() -> QuerySet[Any]:
    """Return the tasks that failed and were not put away, the latest first; not those that succeeded by themselves."""
    later = DBTaskResult.objects.successful().filter(
        task_path=OuterRef("task_path"), finished_at__gt=OuterRef("finished_at")
    )
    failed = DBTaskResult.objects.failed().exclude(exception_class_path="")
    return failed.exclude(Q(Exists(later), task_path__in=RECURRING)).order_by("-finished_at")


def is_retry_offered(task: DBTaskResult) -> bool:
    return lanes.are_workers_needed() and may_retry(task)


@transaction.atomic
def retry(pk: Any) -> bool:
    """Let a worker run the task again; return False if it may not, or no longer waits for a decision."""
    task = _lock(pk)
    if task is None or not is_retry_offered(task):
        return False
    task.status, task.enqueued_at, task.run_after = TaskResultStatus.READY, timezone.now(), get_date_max()
    task.started_at = task.finished_at = None
    task.worker_ids, task.exception_class_path, task.traceback = [], "", ""
    task.save()
    transaction.on_commit(lanes.forget_states)
    return True


@transaction.atomic
def put_away(pk: Any) -> bool:
    """Show the task no longer; it stays a failed one, so that what recurs is not started anew because of it."""
    task = _lock(pk)
    if task is None:
        return False
    task.exception_class_path = task.traceback = ""
    task.save(update_fields=["exception_class_path", "traceback"])
    return True


def _lock(pk: Any) -> DBTaskResult | None:
    task: DBTaskResult | None = find_failed_tasks().select_for_update().filter(pk=pk).first()
    return task
