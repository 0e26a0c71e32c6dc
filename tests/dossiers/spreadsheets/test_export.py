"""An export can be imported again without changes, and has no formulas that a spreadsheet program runs."""

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.models import Dossier, EmployerInterest, Organisation, Supply
from dossiers.spreadsheets.exports.export import Export, Shown
from dossiers.spreadsheets.formulas import TELEPHONE, escape, unescape
from dossiers.spreadsheets.resources import DossierResource, EmployerInterestResource
from dossiers.spreadsheets.writer import FORMATS

from .imports import AZC, WERKCORPORATIE, Lists, preview
from .test_bulk import JOB, ROW

READ_BACK = ["csv", "xlsx", "ods"]
WILD = {
    **ROW, "Voornaam": "=1+1", "Achternaam": "'s-Hertogenbosch", "Locatie": "@kamer", "Beroep": "-kok",
    "Notities": "+31 6", "Extern nummer": "P2",
}  # fmt: skip
NOTES = {**ROW, "Voornaam": "Omar", "Extern nummer": "P3", "Notities": "=1 <b>&amp;\n\n  twee  spaties;\t'tab' \"x\""}


def write(export: Export, path: Path) -> Path:
    with path.open("wb") as file:
        FORMATS[path.suffix[1:]].write(export, file)
    return path


def all_unchanged(run: Any, count: int) -> bool:
    outcome = (run.state, run.reason, list(run.rows.exclude(action="unchanged").values("action", "changes", "errors")))
    assert outcome == ("previewed", "", [])
    return bool(run.counts()["unchanged"] == count)


@pytest.mark.parametrize("format", READ_BACK)
def test_exported_dossiers_are_imported_as_unchanged(format: str, lists: Lists, coordinator) -> None:
    lists.apply(ROW, WILD, NOTES)
    run = preview(write(Export(DossierResource(), Dossier.objects.all()), lists.folder / f"uit.{format}"))
    assert all_unchanged(run, 3)


@pytest.mark.parametrize("format", READ_BACK)
def test_exported_interests_are_imported_as_unchanged(format: str, lists: Lists) -> None:
    lists.apply(JOB, {**JOB, "Werk": "Sorteren"}, record="employer_interest")
    export = Export(EmployerInterestResource(), EmployerInterest.objects.all())
    assert all_unchanged(preview(write(export, lists.folder / f"uit.{format}"), "employer_interest"), 2)


@pytest.mark.parametrize("format", READ_BACK)
def test_an_export_of_an_organisation_has_its_external_ids_and_is_imported_as_unchanged(
    format: str, lists: Lists, coordinator
) -> None:
    lists.apply(ROW, WILD)
    lists.apply({**ROW, "Extern nummer": "W-7"}, organisation=WERKCORPORATIE)
    azc = Organisation.objects.named(AZC)
    records = Dossier.objects.filter(supplies__organisation=azc).distinct().order_by("pk")
    export = Export(DossierResource(), records, organisation=azc)
    assert [row[:2] for row in export.values()] == [
        [d.reference, n] for d, n in zip(records, ["P1", "P2"], strict=True)
    ]
    run = preview(write(export, lists.folder / f"uit.{format}"))
    assert all_unchanged(run, 2)
    assert run.counts()["absent"] == 0
    assert Supply.objects.count() == 3


def test_an_export_without_an_organisation_has_no_external_ids(lists: Lists, coordinator) -> None:
    lists.apply(ROW)
    assert "external_id" not in Export(DossierResource(), Dossier.objects.all()).names


@pytest.mark.parametrize("format", READ_BACK)
def test_an_export_of_selected_and_computed_columns_is_imported_as_unchanged(
    format: str, lists: Lists, coordinator
) -> None:
    lists.apply(ROW, WILD)
    name = Shown("full_name", "Naam", lambda dossier: dossier.full_name)
    missing = Shown("missing", "Ontbreekt", lambda dossier: ["een", "twee"])
    export = Export(DossierResource(), Dossier.objects.order_by("pk"), [name, "coordinator", missing])
    assert export.header == ["Referentie", "Naam", "Begeleider", "Ontbreekt"]
    assert next(export.rows())[1:] == ["Selam Haile", "coordinator", "een, twee"]
    assert next(export.values())[3] == ["een", "twee"]
    assert all_unchanged(preview(write(export, lists.folder / f"uit.{format}")), 2)


