"""Work that a crash left "being done": back to where it can be started again or discarded.

A record gets a busy state in the same transaction as the task that does the work, or in that of the work itself. So a
busy record that no task is waiting or running for is one that nobody is at work on: the task failed, took too long, or
ended its worker each time. Nothing of it was written, for each task writes in one transaction.
"""

from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from dossiers import tasks
from dossiers.models import BulkChange, ExportRun, ImportRun
from dossiers.spreadsheets.exports import notifications

TASKS: dict[type[models.Model], tuple[Task, ...]] = {
    ImportRun: (tasks.read_import, tasks.read_otherwise, tasks.apply_import, tasks.undo_import),
    BulkChange: (tasks.go_on_with_bulk_change,),
    ExportRun: (tasks.make_export,),
}
READ_WITHOUT_TASK = timedelta(hours=1)  # at most: by the command line, and what a partner types into a form


def release_orphans() -> int:
    """Release each record that no task is processing; return how many there were."""
    return sum(_release(record) for model in TASKS for record in _busy(model))


def on_task_finished(task_result: Any, **_signal: Any) -> None:
    """Release at once what a failed task was to do."""
    if task_result.status != TaskResultStatus.FAILED:
        return
    for model, model_tasks in TASKS.items():
        if task_result.task.module_path in {task.module_path for task in model_tasks}:
            for record in _busy(model).filter(pk=task_result.args[0]):
                _release(record)


def _busy(model: Any) -> models.QuerySet:
    return model._default_manager.filter(state__in=model.BUSY)


@transaction.atomic
def _release(record: Any) -> bool:
    """Release the record and return True, unless another process locks it or a task for it is waiting or running."""
    model = type(record)
    record = _busy(model).select_for_update(skip_locked=True, of=("self",)).filter(pk=record.pk).first()
    if record is None:
        return False
    paths = [task.module_path for task in TASKS[model]]
    own_tasks = DBTaskResult.objects.filter(task_path__in=paths, args_kwargs__args__0=record.pk)
    if own_tasks.filter(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)).exists():
        return False
    is_reading = isinstance(record, ImportRun) and record.state == record.State.READING
    if is_reading and record.created_at >= timezone.now() - READ_WITHOUT_TASK and not own_tasks.exists():
        return False
    record.release()
    if isinstance(record, ExportRun):
        notifications.notify(record)
    return True
