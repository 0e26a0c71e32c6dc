"""A table beside the list that is a list of other people can be imported with it."""

import csv
import io
import types
from pathlib import Path

import openpyxl
import pytest

from dossiers.backoffice.imports.question_fields import PartQuestion
from dossiers.models import Dossier, ImportRun
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.imports import profiles, row_corrections
from dossiers.spreadsheets.imports.continuation import continue_run
from dossiers.spreadsheets.imports.decisions import LEFT_OUT, about_line
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.report import report
from dossiers.spreadsheets.imports.sanitized_copy import SanitizedCopy
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.spreadsheets.writer import FORMATS

from .imports import Lists, apply, preview
from .test_decisions import answer_questions, upload
from .test_file_parts import HEADER, OMAR, RAHEL, SELAM, make_sheets, make_workbook
from .test_tables_beside import put_beside
from .undo import undo_import

LATER_HEADER = ["Tel.", "Achternaam", "Voornaam", "Geboortedatum"]  # another order and another word
AMIRA = ["0612345671", "Nassar", "Amira", "07-08-1992"]
NAVID = ["0612345672", "Ahmadi", "Navid", "01-01-1985"]
LINA = ["0612345673", "Noor", "Lina", "02-02-1986"]
YONAS = ["0612345674", "Tesfay", "Yonas", "03-03-1987"]
LIST, LATER = [HEADER, SELAM, OMAR], [LATER_HEADER, AMIRA, NAVID, LINA, YONAS]
BOTH = {
    "2": "Selam",
    "3": "Omar",
    "2 (tabel 2)": "Amira",
    "3 (tabel 2)": "Navid",
    "4 (tabel 2)": "Lina",
    "5 (tabel 2)": "Yonas",
}


def make_file(path: Path, rows: list[list]) -> Path:
    """Write these rows to a file of the format that its name says."""
    if path.suffix == ".csv":
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows(rows)
        path.write_text(text.getvalue(), "utf-8")
    elif path.suffix == ".ods":
        title, names, *below = "Lijst", *rows
        header = [text or "" for text in names]
        with path.open("wb") as file:
            table = types.SimpleNamespace(title=title, names=header, header=header, rows=lambda: iter(below))
            FORMATS["ods"].write(table, file)
    else:
        make_workbook(path, *rows)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_workbook(tmp_path / "l.xlsx", *put_beside(LIST, LATER))


def join(run: ImportRun, **decided: dict) -> ImportRun:
    return answer_questions(run, parts={part.key: True for part in parts_of(run)}, **decided)


def get_rows(run: ImportRun) -> dict[str, str]:
    rows = run.rows.exclude(action="absent").order_by("line")
    return {row.line_name: row.given.get("given_name", "") for row in rows}


def get_actions(run: ImportRun) -> dict[str, str]:
    return {row.line_name: row.action for row in run.rows.exclude(action="absent").order_by("line")}


def ask(run: ImportRun) -> PartQuestion:
    (part,) = parts_of(run)
    return PartQuestion.build(run, resource_for(run).sheet_fields(), part)


@pytest.mark.parametrize("extension", ["xlsx", "ods", "csv"])
def test_the_rows_of_a_table_beside_come_below_those_of_the_list(lists: Lists, tmp_path: Path, extension: str) -> None:
    run = upload(lists, path=make_file(tmp_path / f"l.{extension}", put_beside(LIST, LATER)))
    assert get_rows(run) == {"2": "Selam", "3": "Omar"}, "only the list is read before the answer"
    with pytest.raises(NotApplied, match="waarover een vraag"):
        apply(run)
    run = join(run)
    assert get_rows(run) == BOTH
    apply(run)
    assert Dossier.objects.get(given_name="Amira").phone == "+31612345671", "each column by its own name"
    assert Dossier.objects.count() == 6


def test_the_question_shows_rows_of_the_table_and_not_the_people_beside_them(lists: Lists, path: Path) -> None:
    run = upload(lists, path=path)
    question = ask(run)
    assert question.part
    assert (question.part.is_readable, question.part.is_beside) == (True, False)
    assert question.headers == LATER_HEADER
    rows = [(row.line, row.who, row.cells) for row in question.rows]
    assert rows == [("2 (tabel 2)", "", AMIRA), ("3 (tabel 2)", "", NAVID), ("4 (tabel 2)", "", LINA)]
    question = ask(join(run))
    assert next((row.line, row.who) for row in question.rows) == ("2 (tabel 2)", "Amira Nassar")
    assert question.answer == "yes" and question.part and question.part.count == 4


