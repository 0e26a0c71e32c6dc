"""Sheets of one workbook with the same columns are read as one list, if the user says so."""

from pathlib import Path

import openpyxl
import pytest

from dossiers.models import Dossier, ImportRun
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.imports import profiles
from dossiers.spreadsheets.imports.columns import samples
from dossiers.spreadsheets.imports.continuation import continue_run
from dossiers.spreadsheets.imports.decisions import LEFT_OUT, about_line
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.report import report
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.spreadsheets.undo import undo

from .imports import Lists, apply, preview
from .test_decisions import answer_questions, upload
from .test_file_parts import HEADER, OMAR, RAHEL, SELAM, make_sheets

AMIRA = ["Amira", "Nassar", "07-08-1992", "0612345671"]
OTHER_SHAPE = [["Voornaam", "Achternaam", "Geboortedatum", "Reden", "Einddatum"], ["Navid", "Ahmadi", "01-01-1985"]]


@pytest.fixture
def months(tmp_path: Path) -> Path:
    """A workbook with three months, of which the second has a title and another order of columns."""
    february = [["Februari 2024"], [], HEADER[::-1], OMAR[::-1]]
    return make_sheets(
        tmp_path / "maanden.xlsx",
        Januari=[HEADER, SELAM],
        Februari=february,
        Maart=[HEADER, RAHEL, AMIRA],
        Uitgestroomd=OTHER_SHAPE,
    )


def get_rows(run: ImportRun) -> dict[str, str]:
    rows = run.rows.exclude(action="absent").order_by("line")
    return {row.line_name: row.given.get("given_name", "") for row in rows}


def join(run: ImportRun) -> ImportRun:
    return answer_questions(run, parts={"sheets": True})


def test_sheets_of_the_same_shape_are_offered_as_one_list(lists: Lists, months: Path) -> None:
    run = upload(lists, path=months)
    (part,) = parts_of(run)
    assert part.joined_sheets == "“Januari”, “Februari” en “Maart”"
    assert (part.is_readable, part.answer) == (True, None)
    assert "Alleen apart te lezen: “Uitgestroomd” (1 rij)." in part.words
    assert get_rows(run) == {"2": "Selam"}, "only the first sheet is read before the answer"
    with pytest.raises(NotApplied, match="waarover een vraag"):
        apply(run)


def test_the_rows_of_all_sheets_are_imported_with_their_sheet_and_line(lists: Lists, months: Path) -> None:
    run = join(upload(lists, path=months))
    assert get_rows(run) == {
        "2 (Januari)": "Selam",
        "4 (Februari)": "Omar",
        "2 (Maart)": "Rahel",
        "3 (Maart)": "Amira",
    }
    warnings = " ".join(collect_warnings(run))
    assert (
        "Op een ander blad staat ook een lijst: “Uitgestroomd” (1 rij). Die is weggelaten: deze import leest alleen "
        "“Januari”, “Februari” en “Maart”."
    ) in warnings
    (part,) = parts_of(run)
    assert part.words.startswith("“Januari”, “Februari” en “Maart” worden als één lijst gelezen.")
    apply(run)
    assert Dossier.objects.get(given_name="Omar").phone == "+31612345679"
    assert Dossier.objects.count() == 4


def test_a_sheet_without_the_last_column_is_read_without_it(lists: Lists, tmp_path: Path) -> None:
    path = make_sheets(tmp_path / "l.xlsx", Januari=[HEADER, SELAM], Februari=[HEADER[:3], OMAR[:3]])
    run = join(upload(lists, path=path))
    assert get_rows(run) == {"2 (Januari)": "Selam", "2 (Februari)": "Omar"}
    assert "phone" not in run.rows.get(given__given_name="Omar").given


def test_the_report_names_the_sheet_and_the_line_of_each_row(lists: Lists, months: Path) -> None:
    rows = report(join(upload(lists, path=months)))["rows"]
    places = [(row["sheet"], row["line_on_sheet"]) for row in rows]
    assert places == [("Januari", 2), ("Februari", 4), ("Maart", 2), ("Maart", 3)]
    assert len({row["line"] for row in rows}) == 4


def test_one_person_on_two_sheets_is_asked_about_as_within_a_list(lists: Lists, tmp_path: Path) -> None:
    similar = ["Selam", "Hailee", *SELAM[2:]]
    path = make_sheets(tmp_path / "l.xlsx", Januari=[HEADER, SELAM, OMAR], Februari=[HEADER, OMAR, similar])
    run = join(upload(lists, path=path))
    rows = {row.line_name: row for row in run.rows.all()}
    assert run.name_lines(rows["2 (Februari)"].similar_lines) == "3 (Januari)"
    assert run.name_lines(rows["3 (Februari)"].similar_lines) == "2 (Januari)"


