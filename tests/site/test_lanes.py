"""No task takes longer than its lane allows, and a task that hangs does not delay e-mail."""

import signal
import subprocess
import sys
import time

import pytest
from django_tasks_db.models import DBTaskResult

from config.lane_worker import LaneWorker, TimeLimitExceeded, time_limit
from config.serve import workers
from dossiers import tasks
from dossiers.emails.base import send_email


def test_a_waiting_task_is_interrupted_even_if_it_catches_exceptions():
    with pytest.raises(TimeLimitExceeded, match="longer than 0 seconds"), time_limit(0.05):
        try:
            time.sleep(30)
        except Exception:
            pytest.fail("it would go on")
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_quick_task_is_not_interrupted():
    with time_limit(30):
        pass
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_task_that_cannot_be_interrupted_is_killed_with_a_traceback():
    code = (
        "import signal\nfrom config.lane_worker import time_limit\n"
        "signal.signal = lambda *_: None  # as C code that never comes back to Python\n"
        "signal.setitimer = lambda *_: None\n"
        "def hangs():\n    while True: pass\n"
        "with time_limit(0.1, grace=0.1):\n    hangs()\n"
    )
    setup = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup()\n"
    result = subprocess.run(
        [sys.executable, "-c", setup + code], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 1
    assert "in hangs" in result.stderr


@pytest.mark.django_db
def test_a_task_that_takes_too_long_fails_and_the_next_one_runs(settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    settings.LANES = {"default": 0.5}
    monkeypatch.setattr("dossiers.reports.cached_counts.warm_cache", lambda: time.sleep(30))
    tasks.count_ahead.enqueue()
    LaneWorker("w", ["default"]).run_task(DBTaskResult.objects.get())
    task = DBTaskResult.objects.get()
    assert (task.status, task.exception_class_path) == ("FAILED", "config.lane_worker.TimeLimitExceeded")


def test_a_worker_finishes_its_task_also_after_a_second_sigterm():
    """systemd sends one to all processes of a service, and `serve` sends one to its programs."""
    worker = LaneWorker("w", ["default"])
    worker.running_task = True
    worker.shutdown(signal.SIGTERM, None)
    worker.shutdown(signal.SIGTERM, None)
    assert (worker.running, worker.running_task) == (False, True)


def test_the_task_that_sends_email_has_a_lane_of_its_own():
    assert send_email.queue_name == "mail"
    assert (tasks.read_import.queue_name, tasks.apply_import.queue_name) == ("reading", "default")


def test_the_site_starts_a_worker_for_each_lane(monkeypatch):
    monkeypatch.setenv("TASKS", "database")
    assert [program.command[-1] for program in workers()] == ["default", "reading", "mail"]
    monkeypatch.setenv("TASKS", "immediate")
    assert workers() == []
