"""The undo of a list takes its remarks out of what its sender gave too, also if a later list followed."""

import pytest

from dossiers.models import Dossier, Supply
from dossiers.models.rights import COORDINATORS
from dossiers.spreadsheets.imports import absent
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values

from .imports import PERSON, WERKCORPORATIE, apply, decide_on_older_values
from .test_remembered_parts import JOINED, LABELLED, PHONES, get_value, read, send
from .undo import OTHER, undo_import

SENDERS = pytest.mark.parametrize("by_partner", [True, False], ids=["sent by a partner", "uploaded"])


@SENDERS
@pytest.mark.parametrize("columns", [LABELLED, JOINED])
def test_a_remark_that_an_undo_took_away_comes_in_again_with_the_same_list(lists, by_partner, columns) -> None:
    send(lists, columns, {"Beroep": "lasser"}, by_partner=by_partner)
    first = send(lists, columns, {"Opm": "belt graag", "Bijz": ""}, by_partner=by_partner)
    notes = get_value("notes")
    send(lists, columns, {"Beroep": "kok"}, by_partner=by_partner)
    undo_import(first)
    assert get_value("notes") == [] and "belt" not in str(Supply.objects.values("values", "parts"))
    draft = read(lists, columns, {"Opm": "belt niet", "Bijz": ""}, by_partner=True, with_partner=True)
    assert draft.rows.get().changes["notes"][0] == "", "the partner sees the former value of the dossier"
    again = read(lists, columns, {"Opm": "belt graag", "Bijz": ""}, by_partner=by_partner)
    apply(decide_on_older_values(again, use_older=True))
    assert get_value("notes") == notes


@SENDERS
def test_the_former_remark_is_the_one_before_the_undone_list(lists, by_partner) -> None:
    send(lists, LABELLED, {"Opm": "belt graag", "Bijz": ""}, by_partner=by_partner)
    first = send(lists, LABELLED, {"Opm": "belt niet", "Bijz": ""}, by_partner=by_partner)
    send(lists, LABELLED, {"Beroep": "kok"}, by_partner=by_partner)
    undo_import(first)
    assert get_value("notes") == Supply.objects.get().values["notes"].splitlines() == ["Opm: belt graag"]
    send(lists, LABELLED, {"Opm": "", "Bijz": "Heeft een hond"}, by_partner=by_partner)
    assert get_value("notes") == ["Opm: belt graag", "Bijz: Heeft een hond"]


@SENDERS
def test_a_number_that_was_left_over_goes_with_the_undo_of_its_list(lists, by_partner) -> None:
    send(lists, PHONES, {"Beroep": "lasser"}, by_partner=by_partner)
    first = send(lists, PHONES, {"Tel vast": "0321-123456", "Mobiel": "06-12345678"}, by_partner=by_partner)
    send(lists, PHONES, {"Tel vast": "", "Mobiel": "06-12345679"}, by_partner=by_partner)
    undo_import(first)
    assert get_value("notes") == [] and "0321" not in str(Supply.objects.values("values", "parts"))


def test_so_does_what_the_undone_list_gave_first_of_somebody_whom_another_supplied(lists) -> None:
    send(lists, LABELLED, {"Beroep": "lasser"}, organisation=WERKCORPORATIE)
    first = send(lists, LABELLED, {"Opm": "belt graag", "Bijz": ""}, by_partner=True)
    send(lists, LABELLED, {"Beroep": "kok"}, by_partner=True)
    undo_import(first)
    assert get_value("notes") == [] and "belt" not in str(Supply.objects.values("values", "parts"))


@SENDERS
def test_what_a_later_list_gives_too_stays_what_its_sender_gave(lists, by_partner) -> None:
    send(lists, LABELLED, {"Beroep": "lasser"}, by_partner=by_partner)
    first = send(lists, LABELLED, {"Opm": "belt graag", "Bijz": ""}, by_partner=by_partner)
    send(lists, LABELLED, {"Opm": "belt graag", "Bijz": ""}, by_partner=by_partner)
    undo_import(first)
    assert get_value("notes") == Supply.objects.get().values["notes"].splitlines() == ["Opm: belt graag"]


def test_a_line_that_an_undo_brings_back_is_still_of_the_list_that_gave_it(lists, coordinator) -> None:
    lists.apply(OTHER)
    numbers = [{"Tel vast": f"0321-12345{number}", "Mobiel": "06-12345678"} for number in (6, 7)]
    _september, october = (send(lists, PHONES, row, user=coordinator) for row in numbers)
    november = lists.preview(OTHER, user=coordinator)  # without the person
    absent.choose_all(november, absent.CONTACT)
    apply(november)
    undo_import(october, coordinator)
    undo_import(november, coordinator)
    assert Dossier.objects.get(given_name="Selam").notes == "Tel vast: 0321-123456"
    again = read(lists, PHONES, numbers[1], user=coordinator)
    assert again.rows.get(action="changed").changes == {"notes": ["Tel vast: 0321-123456", "Tel vast: 0321-123457"]}
    assert find_open_question_about_older_values(again) is None


def test_a_line_of_a_coordinator_that_an_undo_brings_back_is_asked_about(lists, coordinator, make_user) -> None:
    lists.apply(PERSON | {"Opmerkingen": "belt graag"})
    dossier = Dossier.objects.get()
    dossier.notes, dossier._history_user = "belt graag\nGebeld 1 dec", coordinator
    dossier.save()
    october = lists.preview(PERSON | {"Opmerkingen": "belt niet"})
    apply(decide_on_older_values(october, use_older=True))
    assert get_value("notes") == ["belt niet"]
    undo_import(october, make_user("another coordinator", COORDINATORS))
    assert get_value("notes") == ["belt graag", "Gebeld 1 dec"]
    question = find_open_question_about_older_values(lists.preview(PERSON | {"Opmerkingen": "belt niet"}))
    assert question is not None and "zou tekst van coordinator verwijderen" in question.words