def test_the_question_names_the_title_of_the_table_and_the_columns_that_are_not_read(
    lists: Lists, tmp_path: Path
) -> None:
    people = [["Kandidaten", None, None, None], *LIST]
    later = [["Wachtlijst, nog niet benaderen"], [*LATER_HEADER, "BSN"], [*AMIRA, "123456782"]]
    run = join(upload(lists, path=make_workbook(tmp_path / "l.xlsx", *put_beside(people, later, gap=2))))
    (part,) = parts_of(run)
    assert part.words == (
        "Naast de lijst staat, na een lege kolom, nog een tabel, “Wachtlijst, nog niet benaderen”: Tel., Achternaam, "
        "Voornaam, Geboortedatum, BSN (1 rij). Kolommen ervan die de lijst niet heeft, worden niet gelezen: BSN."
    )
    assert get_rows(run) == {"3": "Selam", "4": "Omar", "3 (tabel 2)": "Amira"}
    with SanitizedCopy(run) as copy:
        assert "123456782" not in str([*copy.batches(10)])


def test_a_table_is_no_list_without_the_names_of_people(lists: Lists, tmp_path: Path) -> None:
    right = [["Registratienummer", "Telefoon"], ["P1", "0612345678"], ["P2", "0612345679"]]
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *put_beside([row[:3] for row in LIST], right)))
    assert [part.is_beside for part in parts_of(run)] == [True]
    run = join(run)
    assert run.rows.get(line=2).given["phone"] == "+31612345678", "so its columns are those of the same rows"
    assert get_rows(run) == {"2": "Selam", "3": "Omar"}


def test_a_table_without_names_of_columns_can_not_be_imported(lists: Lists, tmp_path: Path) -> None:
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *put_beside(LIST, [[None] * 4, AMIRA, NAVID])))
    assert parts_of(run) == [] and get_rows(run) == {"2": "Selam", "3": "Omar"}
    assert any("hebben geen naam" in words for words in collect_warnings(run))


def test_columns_of_the_same_people_are_read_beside_a_table_of_others(lists: Lists, tmp_path: Path) -> None:
    people = put_beside([row[:3] for row in LIST], [["Telefoon", "E-mail"], [SELAM[3], "selam@voorbeeld.nl"]])
    later = [LATER_HEADER[1:], AMIRA[1:], NAVID[1:], LINA[1:]]
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *put_beside(people, later)))
    assert [part.is_beside for part in parts_of(run)] == [True, False]
    run = join(run)
    assert get_rows(run) == {
        "2": "Selam",
        "3": "Omar",
        "2 (tabel 3)": "Amira",
        "3 (tabel 3)": "Navid",
        "4 (tabel 3)": "Lina",
    }
    assert run.rows.get(line=2).given["email"] == "selam@voorbeeld.nl"
    assert "email" not in run.rows.get(given__given_name="Amira").given, "of whom the table says nothing"


def test_each_of_two_tables_beside_has_an_answer_of_its_own(lists: Lists, tmp_path: Path) -> None:
    rows = put_beside(put_beside(LIST, [LATER_HEADER, AMIRA, NAVID]), [HEADER, RAHEL])
    path = make_workbook(tmp_path / "l.xlsx", *rows)
    run = upload(lists, path=path)
    first, second = (part.key for part in parts_of(run))
    run = answer_questions(run, parts={first: False, second: True})
    assert get_rows(run) == {"2": "Selam", "3": "Omar", "2 (tabel 3)": "Rahel"}
    about_line(
        run, run.rows.get(given__given_name="Rahel").line, cells={"phone": "06 12345699"}, confirmed=[], masked=[]
    )
    run = answer_questions(run, parts={first: True, second: True})
    assert get_rows(run) == {
        "2": "Selam",
        "3": "Omar",
        "2 (tabel 2)": "Amira",
        "3 (tabel 2)": "Navid",
        "2 (tabel 3)": "Rahel",
    }
    assert set(get_actions(run).values()) == {"new"}, "no cell is beyond the last column of its table"
    assert run.rows.get(given__given_name="Rahel").given["phone"] == "+31612345699"
    assert run.rows.get(given__given_name="Amira").given["phone"] == "+31612345671"


