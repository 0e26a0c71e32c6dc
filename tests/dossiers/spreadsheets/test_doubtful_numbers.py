"""Numbers that may be a BSN are masked in the import after their cell is corrected or the import is applied."""

import gzip
from pathlib import Path

import openpyxl

from dossiers.models import Dossier, ImportRow, ImportRun
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.continuation import continue_run
from dossiers.spreadsheets.imports.doubtful_numbers import mask_unanswered
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.row_corrections import leave_out
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, Lists, apply, preview
from .test_decisions import answer_questions, upload
from .test_file_parts import make_workbook

PHONE, ORDER = "111222333", "123456782"
NOTE = f"order {ORDER}"
DOUBTFUL = PERSON | {"Extern nummer": "P1", "Telefoon": PHONE, "Notities": NOTE}
OTHER = DOUBTFUL | {"Voornaam": "Omar", "Extern nummer": "P2"}


def read_copy(run: ImportRun) -> str:
    run = ImportRun.objects.get(pk=run.pk)
    with gzip.open(run.clean_copy.open("rb"), "rt") as copy:
        return copy.read()


def read_workbook(run: ImportRun) -> list[tuple]:
    with build_error_workbook(run) as file:
        return list(openpyxl.load_workbook(file).active.iter_rows(min_row=2, values_only=True))


def correct(run: ImportRun, line: int, field: str, text: str, confirmed: bool = False) -> ImportRow:
    correct_cell(run, run.rows.get(line=line), field, text, confirmed)
    return run.rows.get(line=line)


def test_the_sanitized_copy_loses_corrected_numbers_but_not_confirmed_numbers(lists: Lists) -> None:
    run = upload(lists, DOUBTFUL, OTHER)
    assert run.upload and read_copy(run).count(PHONE) == read_copy(run).count(ORDER) == 2
    assert correct(run, 2, "phone", "0612345678").given["phone"] == "+31612345678"
    assert read_copy(run).count(PHONE) == 1, "the other line is not answered yet"
    correct(run, 2, "notes", NOTE, confirmed=True)
    correct(run, 3, "phone", "")
    correct(run, 3, "notes", NOTE, confirmed=True)
    correct(run, 3, "notes", "belt graag")
    assert (read_copy(run).count(PHONE), read_copy(run).count(ORDER)) == (0, 1)
    run = answer_questions(run)  # the upload is read again, which has the numbers
    assert (read_copy(run).count(PHONE), read_copy(run).count(ORDER)) == (0, 1)
    assert [(row.action, row.given.get("notes")) for row in run.rows.all()] == [("new", NOTE), ("new", "belt graag")]
    apply(run)
    assert read_copy(run).count(ORDER) == 1 and Dossier.objects.get(given_name="Selam").notes == NOTE


def test_applying_masks_unanswered_numbers_and_the_continuation_asks_for_them(lists: Lists) -> None:
    run = lists.preview(DOUBTFUL, OTHER | {"Telefoon": "0612345678", "Notities": "belt graag"})
    apply(run, good_rows_only=True)
    assert PHONE not in read_copy(run) and ORDER not in read_copy(run) and "0612345678" in read_copy(run)
    row = run.rows.get(line=2)
    assert (row.action, row.bad) == ("error", {"phone": "", "notes": "order ***"})
    assert read_workbook(run)[0][4:6] == ("***", "order ***")
    continuation = continue_run(run, None)
    assert continuation
    staging.stage(continuation)
    row = continuation.rows.get(line=2)
    assert row.bad == {"phone": "", "notes": "order ***"} and "weggelaten" in row.errors["phone"][0]


def test_applying_masks_doubtful_numbers_in_skipped_rows(lists: Lists, tmp_path: Path) -> None:
    run = lists.preview(DOUBTFUL, OTHER | {"Telefoon": "0612345678", "Notities": "belt graag"})
    leave_out(run, [run.rows.get(line=2)])
    apply(run)
    assert PHONE not in read_copy(run) and ORDER not in read_copy(run) and "belt graag" in read_copy(run)
    visible = ["Rahel", "Berhe", "01-02-1991", "P3", "", ""]
    path = make_workbook(tmp_path / "l.xlsx", [*DOUBTFUL], [*DOUBTFUL.values()], visible, hidden_rows=(2,))
    run = preview(path)
    run.decided["parts"] = {"hidden_rows": False}
    apply(run, good_rows_only=True)
    assert PHONE not in read_copy(run) and ORDER not in read_copy(run) and "Rahel" in read_copy(run)


def test_the_error_workbook_masks_unconfirmed_numbers(lists: Lists) -> None:
    run = lists.preview(DOUBTFUL, OTHER | {"Telefoon": "111 222 333 thuis"})
    correct(run, 2, "notes", NOTE, confirmed=True)
    assert [row[4:6] for row in read_workbook(run)] == [("***", NOTE), ("*** thuis", "order ***")]
    assert PHONE in read_copy(run), "a coordinator can still say that it is no BSN"
    mask_unanswered(run, staging.resource_for(run).sheet_fields())
    assert PHONE not in read_copy(run) and read_copy(run).count(ORDER) == 1


def test_a_refused_correction_is_neither_stored_nor_exported(lists: Lists) -> None:
    run = lists.preview(PERSON | {"Telefoon": "geen idee", "Notities": NOTE})
    row = correct(run, 2, "phone", PHONE)
    assert row.bad["phone"] == "***" and "burgerservicenummer" in row.errors["phone"][0]
    row = correct(run, 2, "notes", f"belt over {NOTE}")
    assert row.bad["notes"] == "belt over order ***"
    run.refresh_from_db()
    stored = str([run.decided, run.asked, row.given, row.bad, row.errors]) + read_copy(run)
    assert PHONE not in stored and ORDER not in stored
    assert read_workbook(run)[0][3:5] == ("***", "order ***")
    staging.stage(run)
    assert run.rows.get().action == "error", "still refused when the list is read again"


def test_an_unchanged_number_must_still_be_confirmed(lists: Lists) -> None:
    run = lists.preview(DOUBTFUL)
    assert correct(run, 2, "notes", NOTE).bad["notes"] == NOTE and not run.decided.get("lines")
    assert correct(run, 2, "notes", NOTE, confirmed=True).given["notes"] == NOTE
