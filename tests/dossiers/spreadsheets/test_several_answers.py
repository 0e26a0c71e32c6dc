"""Tests of several answers about the newer values of one list: each decides only on what its question named."""

import pytest

from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports import row_corrections, staging
from dossiers.spreadsheets.imports.continuation import continue_run
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.imports.file_parts.part import Part
from dossiers.spreadsheets.imports.file_parts.parts import part_warnings, parts_of
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, WERKCORPORATIE, Lists, apply, decide_on_older_values

TESFU = PERSON | {"Voornaam": "Tesfu", "Extern nummer": "A1", "Telefoon": "06 12001001", "Opmerkingen": "Notitie 1"}
MARWA = PERSON | {"Voornaam": "Marwa", "Extern nummer": "A2", "Telefoon": "06 12001002", "Opmerkingen": "Notitie 2"}
TYPED = {"Tesfu": "+31655550001", "Marwa": "+31655550002"}
LISTED = {"Tesfu": "+31612001011", "Marwa": "+31612001012"}


def edit(user, name: str, **values) -> None:
    dossier = Dossier.objects.get(given_name=name)
    dossier._history_user = user
    for field, value in values.items():
        setattr(dossier, field, value)
    dossier.save()


def find_answers(run: ImportRun) -> list[tuple[Part, bool | None]]:
    return [(part, part.answer) for part in parts_of(run) if part.is_older]


def get_phones() -> dict[str, str]:
    return dict(Dossier.objects.values_list("given_name", "phone"))


@pytest.fixture
def run(lists: Lists, coordinator) -> ImportRun:
    """A list with other numbers of Tesfu, whose number a coordinator typed, and of Marwa."""
    lists.apply(TESFU, MARWA, user=coordinator)
    edit(coordinator, "Tesfu", phone=TYPED["Tesfu"])
    rows = [TESFU | {"Telefoon": "06 12001011"}, MARWA | {"Telefoon": "06 12001012"}]
    rows = [{name: value for name, value in row.items() if name != "Opmerkingen"} for row in rows]
    return lists.preview(*rows, organisation=WERKCORPORATIE, user=coordinator)


def answer_about_both(run: ImportRun, coordinator, *, first: bool, second: bool) -> str:
    """Answer about Tesfu, type a number of Marwa and answer about her; return the words of that second question."""
    decide_on_older_values(run, use_older=first)
    edit(coordinator, "Marwa", phone=TYPED["Marwa"])
    staging.stage(run)
    words = find_open_question_about_older_values(run).words
    decide_on_older_values(run, use_older=second)
    return words


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
def test_an_answer_about_somebody_else_leaves_the_earlier_answer_as_it_is(run, coordinator, first, second):
    words = answer_about_both(run, coordinator, first=first, second=second)
    assert "Telefoon van Marwa Haile" in words and "Tesfu" not in words
    apply(run)
    assert get_phones() == {
        "Tesfu": (LISTED if first else TYPED)["Tesfu"],
        "Marwa": (LISTED if second else TYPED)["Marwa"],
    }


@pytest.mark.parametrize("first", [True, False])
def test_each_answer_names_what_it_covers_and_can_be_changed_on_its_own(run, coordinator, first):
    answer_about_both(run, coordinator, first=first, second=not first)
    (about_tesfu, answer), (about_marwa, other_answer) = find_answers(run)
    assert (answer, other_answer) == (first, not first)
    assert "Tesfu" in about_tesfu.words and "Marwa" not in about_tesfu.words
    assert "Marwa" in about_marwa.words and "Tesfu" not in about_marwa.words
    staying = about_marwa if first else about_tesfu
    assert part_warnings(run)[0] == f"{staying.words} {staying.refusal}" and len(part_warnings(run)) == 1
    run.decided["parts"][about_tesfu.key] = not first
    staging.stage(run)
    assert [answer for _part, answer in find_answers(run)] == [not first, not first]
    apply(run)
    assert get_phones() == (TYPED if first else LISTED)


@pytest.mark.parametrize("second", [True, False])
def test_the_imported_list_says_that_values_stayed_whatever_the_last_answer_was(run, coordinator, second):
    answer_about_both(run, coordinator, first=False, second=second)
    apply(run)
    first, *others = part_warnings(run)
    assert all(warning.endswith("blijven staan.") for warning in (first, *others)) and len(others) == (not second)


def test_what_is_typed_again_after_the_answer_is_asked_about_again(run, coordinator):
    decide_on_older_values(run, use_older=True)
    edit(coordinator, "Tesfu", phone="+31655550003")
    staging.stage(run)
    (question, answer), *others = find_answers(run)
    assert answer is None and "Tesfu" in question.words and not others, "the former answer covers nothing any more"
    apply(decide_on_older_values(run, use_older=False))
    assert get_phones()["Tesfu"] == "+31655550003"


