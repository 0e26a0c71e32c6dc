"""A coordinator types lines among those of a sender's remark; they stay, and no line of the sender comes in twice."""

import pytest

from dossiers.backoffice.imports.previews import build_shown_rows
from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, WERKCORPORATIE, Lists, apply, decide_on_older_values, preview
from .test_list_dates import write_list
from .test_remembered_parts import FIRST, JOINED, LABELLED, get_value, read, send

SENDERS = pytest.mark.parametrize("by_partner", [True, False], ids=["sent by a partner", "uploaded"])


def send_and_type(lists: Lists, columns: dict[str, str], text: str, **fields) -> None:
    """Import the first list with a remark that a coordinator typed anew in its preview."""
    run = read(lists, columns, FIRST, **fields)
    correct_cell(run, run.rows.get(), "notes", text)
    apply(run)


def apply_later(lists: Lists, columns: dict[str, str], row: dict[str, str], **fields) -> ImportRun:
    """Import a later list; what the dossier has stays, if that is asked."""
    return apply(decide_on_older_values(read(lists, columns, row, **fields), use_older=False))


@SENDERS
@pytest.mark.parametrize(
    ("text", "later", "notes"),
    [
        ("belt graag\nEigen\nHeeft een hond", FIRST, "belt graag\nEigen\nHeeft een hond"),
        ("Heeft een hond\nbelt graag", FIRST, "Heeft een hond\nbelt graag"),
        ("belt graag\nEigen", FIRST, "belt graag\nEigen"),
        ("belt graag\nEigen", {"Opm": "belt graag", "Bijz": "Heeft een kat"}, "belt graag\nEigen\nHeeft een kat"),
        ("Eigen", FIRST, "Eigen"),
    ],
)
def test_a_text_that_a_coordinator_typed_anew_stays_once_when_the_list_comes_again(
    lists, coordinator, by_partner, text, later, notes
) -> None:
    send_and_type(lists, JOINED, text, by_partner=by_partner, user=coordinator)
    for _time in range(2):
        apply_later(lists, JOINED, later, by_partner=by_partner, user=coordinator)
        assert get_value("notes") == notes.splitlines()


@pytest.mark.parametrize("columns", [JOINED, LABELLED])
def test_the_values_of_the_list_replace_a_typed_text_without_doubling_its_lines(lists, coordinator, columns) -> None:
    label = "Bijz: " if columns == LABELLED else ""
    fields = {"by_partner": True, "user": coordinator}
    send_and_type(lists, columns, f"belt graag, 's ochtends\n{label}Heeft een hond", **fields)
    run = read(lists, columns, FIRST, **fields)
    assert find_open_question_about_older_values(run)
    apply(decide_on_older_values(run, use_older=True))
    assert get_value("notes").count(f"{label}Heeft een hond") == 1


@SENDERS
@pytest.mark.parametrize("later", [{"Opm": "", "Bijz": "leegmaken"}, {"Opm": "belt graag", "Bijz": "leegmaken"}])
def test_the_word_that_empties_takes_every_copy_of_a_part_away(lists, coordinator, by_partner, later) -> None:
    send(lists, JOINED, FIRST, by_partner=by_partner, user=coordinator)
    Dossier.objects.update(notes="belt graag\nHeeft een hond\nEigen\nHeeft  een hond")
    run = read(lists, JOINED, later, by_partner=by_partner, user=coordinator)
    assert "Heeft een hond" not in run.rows.get().changes["notes"][1]
    apply(decide_on_older_values(run, use_older=True))
    assert "belt graag" in get_value("notes") and "Heeft een hond" not in " ".join(get_value("notes"))
    assert "Heeft" not in " ".join(get_value("notes"))


@pytest.mark.parametrize("columns", [JOINED, {"Opmerkingen": "notes"}])
def test_the_word_that_empties_leaves_the_copy_of_another_sender(lists, columns) -> None:
    first = FIRST if columns == JOINED else {"Opmerkingen": "Heeft een hond"}
    send(lists, columns, first, by_partner=True)
    other = {"Opmerkingen": "Zoekt een kamer\nHeeft een hond"}
    send(lists, {"Opmerkingen": "notes"}, other, by_partner=True, organisation=WERKCORPORATIE)
    send(lists, columns, dict.fromkeys(first, "leegmaken"), by_partner=True)
    assert get_value("notes") == ["Zoekt een kamer", "Heeft een hond"]


