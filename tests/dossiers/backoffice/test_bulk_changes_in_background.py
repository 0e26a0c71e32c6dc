"""Tests of bulk changes in the background: progress, restarts and the number of queries."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from dossiers.bulk_changes.preview import stage
from dossiers.models import BulkChange, Dossier, Sector
from dossiers.progress import Progress
from dossiers.tasks import go_on_with_bulk_change

from ..models.factories import make_dossier
from .bulk import change_url, get_values, press, preview
from .pages import text


@pytest.fixture
def enqueued_tasks(monkeypatch) -> list[tuple[int]]:
    """The enqueued tasks; two records are enough for a background change."""
    tasks: list[tuple[int]] = []
    monkeypatch.setattr("dossiers.backoffice.bulk_changes.background.MAX_SYNCHRONOUS_RECORDS", 1)
    queue = SimpleNamespace(enqueue=lambda *args: tasks.append(args))
    monkeypatch.setattr("dossiers.backoffice.bulk_changes.background.go_on_with_bulk_change", queue)
    return tasks


def run_task(enqueued_tasks: list[tuple[int]]) -> None:
    """Run the enqueued tasks."""
    go_on_with_bulk_change.func(*enqueued_tasks.pop())


def test_a_large_change_runs_in_the_background_and_reports_progress(coordinator_client, enqueued_tasks):
    for _number in range(3):
        make_dossier()
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")
    assert "Er wordt uitgezocht wat er zou veranderen" in text(coordinator_client.get(change_url(change)))
    Progress.of(change).report(2, 3)
    assert coordinator_client.get(change_url(change, "progress/")).json() == {
        "busy": True,
        "done": 2,
        "total": 3,
        "stalled": False,
    }
    assert "2 van 3 regels" in text(coordinator_client.get(change_url(change)))
    run_task(enqueued_tasks)
    assert "3 dossiers" in text(coordinator_client.get(change_url(change)))
    assert "De wijziging wordt gemaakt" in press(coordinator_client, change)
    assert get_values() == ["", "", ""]
    run_task(enqueued_tasks)
    assert coordinator_client.get(change_url(change, "progress/")).json()["busy"] is False
    assert get_values() == ["Emmeloord"] * 3
    assert "wordt ongedaan gemaakt" in press(coordinator_client, change, "undo/")
    run_task(enqueued_tasks)
    assert get_values() == ["", "", ""]


def test_a_repeated_task_changes_nothing_twice(coordinator_client, enqueued_tasks):
    dossier, _other = make_dossier(), make_dossier()
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")
    run_task(enqueued_tasks)
    press(coordinator_client, change)
    (task_args,) = enqueued_tasks
    run_task(enqueued_tasks)
    steps = dossier.history.count()
    go_on_with_bulk_change.func(*task_args)
    assert dossier.history.count() == steps


def test_a_failed_change_writes_nothing_and_can_be_tried_again(coordinator_client, monkeypatch):
    make_dossier(), make_dossier()
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")

    def fail(*_args, **_kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr(ModelLogEntry.objects, "bulk_create", fail)  # the last that is written
    page = press(coordinator_client, change)
    monkeypatch.undo()
    assert get_values() == ["", ""]
    assert "Er ging iets mis" in page
    press(coordinator_client, change)
    assert get_values() == ["Emmeloord"] * 2


def test_staging_a_change_has_few_queries_per_record(coordinator_client):
    def count_queries(count: int) -> int:
        Dossier.objects.all().delete()
        for _number in range(count):
            make_dossier(sectors=["Bouw"])
        change = BulkChange.objects.create(
            kind="dossier", query="id=all", field="sectors_add", given=[Sector.objects.get(name="Zorg").pk],
            user=User.objects.get(username="coordinator"),
        )  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            stage(change)
        return len(captured)

    query_count = count_queries(10)
    assert count_queries(30) - query_count <= 20 * 2  # what a form's own check asks of each
