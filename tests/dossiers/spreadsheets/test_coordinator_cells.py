"""A list names the same people as coordinators as a form offers, and whoever a record has already."""

import pytest

from dossiers.models import Dossier, EmployerInterest
from dossiers.models.rights import COORDINATORS, READERS
from dossiers.spreadsheets.resources import DossierResource

from .imports import Lists, apply
from .undo import FULL, INTERESTS, JOB, NUMBERED, OTHER, undo_import


@pytest.fixture
def users(make_user) -> dict[str, object]:
    """A coordinator, a reader, and somebody who was a coordinator."""
    return {
        "an": make_user("an", COORDINATORS, first_name="An", last_name="Bakker"),
        "lezer": make_user("lezer", READERS, first_name="Lea", last_name="Lezer"),
        "weg": make_user("weg", COORDINATORS, first_name="Wim", last_name="Weg", is_active=False),
    }


@pytest.mark.parametrize("name", ["Lea Lezer", "lezer", "Wim Weg"])
def test_a_user_whom_no_form_offers_is_asked_about_and_only_coordinators_are_offered(lists: Lists, users, name) -> None:
    run = lists.preview(NUMBERED | {"Begeleider": name}, OTHER | {"Begeleider": "An Bakker"})
    row = run.rows.get(line=2)
    assert row.errors == {"coordinator": [f"“{name}” is hier niet bekend. Kies uit: An Bakker."]}
    assert run.asked["words"] == {"coordinator": {name: 1}}
    assert DossierResource().sheet_fields()["coordinator"].widget.settable_options() == [("an", "An Bakker")]
    assert run.rows.get(line=3).given["coordinator"] == "an"


def test_the_owner_of_an_interest_is_a_coordinator_too(lists: Lists, users) -> None:
    run = lists.preview(JOB | {"Begeleider": "lezer"}, JOB | {"Werk": "Snoeien", "Begeleider": "an"}, **INTERESTS)
    apply(run, good_rows_only=True)
    assert [interest.owner for interest in EmployerInterest.objects.all()] == [users["an"]]


def test_a_record_keeps_somebody_who_is_no_coordinator_any_more_and_no_other_record_gets_them(
    lists: Lists, users
) -> None:
    lists.apply(NUMBERED, OTHER)
    Dossier.objects.filter(family_name="Haile").update(coordinator=users["weg"])
    cells = {"Begeleider": "Wim Weg", "Beroep": "kok"}
    run = lists.preview(NUMBERED | cells, OTHER | cells, FULL | {"Voornaam": "Nieuw", "Extern nummer": "9"} | cells)
    assert [row.action for row in run.rows.order_by("line")] == ["changed", "error", "error"]
    assert {tuple(row.errors) for row in run.rows.filter(action="error")} == {("coordinator",)}
    apply(run, good_rows_only=True)
    haile = Dossier.objects.get(family_name="Haile", given_name="Selam")
    assert (haile.coordinator, haile.profession) == (users["weg"], "kok")


def test_somebody_who_loses_the_role_after_the_preview_is_shown_again(lists: Lists, users) -> None:
    lists.apply(NUMBERED | {"Begeleider": "an"})
    run = lists.preview(NUMBERED | {"Begeleider": "an", "Beroep": "kok"}, OTHER | {"Begeleider": "an"})
    users["an"].groups.clear()
    apply(run)
    assert run.state == "previewed" and "1 regel nu een andere uitkomst" in run.reason
    assert [list(row.errors) for row in run.rows.order_by("line")] == [[], ["coordinator"]]


def test_an_undo_gives_a_record_back_to_whoever_had_it(lists: Lists, users) -> None:
    lists.apply(NUMBERED)
    Dossier.objects.update(coordinator=users["weg"])
    run = lists.apply(NUMBERED | {"Begeleider": "an"})
    undo_import(run)
    assert Dossier.objects.get().coordinator == users["weg"]
