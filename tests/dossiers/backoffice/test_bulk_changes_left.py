"""Tests of abandoned bulk changes: old previews, killed workers and search terms."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.bulk_changes.apply import apply
from dossiers.models import BulkChange, Dossier, FollowUp
from dossiers.spreadsheets.expiry import destroy_expired
from dossiers.tasks import go_on_with_bulk_change

from ..models.factories import make_dossier
from .bulk import apply_change, change_url, press, preview
from .pages import text

State = BulkChange.State
BEGIN_ANEW = "Wat u hier bekeek, is niet meer bewaard."


def locations() -> list[str]:
    return list(Dossier.objects.order_by("pk").values_list("location", flat=True))


def grow_old(change: BulkChange, **age: float) -> None:
    then = timezone.now() - timedelta(**age)
    BulkChange.objects.filter(pk=change.pk).update(created_at=then)
    BulkChange.objects.filter(pk=change.pk, applied_at__isnull=False).update(applied_at=then)


# A preview whose time is over


def test_a_page_that_is_still_open_after_a_day_changes_and_shows_nobody(coordinator_client):
    make_dossier(given_name="Selam"), make_dossier(given_name="Tesfay")
    change = preview(coordinator_client, Dossier, "location", "Emmeloord", q="Selam")
    grow_old(change, days=2)
    destroy_expired()
    page = press(coordinator_client, change)
    assert BEGIN_ANEW in page and "Tesfay" not in page
    assert (change.state, change.count, change.rows.count()) == (State.PREVIEWED, 0, 0)
    assert locations() == ["", ""]


def test_who_looks_at_it_again_is_told_to_begin_anew(coordinator_client):
    make_dossier()
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")
    grow_old(change, days=2)
    destroy_expired()
    assert BEGIN_ANEW in text(coordinator_client.get(change_url(change)))


def test_a_preview_of_which_everybody_was_forgotten_is_not_made_of_others(coordinator_client):
    make_dossier()
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")
    change.rows.all().delete()
    assert BEGIN_ANEW in press(coordinator_client, change)
    assert change.claim(State.PREVIEWED, State.APPLYING)
    apply(change)
    assert (change.state, change.count, change.query, change.rows.count()) == (State.PREVIEWED, 0, "", 0)
    assert change.reason.startswith(BEGIN_ANEW)
    assert locations() == [""]


@pytest.mark.parametrize("state", [State.PREPARING, State.PREVIEWED, State.APPLYING])
def test_without_lines_the_name_searched_for_goes_too_after_a_day(base_data, state):
    change = BulkChange.objects.create(kind="dossier", field="location", query="id=all&q=Selam", state=state)
    assert destroy_expired() == []
    grow_old(change, days=2)
    assert destroy_expired() == [f"regels van bulkwijziging {change.pk}"]
    change.refresh_from_db()
    assert (change.query, change.state) == ("", State.PREVIEWED)
    assert destroy_expired() == []


def test_what_is_applied_meanwhile_is_left_alone(coordinator_client):
    make_dossier()
    seen_before = preview(coordinator_client, Dossier, "location", "Emmeloord")
    press(coordinator_client, BulkChange.objects.get())
    assert not seen_before.forget()
    assert BulkChange.objects.get().state == State.APPLIED and seen_before.rows.count() == 1


# Who did it


def test_who_asked_for_an_undo_is_known_also_when_it_is_killed(coordinator_client, coordinator, monkeypatch):
    make_dossier()
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    monkeypatch.setattr("dossiers.backoffice.bulk_changes.pages.run_or_enqueue", lambda *_args: None)
    press(coordinator_client, change, "undo/")
    assert (change.state, change.undone_by) == (State.UNDOING, coordinator)


# The moment


def actions(count: int) -> None:
    for number in range(count):
        FollowUp.objects.create(text=f"Bellen {number}", due_on=timezone.localdate())


def test_an_action_is_done_when_the_change_is_applied_and_not_when_it_was_shown(coordinator_client):
    actions(2)
    change = preview(coordinator_client, FollowUp, "done", "done")
    looked = timezone.now()
    press(coordinator_client, change)
    moments = set(FollowUp.objects.values_list("done_at", flat=True))
    assert moments == {change.applied_at} and change.applied_at > looked
    press(coordinator_client, change, "undo/")
    assert FollowUp.objects.open().count() == 2


def test_many_actions_are_done_in_as_many_statements_as_few(coordinator_client):
    def updates(count: int) -> int:
        FollowUp.objects.all().delete()
        actions(count)
        change = preview(coordinator_client, FollowUp, "done", "done")
        assert change.claim(State.PREVIEWED, State.APPLYING)
        with CaptureQueriesContext(connection) as captured:
            go_on_with_bulk_change.func(change.pk)
        return sum(query["sql"].startswith("UPDATE") for query in captured)

    assert updates(10) == updates(30)
