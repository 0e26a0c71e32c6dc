"""What goes out comes in again unchanged, and runs nothing on the way."""

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.models import Dossier, EmployerInterest
from dossiers.spreadsheets.exporting import Export
from dossiers.spreadsheets.formulas import escape, unescape
from dossiers.spreadsheets.resources import DossierResource, EmployerInterestResource
from dossiers.spreadsheets.writer import csv_lines, xlsx_file

from .importing import Lists, preview
from .test_bulk import JOB, ROW

WILD = {
    **ROW, "Voornaam": "=1+1", "Achternaam": "'s-Hertogenbosch", "Locatie": "@kamer", "Beroep": "-kok",
    "Notities": "+31 6",
    "Extern nummer": "P2",
}  # fmt: skip


def write(export: Export, path: Path) -> Path:
    if path.suffix == ".csv":
        path.write_bytes(b"".join(csv_lines(export.header, export.rows())))
    else:
        with xlsx_file(export.header, export.rows(), "Lijst") as file:
            path.write_bytes(file.read())
    return path


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_dossiers_that_went_out_come_in_unchanged(format: str, lists: Lists, coordinator) -> None:
    lists.apply(ROW, WILD)
    run = preview(write(Export(DossierResource(), Dossier.objects.all()), lists.folder / f"uit.{format}"))
    assert (run.state, run.counts()["unchanged"]) == ("previewed", 2), (
        run.reason,
        list(run.rows.values("changes", "errors")),
    )


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_interests_that_went_out_come_in_unchanged(format: str, lists: Lists) -> None:
    lists.apply(JOB, {**JOB, "Werk": "Sorteren"}, record="employer_interest")
    export = Export(EmployerInterestResource(), EmployerInterest.objects.all())
    run = preview(write(export, lists.folder / f"uit.{format}"), "employer_interest")
    assert (run.state, run.counts()["unchanged"]) == ("previewed", 2), (
        run.reason,
        list(run.rows.values("changes", "errors")),
    )


def test_rows_go_out_in_the_order_of_the_list(lists: Lists, coordinator) -> None:
    lists.apply(ROW, WILD)
    newest_first = Export(DossierResource(), Dossier.objects.order_by("-pk"))
    assert [row[1] for row in newest_first.rows()] == ["=1+1", "Selam"]


def test_a_workbook_holds_text_as_text_and_dates_as_dates(lists: Lists, coordinator) -> None:
    lists.apply(WILD)
    with xlsx_file(*_parts(Export(DossierResource(), Dossier.objects.all())), "Lijst") as file:
        sheet = openpyxl.load_workbook(io.BytesIO(file.read())).active
    header = {cell.value: cell.column for cell in sheet[1]}
    name, born = sheet.cell(2, header["Voornaam"]), sheet.cell(2, header["Geboortedatum"])
    assert (name.value, name.data_type, born.is_date) == ("=1+1", "s", True)


def test_in_csv_a_formula_stands_behind_an_apostrophe(lists: Lists, coordinator) -> None:
    lists.apply(WILD)
    text = b"".join(csv_lines(*_parts(Export(DossierResource(), Dossier.objects.all())))).decode("utf-8-sig")
    assert ";'=1+1;" in text and ";'s-Hertogenbosch;" in text and ";'+31612345678;" in text


@given(st.text())
def test_every_text_comes_back_from_its_escape(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not escape(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def _parts(export: Export) -> tuple:
    return export.header, export.rows()
