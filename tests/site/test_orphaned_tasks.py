from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.orphaned_tasks import GRACE, MAX_ATTEMPTS, requeue_overdue_tasks, requeue_tasks_of_worker


@pytest.fixture
def make_task(db):
    """Return a function that makes a task with a status and the ids of the workers that started it."""

    def make(status, *worker_ids):
        return DBTaskResult.objects.create(
            status=status,
            worker_ids=list(worker_ids),
            started_at=timezone.now() if worker_ids else None,
            args_kwargs={"args": [], "kwargs": {}},
            task_path="dossiers.tasks.something",
            backend_name="default",
            run_after=timezone.now(),
            exception_class_path="",
            traceback="",
        )

    return make


def test_the_task_of_a_killed_worker_is_requeued(make_task):
    interrupted = make_task(TaskResultStatus.RUNNING, "worker-1")
    assert requeue_tasks_of_worker("worker-1") == 1
    interrupted.refresh_from_db()
    assert (interrupted.status, interrupted.started_at) == (TaskResultStatus.READY, None)


def test_tasks_of_another_worker_are_not_changed(make_task):
    others = [
        make_task(TaskResultStatus.RUNNING, "worker-2"),
        make_task(TaskResultStatus.RUNNING, "worker-1", "worker-2"),
    ]
    assert requeue_tasks_of_worker("worker-1") == 0
    for other in others:
        other.refresh_from_db()
        assert other.status == TaskResultStatus.RUNNING


@pytest.mark.parametrize("status", [TaskResultStatus.READY, TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
def test_a_task_that_is_not_running_is_not_changed(make_task, status):
    task = make_task(status, "worker-1")
    assert requeue_tasks_of_worker("worker-1") == 0
    task.refresh_from_db()
    assert task.status == status


def test_a_task_that_kills_its_worker_each_time_fails(make_task):
    deadly = make_task(TaskResultStatus.RUNNING, *["worker-1"] * MAX_ATTEMPTS)
    requeue_tasks_of_worker("worker-1")
    deadly.refresh_from_db()
    assert deadly.status == TaskResultStatus.FAILED
    assert "WorkerKilledError" in deadly.exception_class_path


def test_a_task_that_exceeds_its_time_limit_is_requeued(make_task, settings):
    settings.LANES = {"default": 60}
    overdue, recent = make_task(TaskResultStatus.RUNNING, "worker-9"), make_task(TaskResultStatus.RUNNING, "worker-1")
    DBTaskResult.objects.filter(pk=overdue.pk).update(started_at=timezone.now() - timedelta(seconds=60 + 2 * GRACE + 1))
    requeue_overdue_tasks(timezone.now())
    overdue.refresh_from_db()
    recent.refresh_from_db()
    assert (overdue.status, recent.status) == (TaskResultStatus.READY, TaskResultStatus.RUNNING)