@pytest.mark.parametrize("later", ["Zoekt werk\nBelt graag", "Zoekt werk\nBelt nu"])
def test_a_remark_with_a_note_between_its_lines_comes_in_once(lists: Lists, coordinator, later) -> None:
    lists.apply(PERSON | {"Opmerkingen": "Zoekt werk\nBelt graag"}, by_partner=True)
    dossier = Dossier.objects.get()
    dossier.notes, dossier._history_user = "Zoekt werk\nTe laat\nBelt graag", coordinator
    dossier.save()
    lists.apply(PERSON | {"Opmerkingen": later}, by_partner=True)
    assert get_value("notes") == ["Zoekt werk", "Te laat", later.splitlines()[1]]


def test_lines_in_another_order_are_no_change(lists: Lists, coordinator) -> None:
    lists.apply(PERSON | {"Opmerkingen": "Zoekt werk\nBelt graag"}, by_partner=True)
    Dossier.objects.update(notes="Zoekt werk\nTe laat\nBelt graag")
    run = lists.preview(PERSON | {"Opmerkingen": "Belt graag\nZoekt werk"}, by_partner=True)
    assert run.rows.get().action == "unchanged"


def test_lines_that_an_uploaded_list_gives_in_another_order_than_before_are_a_change(lists: Lists) -> None:
    lists.apply(PERSON | {"Opmerkingen": "Zoekt werk\nBelt graag"})
    lists.apply(PERSON | {"Opmerkingen": "Belt graag\nZoekt werk"})
    assert get_value("notes") == ["Belt graag", "Zoekt werk"]


def type_line(coordinator) -> None:
    dossier = Dossier.objects.get()
    dossier.notes, dossier._history_user = f"{dossier.notes}\nEigen regel", coordinator
    dossier.save()


@SENDERS
@pytest.mark.parametrize("uses_older", [None, True, False], ids=["no older list", "older used", "older declined"])
def test_the_word_that_empties_removes_only_the_words_of_the_sender(lists, coordinator, by_partner, uses_older) -> None:
    apply(preview(write_list(lists, "Peildatum: 02-12-2025", PERSON | {"Opmerkingen": "Belt graag"})))
    if uses_older is not None:
        older = preview(write_list(lists, "Peildatum: 01-11-2025", PERSON | {"Opmerkingen": "Belt nooit"}))
        apply(decide_on_older_values(older, use_older=uses_older))
    type_line(coordinator)
    run = lists.preview(PERSON | {"Opmerkingen": "leegmaken"}, by_partner=by_partner)
    assert not find_open_question_about_older_values(run)
    [row] = build_shown_rows(run, list(run.rows.all()))
    assert row.changes[0].hint == "Alleen de tekst van de afzender verdwijnt; de rest blijft staan."
    apply(run)
    assert get_value("notes") == ["Eigen regel"]
    [row] = build_shown_rows(run, list(run.rows.all()))
    assert row.changes[0].hint, "the result says so too"


@SENDERS
def test_a_line_that_was_typed_since_the_upload_is_no_reason_to_ask_about_the_words_of_the_sender(
    lists, coordinator, by_partner
) -> None:
    lists.apply(PERSON | {"Opmerkingen": "Belt graag"}, by_partner=by_partner)
    run = lists.preview(PERSON | {"Opmerkingen": "leegmaken"}, by_partner=by_partner)
    type_line(coordinator)
    staging.stage(run)
    assert not find_open_question_about_older_values(run)
    apply(run)
    assert get_value("notes") == ["Eigen regel"]


def test_a_line_that_a_list_would_remove_is_still_asked_about_if_it_was_typed_since(lists, coordinator) -> None:
    lists.apply(PERSON | {"Opmerkingen": "Belt graag"})
    run = lists.preview(PERSON | {"Opmerkingen": "Belt nooit"})
    type_line(coordinator)
    staging.stage(run)
    assert find_open_question_about_older_values(run)