def test_the_list_itself_can_stand_on_the_right(lists: Lists, tmp_path: Path) -> None:
    left = [["Registratienummer", "Kamer"], ["P1", "A"], ["P2", "B"]]
    rows = put_beside(put_beside(left, LIST), LATER)
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *rows))
    beside, table = parts_of(run)
    assert (beside.is_beside, table.is_beside) == (True, False)
    run = answer_questions(run, parts={beside.key: False, table.key: True})
    assert [*get_rows(run).values()] == [*BOTH.values()]


def test_a_table_that_is_left_out_takes_no_values_of_another_one(lists: Lists, tmp_path: Path) -> None:
    left = [["Voornaam", "Achternaam"], ["Rahel", "Woldu"]]
    rows = put_beside(put_beside(left, LIST), LATER)
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *rows))
    first, second = (part.key for part in parts_of(run))
    assert {*get_rows(run).values()} == {"Selam", "Omar"}
    run = answer_questions(run, parts={first: False, second: True})
    assert [*get_rows(run).values()] == [*BOTH.values()]
    run = answer_questions(run, parts={first: True, second: True})
    assert [*get_rows(run).items()][2] == ("2 (tabel 2)", "Rahel") and len(get_rows(run)) == 7


def test_an_answer_about_rows_is_none_about_columns(lists: Lists, tmp_path: Path) -> None:
    people = [["Extern nummer", *row] if row is HEADER else ["P1", *row] for row in LIST]
    people[2][0] = "P2"
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *put_beside(people, LATER)))
    run = join(run, columns={"Voornaam": None, "Achternaam": None})
    (part,) = parts_of(run)
    assert (part.is_beside, part.answer) == (True, None), "as the list has no names any more"
    assert {*get_rows(run).values()} == {""}


def test_a_part_of_the_table_is_asked_about_too(lists: Lists, tmp_path: Path) -> None:
    later = [*LATER, [], ["Afgevallen"], LATER_HEADER, ["", "Woldu", "Rahel", "05-05-1991"]]
    run = join(upload(lists, path=make_workbook(tmp_path / "l.xlsx", *put_beside(LIST, later))))
    beside, below = parts_of(run)
    assert below.answer is None and below.words == (
        "Op regel 8 (tabel 2) begint een tweede tabel, “Afgevallen”: 1 rij."
    )
    assert get_actions(run)["9 (tabel 2)"] == "skipped"
    run = answer_questions(run, parts={beside.key: True, below.key: True})
    assert get_rows(run) == BOTH | {"9 (tabel 2)": "Rahel"}


def test_totals_below_one_table_are_no_rows_of_the_other(lists: Lists, tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "l.xlsx", *put_beside([*LIST, ["Totaal", 2]], LATER))
    run = join(upload(lists, path=path))
    assert get_rows(run) == BOTH
    assert any("regel 4" in words and "tabel 2" not in words for words in collect_warnings(run))


def test_a_cell_beyond_the_last_table_is_an_error_of_that_table(lists: Lists, tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "l.xlsx", *put_beside(LIST, [*LATER[:-1], [*YONAS, "verschoven"]]))
    run = join(upload(lists, path=path))
    assert [name for name, action in get_actions(run).items() if action == "error"] == ["5 (tabel 2)"]


def test_an_answer_about_hidden_rows_of_the_list_is_asked_again_for_the_table_beside(
    lists: Lists, tmp_path: Path
) -> None:
    path = make_workbook(tmp_path / "l.xlsx", *put_beside(LIST, LATER), hidden_rows=(3,))
    run = answer_questions(upload(lists, path=path), parts={"hidden_rows": True})
    run = join(run)
    hidden, beside = parts_of(run)
    assert (hidden.answer, beside.answer) == (None, True)
    assert "2 rijen zijn in het bestand verborgen: regel 3, 3 (tabel 2) (Omar Abdi; Navid Ahmadi)." in hidden.words
    run = join(run)
    assert {part.answer for part in parts_of(run)} == {True} and set(get_actions(run).values()) == {"new"}


