"""The title of a part of a list is added to the remarks of its people, unless the user says that it is not."""

from pathlib import Path

import openpyxl
import pytest

from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.file_parts.answers import answer_parts
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.profiles import add_earlier_answers

from .imports import Lists, apply, decide_on_older_values
from .test_decisions import answer_questions, upload
from .test_file_parts import HEADER, OMAR, RAHEL, SELAM, make_workbook
from .test_tables_beside import put_beside
from .undo import undo_import

TITLE = "Wachtlijst, nog niet benaderen!"
REMARK = f"Onder de titel: {TITLE}"
REMARKS = [*HEADER, "Opmerkingen"]


def put_below(header: list, *people: list, title: str = TITLE) -> list[list]:
    first, *others = people
    return [header, first, [], [title], *others]


def put_table_below(header: list, *people: list, title: str = TITLE) -> list[list]:
    first, *others = people
    return [header, first, [], [title], header, *others]


def put_table_beside(header: list, *people: list, title: str = TITLE) -> list[list]:
    first, *others = people
    return put_beside([["Kandidaten", *[None] * (len(header) - 1)], header, first], [[title], header, *others])


def read(lists: Lists, folder: Path, *rows: list, **parts: bool) -> ImportRun:
    """Read a list of which all parts belong to it, or as these answers say."""
    run = upload(lists, path=make_workbook(folder / f"lijst-{ImportRun.objects.count()}.xlsx", *rows))
    return answer_questions(run, parts={part.key: True for part in parts_of(run)} | parts)


def get_notes() -> dict[str, list[str]]:
    return {name: notes.splitlines() for name, notes in Dossier.objects.values_list("given_name", "notes")}


@pytest.mark.parametrize("put", [put_below, put_table_below, put_table_beside])
def test_the_title_of_a_part_is_shown_as_a_change_and_added_to_the_remarks(lists: Lists, tmp_path: Path, put) -> None:
    apply(read(lists, tmp_path, HEADER, SELAM, OMAR))
    run = read(lists, tmp_path, *put(HEADER, SELAM, OMAR, RAHEL))
    assert {row.given["given_name"]: row.changes.get("notes") for row in run.rows.filter(action="changed")} == {
        "Omar": ["", REMARK]
    }
    apply(run)
    assert get_notes() == {"Selam": [], "Omar": [REMARK], "Rahel": [REMARK]}
    undo_import(run)
    assert get_notes() == {"Selam": [], "Omar": []}


@pytest.mark.parametrize("put", [put_below, put_table_below, put_table_beside])
def test_the_same_title_next_week_is_no_change(lists: Lists, tmp_path: Path, put) -> None:
    apply(read(lists, tmp_path, *put(HEADER, SELAM, OMAR)))
    run = read(lists, tmp_path, *put(HEADER, SELAM, OMAR, RAHEL))
    assert run.counts() | {"new": 1, "unchanged": 2} == run.counts()
    apply(run)
    assert get_notes() == {"Selam": [], "Omar": [REMARK], "Rahel": [REMARK]}


def test_the_title_stands_below_the_own_remark_of_the_sender(lists: Lists, tmp_path: Path) -> None:
    people = [[*SELAM, "belt graag"], [*OMAR, "kok"], [*RAHEL, None]]
    for _week in (1, 2):
        apply(read(lists, tmp_path, *put_below(REMARKS, *people)))
        assert get_notes() == {"Selam": ["belt graag"], "Omar": ["kok", REMARK], "Rahel": [REMARK]}


def test_a_remark_that_a_coordinator_deleted_does_not_come_back_with_a_title_without_asking(
    lists: Lists, tmp_path: Path, coordinator
) -> None:
    people = [[*SELAM, "belt graag"], [*OMAR, "belt graag\nheeft een fiets"], [*RAHEL, None]]
    apply(read(lists, tmp_path, REMARKS, *people))
    dossier = Dossier.objects.get(given_name="Omar")
    dossier._history_user, dossier.notes = coordinator, "belt graag"
    dossier.save()
    run = read(lists, tmp_path, *put_below(REMARKS, *people))
    question = find_open_question_about_older_values(run)
    assert question and "Omar" in question.words and "Rahel" not in question.words
    apply(decide_on_older_values(run, use_older=False))
    assert get_notes() == {"Selam": ["belt graag"], "Omar": ["belt graag", REMARK], "Rahel": [REMARK]}


