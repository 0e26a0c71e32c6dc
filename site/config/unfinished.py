"""Work that a worker had begun when it was killed."""

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

MOST_TRIES = 5  # a task that ends its worker each time would otherwise keep all others waiting for good


class WorkerKilledError(Exception):
    """A task never came to its end: its worker was killed each time."""


def put_back(worker_id: str) -> int:
    """Make ready again what this worker had begun, and say how many tasks that were.

    Only its own: what another worker has begun may still be running. So a task can be run twice, and must be written
    so that its second run does no harm.
    """
    with transaction.atomic():
        running = DBTaskResult.objects.running().select_for_update()
        own = [task for task in running if task.worker_ids[-1:] == [worker_id]]
        for task in own:
            if len(task.worker_ids) < MOST_TRIES:
                task.status, task.started_at = TaskResultStatus.READY, None
                task.save(update_fields=["status", "started_at"])
            else:
                task.set_failed(WorkerKilledError(f"Its worker was killed {len(task.worker_ids)} times."))
    return len(own)
