"""A further table or sheet without a column of the list says nothing about it."""

from pathlib import Path

import pytest

from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.file_parts.parts import parts_of

from .imports import Lists, apply
from .test_decisions import answer_questions, upload
from .test_file_parts import make_sheets, make_workbook
from .test_tables_beside import put_beside

HEADER = ["Nr", "Achternaam", "Voornaam", "Geboortedatum", "Rijbewijs", "Opmerkingen"]
SHORT_HEADER = [text for text in HEADER if text != "Rijbewijs"]
SELAM = ["1", "Haile", "Selam", "12-03-1990", "x", "belt graag"]
OMAR = ["2", "Abdi", "Omar", "01-01-1980", None, None]
RAHEL = ["3", "Woldu", "Rahel", "05-05-1991", "heeft een hond"]
YONAS = ["4", "Tesfay", "Yonas", "06-06-1992", None]


@pytest.fixture(params=["below", "beside", "sheets"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A list with crosses, and Rahel and Yonas in a table or on a sheet of their own without that column."""
    first, second = [HEADER, SELAM, OMAR], [SHORT_HEADER, RAHEL, YONAS]
    if request.param == "beside":
        return make_workbook(tmp_path / "l.xlsx", *put_beside(first, second))
    if request.param == "below":
        return make_workbook(tmp_path / "l.xlsx", *first, [], [], ["Wachtlijst"], *second)
    return make_sheets(tmp_path / "l.xlsx", Groep=first, Wachtlijst=second)


def read_whole(lists: Lists, path: Path) -> ImportRun:
    """Upload a list and answer that its further table or sheet belongs to it."""
    run = upload(lists, path=path)
    (part,) = parts_of(run)
    return answer_questions(run, parts={part.key: True})


def get_licences(run: ImportRun) -> dict[str, bool | None]:
    rows = run.rows.exclude(action="absent").order_by("line")
    return {row.given["given_name"]: row.given.get("driving_licence") for row in rows}


LICENCES = {"Selam": True, "Omar": False, "Rahel": None, "Yonas": None}


def test_people_of_a_part_without_the_column_get_no_value_of_it(lists: Lists, path: Path) -> None:
    run = read_whole(lists, path)
    assert get_licences(run) == LICENCES
    apply(run)
    assert Dossier.objects.get(given_name="Rahel").driving_licence is None


def test_a_value_that_a_part_has_no_column_for_stays_without_a_question(lists: Lists, path: Path) -> None:
    lists.apply({"Achternaam": "Woldu", "Voornaam": "Rahel", "Geboortedatum": "05-05-1991", "Rijbewijs": "ja"})
    run = read_whole(lists, path)
    assert len(parts_of(run)) == 1, "only the part itself was asked about"
    assert "driving_licence" not in run.rows.get(given__given_name="Rahel").changes
    apply(run)
    assert Dossier.objects.get(given_name="Rahel").driving_licence is True


def test_the_examples_of_a_second_table_have_no_value_of_a_column_that_it_lacks(lists: Lists, tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "l.xlsx", HEADER, SELAM, OMAR, [], ["Wachtlijst"], SHORT_HEADER, RAHEL, YONAS)
    assert get_licences(upload(lists, path=path)) == LICENCES


def test_the_column_is_still_absent_when_the_list_is_read_without_the_file(lists: Lists, path: Path) -> None:
    run = read_whole(lists, path)
    run.forget_upload()
    run.save()
    assert get_licences(answer_questions(run, words={})) == LICENCES


def test_a_table_that_has_the_column_again_is_read_with_it(lists: Lists, tmp_path: Path) -> None:
    tables = [HEADER, SELAM, OMAR, [], [], SHORT_HEADER, RAHEL, [], [], HEADER, [*YONAS[:4], None, None]]
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *tables))
    run = answer_questions(run, parts={part.key: True for part in parts_of(run)})
    assert get_licences(run) == LICENCES | {"Yonas": False}


def test_a_returned_list_says_nothing_about_the_column_either(lists: Lists, path: Path, tmp_path: Path) -> None:
    returned = tmp_path / "terug.xlsx"
    returned.write_bytes(build_error_workbook(read_whole(lists, path)).read())
    run = upload(lists, path=returned)
    run = answer_questions(run, parts={part.key: True for part in parts_of(run)})
    assert get_licences(run) == LICENCES
