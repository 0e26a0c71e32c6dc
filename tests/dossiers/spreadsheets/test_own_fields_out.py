"""Own fields are exported, and imported again without changes, whatever their values."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.models import Dossier, EmployerInterest, ImportRow, ImportRun
from dossiers.models.own_fields.own_field import MAX_NUMBER
from dossiers.spreadsheets.exports.export import Export
from dossiers.spreadsheets.exports.templates import write_template
from dossiers.spreadsheets.imports import apply
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.resources import DossierResource, EmployerInterestResource
from dossiers.spreadsheets.writer import FORMATS

from ..models.factories import make_dossier, make_employer, make_interest
from ..models.own_fields import make_field_of_each_kind, make_own_field
from .imports import Lists, preview
from .own_fields import FILLED, NUMBERED, STORED, clean
from .test_round_trip import assert_unchanged_in_each_format, names, words
from .undo import read_records, undo_import

pytestmark = pytest.mark.django_db
few_examples = settings(max_examples=10)


def test_a_template_explains_own_fields():
    make_own_field("Schoenmaat", "number", help_text="Voor werkschoenen.")
    make_own_field("Vaste dag", choices=["Maandag", "Vrijdag"])
    file = io.BytesIO()
    write_template(DossierResource(), file)
    book = openpyxl.load_workbook(file)
    explanations = {row[0].value: row[2].value for row in book.worksheets[1].iter_rows(min_row=2) if row[2].value}
    assert (
        explanations["Schoenmaat"] == "Voor werkschoenen. Een getal, met hoogstens twee cijfers achter de komma: 3,5."
    )
    assert explanations["Vaste dag"] == "Een van: Maandag, Vrijdag."
    assert {cell.value for cell in book.worksheets[0][1]} >= {"Schoenmaat", "Vaste dag"}
    offered = list(book["Keuzes"].iter_cols(values_only=True, max_row=2))
    assert ("Maandag", "Vrijdag") in offered


def test_the_error_workbook_has_the_errors_of_own_fields(lists):
    make_own_field("Gezien op", "date")
    run = lists.preview(NUMBERED | {"Gezien op": "31-02-2026"})
    sheet = openpyxl.load_workbook(build_error_workbook(run)).active
    assert sheet.cell(2, sheet.max_column).value.startswith("Gezien op: ")


@pytest.mark.parametrize("format", FORMATS)
def test_every_export_format_has_own_fields(tmp_path: Path, format: str):
    make_field_of_each_kind()
    make_dossier(extra=STORED)
    path = tmp_path / "uit"
    with path.open("wb") as file:
        FORMATS[format].write(Export(DossierResource(), Dossier.objects.all()), file)
    if format == "csv":
        assert 'An;"42,5";01-02-2026;Maandag;ja' in path.read_text("utf-8-sig")
    elif format == "json":
        assert '"own_schoenmaat": 42.5, "own_gezien_op": "2026-02-01"' in path.read_text("utf-8")
    else:
        assert preview(path).rows.get().action == "unchanged"


def test_the_query_count_of_an_export_does_not_grow_with_the_number_of_records():
    make_field_of_each_kind()

    def count_queries(count: int) -> int:
        for _number in range(count):
            make_dossier(extra=STORED)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(list(Export(DossierResource(), Dossier.objects.all()).rows())) >= count
        return len(captured)

    assert count_queries(5) == count_queries(50)


# --- Generated values ---

numbers = st.decimals(-MAX_NUMBER, MAX_NUMBER, places=2).map(float).map(lambda n: int(n) if n.is_integer() else n)
values = st.fixed_dictionaries(
    {}, optional={
        "own_mentor": names.map(lambda text: " ".join(text.split())).filter(bool),
        "own_schoenmaat": numbers | st.integers(-MAX_NUMBER, MAX_NUMBER),
        "own_gezien_op": st.dates(date(1930, 1, 1), date(2099, 12, 31)).map(date.isoformat),
        "own_vaste_dag": st.sampled_from(["Maandag", "Woensdag", "Op afspraak, of later"]),
        "own_vca": st.booleans(),
    },
)  # fmt: skip


@few_examples
@given(people=st.lists(values, min_size=1, max_size=6))
def test_exported_own_fields_of_dossiers_are_imported_as_unchanged(lists: Lists, people: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        make_field_of_each_kind()
        for held in people:
            make_dossier(extra=held).full_clean()
        assert_unchanged_in_each_format(
            Export(DossierResource(), Dossier.objects.order_by("pk")), "dossiers", lists.folder, len(people)
        )
        transaction.set_rollback(True)


@few_examples
@given(jobs=st.lists(values, min_size=1, max_size=6))
def test_exported_own_fields_of_interests_are_imported_as_unchanged(lists: Lists, jobs: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        make_field_of_each_kind("employer_interest")
        for held in jobs:
            make_interest(employer=make_employer(), extra=held).full_clean()
        export = Export(EmployerInterestResource(), EmployerInterest.objects.order_by("pk"))
        assert_unchanged_in_each_format(export, "employer_interest", lists.folder, len(jobs))
        transaction.set_rollback(True)


@few_examples
@given(text=words.filter(bool))
def test_a_cleaned_text_is_cleaned_to_the_same_text(text: str) -> None:
    line = " ".join(text.split())
    assert clean("text", text) == line and clean("text", line) == line


cell = st.fixed_dictionaries(
    {
        "Mentor": st.sampled_from(["", "An", "O'Neil % 'x'", 'ij"s', "\\", "null"]),
        "Schoenmaat": st.sampled_from(["", "42,5", "-3", "0"]),
        "Gezien op": st.sampled_from(["", "1-2-2026"]),
        "Vaste dag": st.sampled_from(["", "Maandag", "Op afspraak, of later"]),
        "VCA": st.sampled_from(["", "ja", "nee"]),
        "Beroep": st.sampled_from(["", "kok"]),
    }
)
person_rows = st.dictionaries(st.sampled_from(["Selam", "Omar", "Navid"]), cell, min_size=1)


def make_dossier_rows(cells: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    return [
        {"Extern nummer": name, "Voornaam": name, "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"} | more
        for name, more in cells.items()
    ]


@few_examples
@given(before=person_rows, after=person_rows, policy=st.sampled_from(["update", "fill", "new"]))
def test_applying_and_undoing_an_import_restores_own_fields(lists: Lists, before, after, policy) -> None:
    with transaction.atomic():
        make_field_of_each_kind()
        lists.apply(*make_dossier_rows(before))
        records_before = read_records()
        undo_import(lists.apply(*make_dossier_rows(after), policy=policy))
        assert read_records() == records_before and not ImportRow.objects.exclude(kept=None).exists()
        assert all(value not in (None, "") for dossier in Dossier.objects.all() for value in dossier.extra.values())
        transaction.set_rollback(True)


def test_own_fields_need_no_extra_write_statements(lists):
    def written(row: dict[str, str]) -> list[str]:
        run: ImportRun = lists.preview(row)
        with CaptureQueriesContext(connection) as captured:
            apply.claim(run, good_rows_only=False)
            apply.apply(run, None)
        assert run.state == "applied"
        return [sql for query in captured if (sql := query["sql"]).startswith(("INSERT", "UPDATE", "DELETE"))]

    written(NUMBERED)  # the first reference of the year needs an extra statement
    plain = written(NUMBERED | {"Extern nummer": "P3", "Voornaam": "Navid"})
    merged = [sql for sql in plain if "json_patch" in sql or "jsonb_strip_nulls" in sql]
    assert not [sql for sql in merged if '"extra"' in sql]
    make_field_of_each_kind()
    assert len(written(FILLED | {"Extern nummer": "P2", "Voornaam": "Omar"})) == len(plain)