def test_hidden_rows_and_tables_below_are_parts_of_their_own_sheet(lists: Lists, tmp_path: Path) -> None:
    path = make_sheets(
        tmp_path / "l.xlsx",
        Januari=[HEADER, SELAM, [], ["Wachtlijst"], HEADER, OMAR],
        Februari=[HEADER, RAHEL, AMIRA],
    )
    book = openpyxl.load_workbook(path)
    book["Februari"].row_dimensions[3].hidden = True
    book.save(path)
    run = join(upload(lists, path=path))
    words = [part.words for part in parts_of(run)]
    assert any("regel 3 (Februari) (Amira Nassar)" in text for text in words)
    assert any("Op regel 5 (Januari) begint een tweede tabel, “Wachtlijst”: 1 rij." in text for text in words)
    actions = {row.given["given_name"]: row.action for row in run.rows.all()}
    assert actions == {"Selam": "new", "Omar": "skipped", "Rahel": "new", "Amira": "skipped"}


def test_an_answer_about_a_part_of_one_sheet_is_asked_again_for_all_sheets(lists: Lists, tmp_path: Path) -> None:
    path = make_sheets(tmp_path / "l.xlsx", Januari=[HEADER, SELAM, OMAR], Februari=[HEADER, RAHEL, AMIRA])
    book = openpyxl.load_workbook(path)
    book["Januari"].row_dimensions[3].hidden = book["Februari"].row_dimensions[3].hidden = True
    book.save(path)
    run = answer_questions(upload(lists, path=path), parts={"hidden_rows": True})
    run = answer_questions(run, parts={"hidden_rows": True, "sheets": True})
    assert {part.key: part.answer for part in parts_of(run)} == {"hidden_rows": None, "sheets": True}


def test_what_was_typed_stays_with_its_line_when_other_sheets_are_added(lists: Lists, months: Path) -> None:
    run = upload(lists, path=months)
    about_line(run, 2, cells={"family_name": "Hailu"}, confirmed=[], masked=[])
    run = join(run)
    names = dict(run.rows.values_list("given__given_name", "given__family_name"))
    assert names["Selam"] == "Hailu" and names["Rahel"] == "Woldu"


def test_what_was_typed_in_one_sheet_is_not_taken_to_another(lists: Lists, months: Path) -> None:
    run = upload(lists, path=months)
    about_line(run, 2, cells={"family_name": "Hailu"}, confirmed=[], masked=[])
    samples.read_with_choice(run, {"sheet": "Maart"}, ImportRun.State.PREVIEWED)
    run = answer_questions(run)
    assert [*run.rows.order_by("line").values_list("given__family_name", flat=True)] == ["Woldu", "Nassar"]


def test_the_sheets_can_be_taken_apart_again(lists: Lists, months: Path) -> None:
    run = join(upload(lists, path=months))
    assert get_rows(answer_questions(run, parts={"sheets": False})) == {"2": "Selam"}


def test_the_other_sheets_can_still_be_left_out_when_the_file_is_gone(lists: Lists, months: Path) -> None:
    run = join(upload(lists, path=months))
    run.forget_upload()
    run.save()
    run = answer_questions(run)
    assert len(get_rows(run)) == 4
    run = answer_questions(run, parts={"sheets": False})
    apply(run)
    assert [dossier.given_name for dossier in Dossier.objects.all()] == ["Selam"]


def test_the_answer_is_remembered_for_the_sender(lists: Lists, months: Path) -> None:
    run = join(upload(lists, path=months))
    apply(run)
    profile = profiles.save_profile(run)
    assert profile.sheets_as_one is True
    later = preview(months)
    assert len(get_rows(later)) == 4 and later.decided["parts"] == {"sheets": True}
    profile.sheets_as_one = False
    profile.save()
    assert get_rows(preview(months)) == {"2": "Selam"}


def test_the_answer_is_forgotten_when_the_import_is_undone(lists: Lists, months: Path) -> None:
    run = join(upload(lists, path=months))
    apply(run)
    profile = profiles.save_profile(run)
    run.claim_undo(None)
    undo.undo(run)
    profile.refresh_from_db()
    assert profile.sheets_as_one is None


def test_a_remembered_answer_leaves_sheets_of_another_shape_a_question(
    lists: Lists, months: Path, tmp_path: Path
) -> None:
    run = join(upload(lists, path=months))
    apply(run)
    profiles.save_profile(run)
    path = make_sheets(tmp_path / "ander.xlsx", Lijst=[HEADER, SELAM], Uitgestroomd=OTHER_SHAPE)
    run = upload(lists, path=path)
    assert [(part.key, part.answer) for part in parts_of(run)] == [("sheets", None)]


