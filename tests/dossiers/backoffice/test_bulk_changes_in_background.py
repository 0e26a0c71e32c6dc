"""Tests of bulk changes in the background: progress, restarts and the number of queries."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.bulk_changes.preview import stage
from dossiers.models import BulkChange, Dossier, Sector
from dossiers.progress import Progress
from dossiers.tasks import go_on_with_bulk_change

from ..models.factories import make_dossier
from .bulk import change_url, get_values, press, preview
from .pages import text


@pytest.fixture
def waiting(monkeypatch) -> list[tuple[int]]:
    """The enqueued tasks; two records are enough for a background change."""
    found: list[tuple[int]] = []
    monkeypatch.setattr("dossiers.backoffice.bulk_changes.background.MAX_SYNCHRONOUS_RECORDS", 1)
    queue = SimpleNamespace(enqueue=lambda *given: found.append(given))
    monkeypatch.setattr("dossiers.backoffice.bulk_changes.background.go_on_with_bulk_change", queue)
    return found


def work(waiting: list[tuple[int]]) -> None:
    """Run the enqueued tasks."""
    go_on_with_bulk_change.func(*waiting.pop())


def test_many_are_worked_on_in_the_background_and_each_step_says_how_far_it_is(coordinator_client, waiting):
    for _number in range(3):
        make_dossier()
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")
    assert "Er wordt uitgezocht wat er zou veranderen" in text(coordinator_client.get(change_url(change)))
    Progress.of(change).report(2, 3)
    assert coordinator_client.get(change_url(change, "progress/")).json() == {"busy": True, "done": 2, "total": 3}
    assert "2 van 3 regels" in text(coordinator_client.get(change_url(change)))
    work(waiting)
    assert "3 dossiers" in text(coordinator_client.get(change_url(change)))
    assert "De wijziging wordt gemaakt" in press(coordinator_client, change)
    assert get_values() == ["", "", ""]
    work(waiting)
    assert coordinator_client.get(change_url(change, "progress/")).json()["busy"] is False
    assert get_values() == ["Emmeloord"] * 3
    assert "wordt ongedaan gemaakt" in press(coordinator_client, change, "undo/")
    work(waiting)
    assert get_values() == ["", "", ""]


def test_a_worker_that_starts_again_does_nothing_twice(coordinator_client, waiting):
    dossier, _other = make_dossier(), make_dossier()
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")
    work(waiting)
    press(coordinator_client, change)
    (asked,) = waiting
    work(waiting)
    steps = dossier.history.count()
    go_on_with_bulk_change.func(*asked)
    assert dossier.history.count() == steps


def test_when_writing_fails_nothing_is_written_and_it_can_be_tried_again(coordinator_client, monkeypatch):
    make_dossier(), make_dossier()
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")

    def full(*_args, **_kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr("dossiers.bulk_changes.bulk_save._create_log_entries", full)  # the last that is written
    page = press(coordinator_client, change)
    monkeypatch.undo()
    assert get_values() == ["", ""]
    assert "Er ging iets mis" in page
    press(coordinator_client, change)
    assert get_values() == ["Emmeloord"] * 2


def test_the_database_is_asked_as_often_a_record_for_30_as_for_10(coordinator_client):
    def asked_for(count: int) -> int:
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

    few = asked_for(10)
    assert asked_for(30) - few <= 20 * 2  # what a form's own check asks of each