def test_what_was_typed_stays_with_its_line(lists: Lists, path: Path) -> None:
    run = upload(lists, path=path)
    about_line(run, 2, cells={"family_name": "Hailu"}, confirmed=[], masked=[])
    run = join(run)
    amira = run.rows.get(given__given_name="Amira")
    about_line(run, amira.line, cells={"family_name": "Nasser"}, confirmed=[], masked=[])
    about_line(run, run.rows.get(given__given_name="Navid").line, action=LEFT_OUT)
    run = join(run)
    names = dict(run.rows.exclude(action="skipped").values_list("given__given_name", "given__family_name"))
    assert names == {"Selam": "Hailu", "Omar": "Abdi", "Amira": "Nasser", "Lina": "Noor", "Yonas": "Tesfay"}


def test_the_table_can_be_left_out_again_with_and_without_the_file(lists: Lists, path: Path) -> None:
    run = join(upload(lists, path=path))
    (part,) = parts_of(run)
    assert get_rows(answer_questions(run, parts={part.key: False})) == {"2": "Selam", "3": "Omar"}
    run = answer_questions(run, parts={part.key: True})
    run.forget_upload()
    run.save()
    run = answer_questions(run)
    assert get_rows(run) == BOTH and set(get_actions(run).values()) == {"new"}
    run = answer_questions(run, parts={part.key: False})
    assert [*get_actions(run).values()] == ["new", "new", *["skipped"] * 4]
    row_corrections.take_in(run, [run.rows.get(given__given_name="Amira")])
    assert get_actions(answer_questions(run))["2 (tabel 2)"] == "new", "one of them can be taken in by itself"
    run = answer_questions(run, parts={part.key: True})
    assert set(get_actions(run).values()) == {"new"}


def test_the_table_can_not_be_read_any_more_when_the_file_is_gone(lists: Lists, path: Path) -> None:
    run = upload(lists, path=path)
    run = answer_questions(run, parts={part.key: False for part in parts_of(run)})
    run.forget_upload()
    run.save()
    (part,) = parts_of(answer_questions(run))
    assert (part.is_readable, part.answer) == (False, False)


def test_without_a_user_the_table_is_left_out(path: Path, lists: Lists) -> None:
    run = preview(path)
    assert get_rows(run) == {"2": "Selam", "3": "Omar"}
    assert any(words.startswith("Weggelaten: Naast de lijst") for words in collect_warnings(run))


def test_the_workbook_that_is_sent_back_has_the_table_on_a_sheet_of_its_own(lists: Lists, tmp_path: Path) -> None:
    header, wrong = ["Voornaam", "Achternaam", "Geboortedatum"], ["Amira", "Nassar", "1992"]
    path = tmp_path / "l.xlsx"
    make_workbook(path, *put_beside(LIST, [header, wrong, ["Navid", "Ahmadi", "01-01-1985"]]))
    run = join(upload(lists, path=path))
    book = openpyxl.load_workbook(build_error_workbook(run))
    assert book.sheetnames == ["Sheet", "Sheet, tabel 2"]
    people, later = book.worksheets
    assert [cell.value for cell in people[1]] == [*HEADER, f"Reden (import {run.pk})"]
    assert [[cell.value for cell in row[:3]] for row in people.iter_rows(min_row=2)] == [SELAM[:3], OMAR[:3]]
    assert [cell.value for cell in later[1]] == [*header, None, f"Reden (import {run.pk})"]
    assert later["A2"].value == "Amira" and "Geboortedatum" in later["E2"].value
    later["C2"] = "07-08-1992"
    book.save(path)
    again = upload(lists, path=path)
    assert again.continues == run and again.counts()["new"] == 4, "without asking again"
    assert parts_of(again)[0].answer is True


def test_a_table_with_few_columns_comes_back_from_the_sender_too(lists: Lists, tmp_path: Path) -> None:
    path = tmp_path / "l.xlsx"
    people = [[*HEADER, "Talen", "Beroep"], [*SELAM, "Tigrinya", "kok"], [*OMAR, "Arabisch", "kok"]]
    make_workbook(path, *put_beside(people, [["Voornaam", "Achternaam"], ["Amira", "Nassar"]]))
    run = join(upload(lists, path=path))
    assert get_rows(run) == {"2": "Selam", "3": "Omar", "2 (tabel 2)": "Amira"}
    path.write_bytes(build_error_workbook(run).read())
    assert [*get_rows(upload(lists, path=path)).values()] == ["Selam", "Omar", "Amira"]