def test_the_workbook_that_is_sent_back_has_the_same_sheets_and_lines(lists: Lists, tmp_path: Path) -> None:
    wrong = ["Omar", "Abdi", "1980", "0612345679"]
    path = make_sheets(tmp_path / "l.xlsx", Januari=[HEADER, SELAM], Februari=[["Februari"], [], HEADER, RAHEL, wrong])
    run = join(upload(lists, path=path))
    book = openpyxl.load_workbook(build_error_workbook(run))
    assert book.sheetnames == ["Januari", "Februari"]
    january, february = book.worksheets
    assert [cell.value for cell in january[1]][:4] == HEADER and january["A2"].value == "Selam"
    assert [cell.value for cell in february[3]] == [*HEADER, f"Reden (import {run.pk})"]
    assert february["A5"].value == "Omar" and "Geboortedatum" in february["E5"].value
    february["C5"] = "01-01-1980"
    book.save(path)
    again = upload(lists, path=path)
    assert (again.continues, again.sheets) == (run, ["Januari", "Februari"]), "without asking again"
    assert again.counts()["error"] == 0


def test_a_continuation_knows_the_lines_of_each_sheet(lists: Lists, tmp_path: Path) -> None:
    wrong = ["Omar", "Abdi", "1980", "0612345679"]
    path = make_sheets(tmp_path / "l.xlsx", Januari=[HEADER, SELAM, wrong], Februari=[HEADER, RAHEL, AMIRA])
    run = join(upload(lists, path=path))
    apply(run, good_rows_only=True)
    continuation = continue_run(run, None)
    continuation = answer_questions(continuation)
    actions = {row.line_name: row.action for row in continuation.rows.exclude(action="absent")}
    assert actions == {
        "2 (Januari)": "skipped",
        "3 (Januari)": "error",
        "2 (Februari)": "skipped",
        "3 (Februari)": "skipped",
    }


def test_the_same_workbook_is_recognised(lists: Lists, months: Path) -> None:
    run = join(upload(lists, path=months))
    apply(run)
    again = join(upload(lists, path=months))
    assert again.same_list == run


def test_another_sheet_of_an_imported_file_is_not_called_the_same_list(lists: Lists, months: Path) -> None:
    run = answer_questions(upload(lists, path=months), parts={"sheets": False})
    apply(run)
    again = upload(lists, path=months)
    assert again.same_list == run
    samples.read_with_choice(again, {"sheet": "Maart"}, ImportRun.State.PREVIEWED)
    assert again.same_list is None, "while its columns are asked"
    again = answer_questions(again)
    assert (again.state, again.same_list) == (ImportRun.State.PREVIEWED, None)


def test_another_sheet_with_unclear_columns_is_not_called_the_same_list(lists: Lists, tmp_path: Path) -> None:
    unclear = [["Wie", "Nog wat"], ["Omar", "Abdi"]]
    path = make_sheets(tmp_path / "l.xlsx", Januari=[HEADER, SELAM], Februari=unclear)
    run = answer_questions(upload(lists, path=path), parts={"sheets": False})
    apply(run)
    again = upload(lists, path=path)
    samples.read_with_choice(again, {"sheet": "Februari"}, ImportRun.State.PREVIEWED)
    again = answer_questions(again)
    assert (again.state, again.same_list) == (ImportRun.State.ASKING, None)


def test_a_file_is_the_same_list_only_if_no_sheet_is_added_that_was_left_out_before(lists: Lists, months: Path) -> None:
    run = join(upload(lists, path=months))
    run = answer_questions(run, parts={"sheets": False})
    apply(run)
    assert join(upload(lists, path=months)).same_list is None


def test_a_refusal_names_the_sheet_of_its_line(lists: Lists, tmp_path: Path) -> None:
    path = make_sheets(tmp_path / "l.xlsx", Januari=[HEADER, SELAM], Februari=[HEADER, RAHEL])
    book = openpyxl.load_workbook(path)
    book["Februari"].cell(2, 205, "x")
    book.save(path)
    run = join(upload(lists, path=path))
    assert run.state == ImportRun.State.REFUSED and "Op regel 2 (Februari) staat" in run.reason


def test_a_line_of_a_later_sheet_can_be_left_out(lists: Lists, months: Path) -> None:
    run = join(upload(lists, path=months))
    row = run.rows.get(given__given_name="Amira")
    about_line(run, row.line, action=LEFT_OUT)
    run = answer_questions(run)
    apply(run)
    assert not Dossier.objects.filter(given_name="Amira").exists()