def test_somebody_under_another_title_or_in_the_list_itself_loses_the_title_of_before(
    lists: Lists, tmp_path: Path
) -> None:
    apply(read(lists, tmp_path, *put_below(HEADER, SELAM, OMAR, RAHEL)))
    apply(read(lists, tmp_path, HEADER, OMAR, [], ["Later"], SELAM, [], [TITLE], RAHEL))
    assert get_notes() == {"Selam": ["Onder de titel: Later"], "Omar": [], "Rahel": [REMARK]}


def test_a_list_without_titles_leaves_the_title_of_before(lists: Lists, tmp_path: Path) -> None:
    apply(read(lists, tmp_path, *put_below(HEADER, SELAM, OMAR)))
    apply(read(lists, tmp_path, HEADER, SELAM, OMAR))
    assert get_notes() == {"Selam": [], "Omar": [REMARK]}


def test_a_title_that_the_user_unticks_is_not_added(lists: Lists, tmp_path: Path) -> None:
    run = read(lists, tmp_path, *put_below(HEADER, SELAM, OMAR))
    (part,) = parts_of(run)
    assert part.title and part.title.answer is True
    assert part.title.words == f"De titel “{TITLE}” komt bij de opmerkingen van deze regels."
    run = answer_questions(run, parts={part.key: True, part.title.key: False})
    (part,) = parts_of(run)
    assert part.title and part.title.answer is False
    apply(run)
    assert get_notes() == {"Selam": [], "Omar": []}
    run = upload(lists, path=make_workbook(tmp_path / "later.xlsx", *put_below(HEADER, SELAM, OMAR, RAHEL)))
    (part,) = add_earlier_answers(run, parts_of(run))
    assert part.title and (part.earlier_answer, part.title.answer) == ("yes", False), "as for the last list"


def test_a_part_that_is_left_out_gives_no_title(lists: Lists, tmp_path: Path) -> None:
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *put_below(HEADER, SELAM, OMAR)))
    answer_parts(run, parts_of(run), {part.key: False for part in parts_of(run)})
    apply(answer_questions(run))
    assert get_notes() == {"Selam": []}


def read_returned(run: ImportRun, path: Path) -> list[tuple]:
    """Return the cells of the workbook that goes back to the sender, without the column of reasons."""
    with build_error_workbook(run) as file:
        path.write_bytes(file.read())
    return [row[:-1] for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]


@pytest.mark.parametrize("put", [put_below, put_table_below])
def test_the_workbook_that_goes_back_has_the_title_where_it_stood_and_is_read_like_the_list(
    lists: Lists, tmp_path: Path, put
) -> None:
    rows = put(HEADER, SELAM, OMAR, RAHEL)
    run = read(lists, tmp_path, *rows)
    returned = read_returned(run, tmp_path / "terug.xlsx")
    texts = [next(filter(None, row), None) for row in returned]
    assert texts == [row[0] if row else None for row in rows]
    again = upload(lists, path=tmp_path / "terug.xlsx")
    assert [part.words for part in parts_of(again)] == [part.words for part in parts_of(run)]
    apply(answer_questions(again, parts={part.key: True for part in parts_of(again)}))
    assert get_notes() == {"Selam": [], "Omar": [REMARK], "Rahel": [REMARK]}


def test_the_workbook_that_goes_back_has_no_title_of_a_part_that_is_left_out(lists: Lists, tmp_path: Path) -> None:
    run = upload(
        lists, path=make_workbook(tmp_path / "l.xlsx", HEADER, SELAM, [], ["Gestopt"], OMAR, [], [TITLE], RAHEL)
    )
    stopped, waiting = parts_of(run)
    run = answer_questions(run, parts={stopped.key: False, waiting.key: True})
    texts = [row[0] for row in read_returned(run, tmp_path / "terug.xlsx") if row[0]]
    assert texts == ["Voornaam", "Selam", TITLE, "Rahel"]