def test_a_continuation_knows_the_lines_of_both_tables(lists: Lists, tmp_path: Path) -> None:
    wrong = [*AMIRA[:3], "1992"]
    path = make_workbook(tmp_path / "l.xlsx", *put_beside(LIST, [LATER_HEADER, wrong, NAVID]))
    run = apply(join(upload(lists, path=path)), good_rows_only=True)
    continuation = continue_run(run, None)
    assert continuation
    assert get_actions(answer_questions(continuation)) == {
        "2": "skipped",
        "3": "skipped",
        "2 (tabel 2)": "error",
        "3 (tabel 2)": "skipped",
    }


def test_the_same_file_is_recognised_if_the_same_tables_are_read(lists: Lists, path: Path) -> None:
    run = apply(join(upload(lists, path=path)))
    again = upload(lists, path=path)
    assert join(again).same_list == run
    undo_import(run)
    assert Dossier.objects.count() == 0
    assert join(upload(lists, path=path)).same_list == run


def test_a_file_of_which_the_table_was_left_out_is_not_called_the_same_list_with_it(lists: Lists, path: Path) -> None:
    run = upload(lists, path=path)
    run = apply(answer_questions(run, parts={part.key: False for part in parts_of(run)}))
    again = upload(lists, path=path)
    assert again.same_list == run
    assert join(again).same_list is None


def test_what_is_remembered_of_the_sender_does_not_depend_on_the_table(lists: Lists, path: Path) -> None:
    run = apply(join(upload(lists, path=path)))
    profile = profiles.save_profile(run)
    assert profile.columns == dict(zip(HEADER, ["given_name", "family_name", "date_of_birth", "phone"], strict=True))
    assert profile.sheets_as_one is None


def test_a_person_in_both_tables_is_asked_about_as_within_a_list(lists: Lists, tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "l.xlsx", *put_beside(LIST, [HEADER, RAHEL, SELAM]))
    run = join(upload(lists, path=path))
    rows = {row.line_name: row for row in run.rows.all()}
    assert run.name_lines(rows["3 (tabel 2)"].similar_lines) == "2"


def test_the_report_names_the_table_of_each_row(lists: Lists, path: Path) -> None:
    rows = report(join(upload(lists, path=path)))["rows"]
    places = [(row["sheet"], row["table"], row["line_on_sheet"]) for row in rows]
    assert places == [("Sheet", 1, 2), ("Sheet", 1, 3), *(("Sheet", 2, line) for line in (2, 3, 4, 5))]


def test_sheets_of_the_same_shape_have_their_own_tables_beside(lists: Lists, tmp_path: Path) -> None:
    path = make_sheets(
        tmp_path / "l.xlsx",
        Januari=put_beside([HEADER, SELAM], [LATER_HEADER, AMIRA]),
        Februari=put_beside([HEADER, OMAR], [LATER_HEADER, NAVID, LINA]),
    )
    run = upload(lists, path=path)
    beside, sheets = parts_of(run)
    run = answer_questions(run, parts={beside.key: True})
    about_line(
        run, run.rows.get(given__given_name="Amira").line, cells={"family_name": "Nasser"}, confirmed=[], masked=[]
    )
    run = answer_questions(run, parts={beside.key: True, sheets.key: True})
    run = join(run)
    assert get_rows(run) == {
        "2 (Januari)": "Selam",
        "2 (Januari, tabel 2)": "Amira",
        "2 (Februari)": "Omar",
        "2 (Februari, tabel 2)": "Navid",
        "3 (Februari, tabel 2)": "Lina",
    }
    assert set(get_actions(run).values()) == {"new"}
    assert run.rows.get(given__given_name="Amira").given["family_name"] == "Nasser"
    assert openpyxl.load_workbook(build_error_workbook(run)).sheetnames == [
        "Januari",
        "Januari, tabel 2",
        "Februari",
        "Februari, tabel 2",
    ]
    run = answer_questions(run, parts={beside.key: False, sheets.key: True})
    run = answer_questions(run, parts={beside.key: False, sheets.key: True})
    assert get_rows(run) == {"2 (Januari)": "Selam", "2 (Februari)": "Omar"}
