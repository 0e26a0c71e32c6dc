"""An answer that adds a word to the remarks holds also for a line with remarks that were typed or accepted before."""

import pytest

from dossiers.models import Dossier, ImportRun, Supply
from dossiers.spreadsheets.imports.decisions import TO_REMARKS
from dossiers.spreadsheets.imports.row_corrections import accept_cell

from .imports import PERSON, Lists, apply, correct_cell
from .test_decisions import answer_questions, upload

DAY, NOTES = "Beschikbaar vanaf", "Opmerkingen"
ADDED = f"{DAY}: direct"


def make_run(lists: Lists, notes: str) -> ImportRun:
    return upload(lists, PERSON | {NOTES: notes, DAY: "direct"})


def answer(run: ImportRun, meaning: str | None = TO_REMARKS) -> ImportRun:
    return answer_questions(run, words={"available_from": {"direct": meaning}})


def apply_and_read(run: ImportRun) -> list[str]:
    assert run.counts()["error"] == 0
    apply(run)
    return Dossier.objects.get().notes.splitlines()


def test_a_word_is_added_to_a_remark_that_was_accepted_without_its_number_before(lists: Lists, base_data) -> None:
    run = make_run(lists, "heeft BSN 123456782")
    accept_cell(run, run.rows.get(), "notes")
    assert apply_and_read(answer(run)) == ["heeft BSN ***", ADDED]


def test_a_word_is_added_once_if_the_remark_is_accepted_after_the_answer(lists: Lists, base_data) -> None:
    run = answer(make_run(lists, "heeft BSN 123456782"))
    accept_cell(run, run.rows.get(), "notes")
    assert apply_and_read(answer(run)) == ["heeft BSN ***", ADDED]


@pytest.mark.parametrize("listed", ["Belt graag", "", "leegmaken"])
@pytest.mark.parametrize(
    ("typed", "notes"),
    [("Fietst", ["Fietst", ADDED]), ("", [ADDED]), ("leegmaken", [ADDED]), (f"Fietst\n{ADDED}", ["Fietst", ADDED])],
)
def test_a_word_is_added_to_a_remark_that_was_typed_before(lists: Lists, base_data, listed, typed, notes) -> None:
    run = make_run(lists, listed)
    correct_cell(run, run.rows.get(), "notes", typed)
    assert apply_and_read(answer(run)) == notes


@pytest.mark.parametrize("typed", ["Fietst", ""])
def test_a_line_that_the_user_took_out_of_the_remark_stays_out(lists: Lists, base_data, typed) -> None:
    run = answer(make_run(lists, "Belt graag"))
    correct_cell(run, run.rows.get(), "notes", typed)
    assert apply_and_read(answer(run)) == [typed] * bool(typed)


def test_a_word_stays_in_a_remark_that_is_typed_again_after_the_answer(lists: Lists, base_data) -> None:
    run = make_run(lists, "Belt graag")
    for text in ("Fietst", f"Fietst graag\n{ADDED}"):
        correct_cell(run, run.rows.get(), "notes", text)
        run = answer(run)
    assert apply_and_read(run) == ["Fietst graag", ADDED]


def test_a_number_that_was_typed_in_the_remark_is_still_a_question_beside_the_word(lists: Lists, base_data) -> None:
    run = make_run(lists, "Belt graag")
    correct_cell(run, run.rows.get(), "notes", "heeft BSN 123456782")
    run = answer(run)
    row = run.rows.get()
    assert row.action == "error" and row.bad["notes"].splitlines() == ["heeft BSN ***", ADDED]
    accept_cell(run, row, "notes")
    assert apply_and_read(answer(run)) == ["heeft BSN ***", ADDED]


@pytest.mark.parametrize("meaning", [None, "01-02-2027"])
def test_another_answer_leaves_a_typed_remark_as_it_is(lists: Lists, base_data, meaning) -> None:
    run = make_run(lists, "Belt graag")
    correct_cell(run, run.rows.get(), "notes", "Fietst")
    assert apply_and_read(answer(answer(run), meaning)) == ["Fietst"]


@pytest.mark.parametrize("by_partner", [False, True])
def test_the_sender_supplied_the_word_and_not_what_a_coordinator_typed(lists: Lists, coordinator, by_partner) -> None:
    run = lists.preview(PERSON | {NOTES: "Belt graag", DAY: "direct"}, by_partner=by_partner, user=coordinator)
    correct_cell(run, run.rows.get(), "notes", "Belt graag\nFietst")
    assert apply_and_read(answer(run)) == ["Belt graag", "Fietst", ADDED]
    assert Supply.objects.get().values["notes"].splitlines() == ["Belt graag", ADDED]
