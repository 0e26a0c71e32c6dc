"""Records whose task was killed return to a state in which they can be started again or discarded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from config.management.commands.worker import Command as Worker
from config.orphaned_tasks import MAX_ATTEMPTS, requeue_tasks_of_worker
from dossiers.models import BulkChange, Dossier, ExportRun, ImportRun
from dossiers.orphaned_work import READ_WITHOUT_TASK, release_orphans

from ..models.factories import make_dossier
from .bulk import apply_change, change_url, preview
from .pages import text
from .test_apply import GOOD, make_preview
from .test_apply import import_url as import_page
from .test_long_exports import request_export
from .test_undo import apply_list
from .test_uploading import people, upload

Work = tuple[Callable[[], Any], str]  # presses the button, and the state that a crash afterwards leads back to


def import_work(coordinator_client, run: ImportRun, button: str, state: str) -> Work:
    return lambda: coordinator_client.post(import_page(f"_{button}", run)), state


def reread(coordinator_client) -> Work:
    run = make_preview(coordinator_client, "Selam;Haile;12-03-1990;P1")
    columns = {"column-0": "given_name", "column-1": "family_name", "column-2": "date_of_birth"}
    return lambda: coordinator_client.post(reverse("dossiers_import_columns", args=[run.pk]), columns), "asking"


def change_work(coordinator_client, change: BulkChange, button: str, state: str) -> Work:
    return lambda: coordinator_client.post(change_url(change, f"{button}/")), state


WORK: dict[str, Callable[[Any], Work]] = {
    "read": lambda desk: (lambda: upload(desk, people(GOOD)), "refused"),
    "read again": reread,
    "apply": lambda desk: import_work(desk, make_preview(desk, GOOD), "apply", "previewed"),
    "undo": lambda desk: import_work(desk, apply_list(desk, GOOD), "undo", "applied"),
    "export": lambda desk: (lambda: request_export(desk), "failed"),
    "work a change out": lambda desk: (lambda: preview(desk, Dossier, "location", "Emmeloord"), "previewed"),
    "apply a change": lambda desk: change_work(desk, preview(desk, Dossier, "location", "Urk"), "apply", "previewed"),
    "undo a change": lambda desk: change_work(desk, apply_change(desk, Dossier, "location", "Urk"), "undo", "applied"),
}


@pytest.fixture(autouse=True)
def limit_of_zero_records(monkeypatch) -> None:
    monkeypatch.setattr("dossiers.backoffice.exports.MAX_SYNCHRONOUS_RECORDS", 0)
    monkeypatch.setattr("dossiers.backoffice.bulk_changes.background.MAX_SYNCHRONOUS_RECORDS", 0)


@pytest.fixture(params=WORK)
def work(request, coordinator_client, settings) -> Work:
    """Create a record of each kind whose tasks wait in the database."""
    make_dossier(given_name="Omar", family_name="Abdi", date_of_birth="1980-01-01", location="Luttelgeest")
    started_work = WORK[request.param](coordinator_client)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    return started_work


def get_records() -> list[tuple[str, int, str]]:
    """Return (kind, id, state) of each record with a state."""
    return [
        (model.__name__, *values)
        for model in (ImportRun, BulkChange, ExportRun)
        for values in model.objects.order_by("pk").values_list("pk", "state")
    ]


def get_busy_records() -> list[Any]:
    return [
        record for model in (ImportRun, BulkChange, ExportRun) for record in model.objects.filter(state__in=model.BUSY)
    ]


def end_task(status: str, *worker_ids: str) -> None:
    started = timezone.now() if worker_ids else None
    DBTaskResult.objects.update(status=status, worker_ids=list(worker_ids), started_at=started)


def test_a_refused_task_leaves_no_record_busy(coordinator_client, work, monkeypatch):
    press, _state = work
    before = get_records()

    def refuse(*_args: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(DatabaseBackend, "enqueue", refuse)
    with pytest.raises(OperationalError):
        press()
    assert get_records() == before


def test_a_repeatedly_killed_task_leaves_no_record_busy(coordinator_client, work):
    press, state = work
    press()
    (record,) = get_busy_records()
    end_task(TaskResultStatus.RUNNING, *["worker-1"] * MAX_ATTEMPTS)
    requeue_tasks_of_worker("worker-1")
    release_orphans()
    record.refresh_from_db()
    assert (record.state, get_busy_records()) == (state, [])
    page = {ImportRun: "dossiers_import", BulkChange: "dossiers_bulk_change", ExportRun: "dossiers_export"}
    assert record.reason and record.reason in text(
        coordinator_client.get(reverse(page[type(record)], args=[record.pk]), follow=True)
    )


def test_a_worker_releases_orphaned_records(coordinator_client, settings):
    """A worker does so when it starts and every half minute."""
    press, state = WORK["apply"](coordinator_client)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    press()
    DBTaskResult.objects.all().delete()
    Worker.recover_and_enqueue()
    assert ImportRun.objects.get().state == state


@pytest.mark.parametrize("status", [TaskResultStatus.READY, TaskResultStatus.RUNNING])
def test_a_waiting_or_running_task_is_not_released(coordinator_client, status, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    upload(coordinator_client, people(GOOD))
    end_task(status, "worker-1")
    assert release_orphans() == 0
    assert ImportRun.objects.get().state == ImportRun.State.READING


@pytest.mark.django_db(transaction=True)  # a worker closes its connection
@pytest.mark.parametrize("ending", [SystemExit(1), OSError("the disk is full")])
def test_an_import_can_be_applied_again_after_its_task_ended(coordinator_client, settings, monkeypatch, ending):
    """A stopping worker ends its task with SystemExit, which is not an Exception."""
    press, _state = WORK["apply"](coordinator_client)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

    def end(*_args: Any) -> None:
        raise ending

    with monkeypatch.context() as patch:
        patch.setattr("dossiers.spreadsheets.imports.apply._write_batches", end)
        press()
        run_tasks()
    run = ImportRun.objects.get()
    assert (run.state, Dossier.objects.count()) == (ImportRun.State.PREVIEWED, 0)
    assert "niets opgeslagen" in run.reason
    press()
    run_tasks()
    run.refresh_from_db()
    assert (run.state, run.reason, Dossier.objects.count()) == (ImportRun.State.APPLIED, "", 1)


def run_tasks() -> None:
    """Run the enqueued tasks as a worker does."""
    call_command("db_worker", batch=True, queue_name="*", startup_delay=False, interval=0.01, worker_id="worker-1")


def test_a_list_read_by_command_is_released_after_an_hour(coordinator_client, base_data):
    run = ImportRun.objects.create(record="dossiers", file_name="lijst.csv")
    assert release_orphans() == 0
    ImportRun.objects.update(created_at=timezone.now() - READ_WITHOUT_TASK - timedelta(minutes=1))
    assert release_orphans() == 1
    run.refresh_from_db()
    assert run.state == ImportRun.State.REFUSED