def test_rows_are_exported_in_the_order_of_the_queryset(lists: Lists, coordinator) -> None:
    lists.apply(ROW, WILD)
    newest_first = Export(DossierResource(), Dossier.objects.order_by("-pk"))
    assert [row[1] for row in newest_first.rows()] == ["=1+1", "Selam"]


def test_a_workbook_stores_text_as_text_and_dates_as_dates(lists: Lists, coordinator) -> None:
    lists.apply(WILD)
    file = io.BytesIO()
    FORMATS["xlsx"].write(Export(DossierResource(), Dossier.objects.all()), file)
    sheet = openpyxl.load_workbook(file).active
    header = {cell.value: cell.column for cell in sheet[1]}
    name, born = sheet.cell(2, header["Voornaam"]), sheet.cell(2, header["Geboortedatum"])
    assert (sheet.title, name.value, name.data_type, born.is_date) == ("Dossiers", "=1+1", "s", True)


def test_a_formula_in_csv_is_prefixed_with_an_apostrophe(lists: Lists, coordinator) -> None:
    lists.apply(WILD)
    text = b"".join(FORMATS["csv"].chunks(Export(DossierResource(), Dossier.objects.all()))).decode("utf-8-sig")
    assert ";'=1+1;" in text and ";'s-Hertogenbosch;" in text


@pytest.mark.parametrize(
    ("stored", "cell"),
    [
        ("+31612345678", "06 12345678"),
        ("+31527123456", "0527 123 456"),
        ("+4915112345678", "+49 1511 2345678"),
        ("+12025550123", "+1 202 555 0123"),
    ],
)
def test_a_telephone_number_is_exported_as_people_write_it_and_imported_as_unchanged(
    stored: str, cell: str, lists: Lists, coordinator
) -> None:
    lists.apply({**ROW, "Telefoon": stored})
    export = Export(DossierResource(), Dossier.objects.all())
    for format in READ_BACK:
        run = preview(write(export, lists.folder / f"uit.{format}"))
        assert all_unchanged(run, 1)
        assert run.rows.get().given["phone"] == stored
    assert f";{cell};" in (lists.folder / "uit.csv").read_text("utf-8-sig")


def test_json_has_field_names_iso_dates_and_native_types(lists: Lists, coordinator) -> None:
    lists.apply(ROW)
    text = b"".join(FORMATS["json"].chunks(Export(DossierResource(), Dossier.objects.all())))
    (record,) = json.loads(text)
    expected = {
        "given_name": "Selam", "date_of_birth": "1990-03-12", "languages": ["en", "tr"], "sectors": ["Bouw", "Zorg"],
        "hours_per_week": 36, "driving_licence": True, "application_date": None, "education_level": "vocational",
        "coordinator": "coordinator", "notes": "Regel een\nregel twee",
    }  # fmt: skip
    assert {name: record[name] for name in expected} == expected
    assert list(record) == [name for name in DossierResource().sheet_fields() if name != "external_id"]


def test_an_empty_export_is_a_header_in_csv_and_an_empty_array_in_json(base_data) -> None:
    nobody = Export(DossierResource(), Dossier.objects.none())
    assert b"".join(FORMATS["csv"].chunks(nobody)).count(b"\n") == 1
    assert json.loads(b"".join(FORMATS["json"].chunks(nobody))) == []


def test_records_are_read_in_batches_and_progress_is_reported(
    lists: Lists, coordinator, monkeypatch, django_assert_num_queries
) -> None:
    lists.apply(ROW, WILD, NOTES)
    monkeypatch.setattr("dossiers.spreadsheets.exports.export.BATCH", 2)
    progress: list[int] = []
    export = Export(DossierResource(), Dossier.objects.all(), progress=progress.append)
    with django_assert_num_queries(2 + 2 * 2):  # the keys, names of users; values and sectors of each batch
        assert len(list(export.rows())) == 3
    assert progress == [2, 3]


@given(st.text())
def test_unescape_reverses_escape(text: str) -> None:
    assert unescape(escape(text)) == text
    assert TELEPHONE.fullmatch(text) or not escape(text).startswith(("=", "+", "-", "@", "\t", "\r"))
