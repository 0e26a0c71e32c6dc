from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.orphaned_tasks import GRACE, MOST_TRIES, put_back, put_back_overdue


@pytest.fixture
def task(db):
    """Makes a task in that state, taken by those workers one after the other."""

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


def test_what_a_worker_was_doing_when_it_was_killed_is_ready_again(task):
    cut_off = task(TaskResultStatus.RUNNING, "worker-1")
    assert put_back("worker-1") == 1
    cut_off.refresh_from_db()
    assert (cut_off.status, cut_off.started_at) == (TaskResultStatus.READY, None)


def test_what_another_worker_is_doing_stays_its_own(task):
    others = [task(TaskResultStatus.RUNNING, "worker-2"), task(TaskResultStatus.RUNNING, "worker-1", "worker-2")]
    assert put_back("worker-1") == 0
    for other in others:
        other.refresh_from_db()
        assert other.status == TaskResultStatus.RUNNING


@pytest.mark.parametrize("status", [TaskResultStatus.READY, TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
def test_what_is_not_running_stays_as_it_is(task, status):
    one = task(status, "worker-1")
    assert put_back("worker-1") == 0
    one.refresh_from_db()
    assert one.status == status


def test_a_task_that_ends_its_worker_each_time_is_given_up(task):
    deadly = task(TaskResultStatus.RUNNING, *["worker-1"] * MOST_TRIES)
    put_back("worker-1")
    deadly.refresh_from_db()
    assert deadly.status == TaskResultStatus.FAILED
    assert "WorkerKilledError" in deadly.exception_class_path


def test_what_runs_longer_than_any_worker_lets_it_is_ready_for_another_worker(task, settings):
    settings.LANES = {"default": 60}
    gone, at_work = task(TaskResultStatus.RUNNING, "worker-9"), task(TaskResultStatus.RUNNING, "worker-1")
    DBTaskResult.objects.filter(pk=gone.pk).update(started_at=timezone.now() - timedelta(seconds=60 + 2 * GRACE + 1))
    put_back_overdue(timezone.now())
    gone.refresh_from_db()
    at_work.refresh_from_db()
    assert (gone.status, at_work.status) == (TaskResultStatus.READY, TaskResultStatus.RUNNING)
