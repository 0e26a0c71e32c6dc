"""Tests of abandoned bulk changes: old previews, killed workers and search terms."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.bulk_changes.apply import apply
from dossiers.models import BulkChange, Dossier, FollowUp
from dossiers.models.rights import COORDINATORS
from dossiers.spreadsheets.expiry import destroy_expired
from dossiers.tasks import go_on_with_bulk_change

from ..models.factories import make_dossier
from .bulk import apply_change, change_url, press, preview
from .pages import text

State = BulkChange.State
BEGIN_ANEW = "Wat u hier bekeek, is niet meer bewaard."


def get_locations() -> list[str]:
    return list(Dossier.objects.order_by("pk").values_list("location", flat=True))


def set_age(change: BulkChange, **age: float) -> None:
    then = timezone.now() - timedelta(**age)
    BulkChange.objects.filter(pk=change.pk).update(created_at=then)
    BulkChange.objects.filter(pk=change.pk, applied_at__isnull=False).update(applied_at=then)


# A preview whose time is over


def test_applying_an_expired_preview_changes_and_shows_nobody(coordinator_client):
    make_dossier(given_name="Selam"), make_dossier(given_name="Tesfay")
    change = preview(coordinator_client, Dossier, "location", "Emmeloord", q="Selam")
    set_age(change, days=2)
    destroy_expired()
    page = press(coordinator_client, change)
    assert BEGIN_ANEW in page and "Tesfay" not in page
    assert (change.state, change.count, change.rows.count()) == (State.PREVIEWED, 0, 0)
    assert get_locations() == ["", ""]


def test_the_page_of_an_expired_preview_asks_to_begin_again(coordinator_client):
    make_dossier()
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")
    set_age(change, days=2)
    destroy_expired()
    assert BEGIN_ANEW in text(coordinator_client.get(change_url(change)))


def test_a_preview_whose_people_were_all_deleted_selects_nobody_else(coordinator_client):
    make_dossier()
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")
    change.rows.all().delete()
    assert BEGIN_ANEW in press(coordinator_client, change)
    assert change.claim(State.PREVIEWED, State.APPLYING)
    apply(change)
    assert (change.state, change.count, change.query, change.rows.count()) == (State.PREVIEWED, 0, "", 0)
    assert change.reason.startswith(BEGIN_ANEW)
    assert get_locations() == [""]


def test_somebody_who_loses_the_role_after_the_preview_gets_no_records_but_an_undo_gives_them_back(
    coordinator_client, coordinator, make_user
):
    left, dossier = make_user("left", COORDINATORS), make_dossier()
    change = preview(coordinator_client, Dossier, "coordinator", left.pk)
    left.groups.clear()
    assert "Kies een begeleider." in press(coordinator_client, change)
    dossier.refresh_from_db()
    assert (change.state, dossier.coordinator) == (State.PREVIEWED, None)
    Dossier.objects.update(coordinator=left)
    change = apply_change(coordinator_client, Dossier, "coordinator", coordinator.pk)
    press(coordinator_client, change, "undo/")
    assert Dossier.objects.get().coordinator == left


@pytest.mark.parametrize("state", [State.PREPARING, State.PREVIEWED, State.APPLYING])
def test_the_search_words_of_a_change_without_lines_expire_after_a_day(base_data, state):
    change = BulkChange.objects.create(kind="dossier", field="location", query="id=all&q=Selam", state=state)
    assert destroy_expired() == []
    set_age(change, days=2)
    assert destroy_expired() == [f"regels van bulkwijziging {change.pk}"]
    change.refresh_from_db()
    assert (change.query, change.state) == ("", State.PREVIEWED)
    assert destroy_expired() == []


def test_a_change_applied_meanwhile_is_not_expired(coordinator_client):
    make_dossier()
    seen_before = preview(coordinator_client, Dossier, "location", "Emmeloord")
    press(coordinator_client, BulkChange.objects.get())
    assert not seen_before.forget()
    assert BulkChange.objects.get().state == State.APPLIED and seen_before.rows.count() == 1


# Who did it


def test_the_user_of_an_interrupted_undo_is_recorded(coordinator_client, coordinator, monkeypatch):
    make_dossier()
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    monkeypatch.setattr("dossiers.backoffice.bulk_changes.pages.run_or_enqueue", lambda *_args: None)
    press(coordinator_client, change, "undo/")
    assert (change.state, change.undone_by) == (State.UNDOING, coordinator)


# The moment


def make_actions(count: int) -> None:
    for number in range(count):
        FollowUp.objects.create(text=f"Bellen {number}", due_on=timezone.localdate())


def test_an_action_is_completed_at_the_moment_the_change_is_applied(coordinator_client):
    make_actions(2)
    change = preview(coordinator_client, FollowUp, "done", "done")
    previewed_at = timezone.now()
    press(coordinator_client, change)
    moments = set(FollowUp.objects.values_list("done_at", flat=True))
    assert moments == {change.applied_at} and change.applied_at > previewed_at
    press(coordinator_client, change, "undo/")
    assert FollowUp.objects.open().count() == 2


def test_completing_actions_has_a_constant_number_of_updates(coordinator_client):
    def count_updates(count: int) -> int:
        FollowUp.objects.all().delete()
        make_actions(count)
        change = preview(coordinator_client, FollowUp, "done", "done")
        assert change.claim(State.PREVIEWED, State.APPLYING)
        with CaptureQueriesContext(connection) as captured:
            go_on_with_bulk_change.func(change.pk)
        return sum(query["sql"].startswith("UPDATE") for query in captured)

    assert count_updates(10) == count_updates(30)