def test_an_answer_about_a_text_leaves_that_about_another_text_as_it_is(lists, coordinator):
    lists.apply(TESFU, MARWA, user=coordinator)
    edit(coordinator, "Tesfu", notes="Notitie 1\nvan mij")
    run = lists.preview(*(row | {"Opmerkingen": "Notitie 3"} for row in (TESFU, MARWA)), user=coordinator)
    decide_on_older_values(run, use_older=False)
    edit(coordinator, "Marwa", notes="Notitie 2\nook van mij", phone=TYPED["Marwa"])
    staging.stage(run)
    question = find_open_question_about_older_values(run)
    assert "Marwa Haile" in question.words and "Tesfu" not in question.words and question.is_mixed
    apply(decide_on_older_values(run, use_older=True))
    notes = dict(Dossier.objects.values_list("given_name", "notes"))
    assert notes == {"Tesfu": "Notitie 3\nvan mij", "Marwa": "Notitie 3"}


def test_the_continuation_of_a_list_asks_about_whom_no_question_named(lists, coordinator):
    lists.apply(TESFU, MARWA, user=coordinator)
    for name in ("Marwa", "Tesfu"):
        edit(coordinator, name, phone=TYPED[name])
    wrong = MARWA | {"Telefoon": "06 12001012", "Beschikbaar vanaf": "31-02-2027"}
    run = lists.preview(TESFU | {"Telefoon": "06 12001011"}, wrong, user=coordinator)
    apply(decide_on_older_values(run, use_older=True), good_rows_only=True)
    continuation = continue_run(run, coordinator)
    staging.stage(continuation)
    correct_cell(continuation, continuation.rows.get(line=3), "available_from", "28-02-2027")
    question = find_open_question_about_older_values(continuation)
    assert question and "Marwa Haile (Telefoon)" in question.words


WRONG = MARWA | {"Telefoon": "06 12001012", "Beschikbaar vanaf": "31-02-2027"}


def repair(run: ImportRun) -> None:
    correct_cell(run, run.rows.get(line=3), "available_from", "28-02-2027")


def take_in(run: ImportRun) -> None:
    row_corrections.take_in(run, list(run.rows.filter(line=3)))


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("is_left_out", [True, False])
def test_an_answer_says_nothing_about_a_line_that_was_not_compared_yet(lists, coordinator, first, is_left_out):
    lists.apply(TESFU, MARWA, user=coordinator)
    for name in ("Marwa", "Tesfu"):
        edit(coordinator, name, phone=TYPED[name])
    run = lists.preview(TESFU | {"Telefoon": "06 12001011"}, WRONG, user=coordinator)
    if is_left_out:
        repair(run)
        row_corrections.leave_out(run, list(run.rows.filter(line=3)))
    decide_on_older_values(run, use_older=first)
    assert find_open_question_about_older_values(run) is None
    (take_in if is_left_out else repair)(run)
    question = find_open_question_about_older_values(run)
    assert "Marwa Haile (Telefoon)" in question.words and "Tesfu" not in question.words
    decide_on_older_values(run, use_older=not first)
    assert [("Tesfu" in part.words, answer) for part, answer in find_answers(run)] in (
        [(True, first), (False, not first)],
        [(False, not first), (True, first)],
    )
    apply(run)
    assert get_phones() == {
        "Tesfu": (LISTED if first else TYPED)["Tesfu"],
        "Marwa": (TYPED if first else LISTED)["Marwa"],
    }


def test_values_that_were_saved_at_one_moment_have_an_answer_each(lists, coordinator):
    run = lists.preview(*(row | {"Telefoon": ""} for row in (TESFU, MARWA)), user=coordinator)
    for row in run.rows.all():
        correct_cell(run, row, "phone", TYPED[row.given["given_name"]])
    apply(run)
    run = lists.preview(TESFU | {"Telefoon": "06 12001011"}, WRONG, user=coordinator)
    decide_on_older_values(run, use_older=True)
    repair(run)
    apply(decide_on_older_values(run, use_older=False))
    assert get_phones() == {"Tesfu": LISTED["Tesfu"], "Marwa": TYPED["Marwa"]}


def test_an_answer_about_many_people_of_one_list_is_stored_as_one_range(lists, coordinator):
    names = ["Abel", "Bruk", "Chala", "Dawit", "Eyob", "Fikru", "Girma", "Hiwot"]
    people = [
        {"Voornaam": name, "Achternaam": name[::-1], "Geboortedatum": f"2{day}-01-1980", "Telefoon": f"06 1200100{day}"}
        for day, name in enumerate(names, 1)
    ]
    lists.apply(*people, user=coordinator)
    for name in names:
        edit(coordinator, name, phone=TYPED["Marwa"])
    run = lists.preview(*(row | {"Telefoon": "06 12001012"} for row in people), user=coordinator)
    decide_on_older_values(run, use_older=True)
    (named,) = run.decided["named"].values()
    keys = Dossier.objects.order_by("pk").values_list("pk", flat=True)
    assert named == {"phone": [[keys[0], keys[7]]]}


def test_the_answers_of_before_are_read_each_for_its_own_time(run, coordinator):
    decide_on_older_values(run, use_older=False)
    [first] = run.decided["parts"]
    edit(coordinator, "Marwa", phone=TYPED["Marwa"])
    later = int(first.split("-")[1]) + 3_600_000_000
    run.decided["parts"] = {f"newer-{later}": True, first: False}
    staging.stage(run)
    assert find_open_question_about_older_values(run) is None
    apply(run)
    assert get_phones() == {"Tesfu": TYPED["Tesfu"], "Marwa": LISTED["Marwa"]}
