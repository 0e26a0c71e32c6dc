"""A row that is filled in in the empty template can be imported."""

from pathlib import Path

import openpyxl
import pytest

from dossiers.models import Action, Dossier, EmployerInterest, RecordKind
from dossiers.spreadsheets.exports.templates import write_template
from dossiers.spreadsheets.resources import RESOURCES

from .imports import Lists, apply, preview

PERSON = {"Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": "12-03-1990", "Extern nummer": "P1"}
JOB = {"Bedrijf": "Kwekerij", "Contactpersoon": "An", "E-mail": "an@kwekerij.example", "Werk": "Oogsten"}
MADE = {RecordKind.DOSSIERS: (PERSON, Dossier), RecordKind.EMPLOYER_INTEREST: (JOB, EmployerInterest)}


@pytest.fixture(params=RecordKind.values)
def record(request) -> str:
    return request.param


@pytest.fixture
def template(record: str, base_data, tmp_path: Path) -> Path:
    path = tmp_path / "sjabloon.xlsx"
    with path.open("wb") as file:
        write_template(RESOURCES[record](), file)
    return path


def read_explanation(path: Path) -> dict[str, tuple[str, str]]:
    sheet = openpyxl.load_workbook(path).worksheets[1]
    rows = list(sheet.iter_rows(min_row=2, max_col=3, values_only=True))
    return {name: (required, allowed) for name, required, allowed in rows if allowed}


def fill_in_template(path: Path, *rows: dict[str, object]) -> Path:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for line, row in enumerate(rows, start=2):
        for header, value in row.items():
            sheet.cell(line, columns[header], value)
    book.save(path)
    return path


def test_the_first_sheet_has_only_the_header_of_all_columns(template: Path, record: str) -> None:
    rows = list(openpyxl.load_workbook(template).worksheets[0].iter_rows(values_only=True))
    assert rows == [tuple(field.column_name for field in RESOURCES[record]().sheet_fields().values())]


def test_the_second_sheet_explains_each_column(template: Path, record: str) -> None:
    assert list(read_explanation(template)) == [
        field.column_name for field in RESOURCES[record]().sheet_fields().values()
    ]


def test_a_filled_in_row_is_imported(template: Path, record: str) -> None:
    row, model = MADE[RecordKind(record)]
    run = preview(fill_in_template(template, row), record)
    assert (run.reason, run.counts()[Action.NEW], run.rows.count()) == ("", 1, 1), list(run.rows.values())
    assert run.format["sheet"] == openpyxl.load_workbook(template).sheetnames[0]
    assert [column for column in run.columns if not column["field"]] == []
    apply(run)
    assert model.objects.count() == 1


def test_an_empty_template_is_refused(template: Path, record: str) -> None:
    run = preview(template, record)
    assert (run.state, run.rows.count()) == ("refused", 0)
    assert "Onder de kop staat geen enkele regel" in run.reason


@pytest.mark.parametrize("record", ["dossiers"], indirect=True)
def test_the_explanation_lists_required_columns_and_allowed_values(template: Path) -> None:
    explanations = read_explanation(template)
    assert [name for name, (required, _allowed) in explanations.items() if required == "ja"] == [
        "Voornaam", "Achternaam", "Geboortedatum",
    ]  # fmt: skip
    sectors = explanations["Sectoren"][1].partition(": ")[2].rstrip(".").split(", ")
    assert len(sectors) == len(set(sectors)) > 1
    assert explanations["Niveau Nederlands"][1] == "Een van: A0, A1, A2, B1, B2, C1, C2."
    assert "komma" in explanations["Sectoren"][1] and "Zorg" in explanations["Sectoren"][1]
    assert "komma" in explanations["Talen"][1] and "Tigrinya" in explanations["Talen"][1]
    assert "28-02-1990" in explanations["Geboortedatum"][1] and "18" in explanations["Geboortedatum"][1]
    assert "1 tot en met 40" in explanations["Uren per week"][1]
    assert explanations["Beroep"][1] == "Tekst, hoogstens 100 tekens."


@pytest.mark.parametrize("record", ["dossiers"], indirect=True)
def test_a_status_that_cannot_be_imported_is_not_offered(template: Path) -> None:
    allowed = read_explanation(template)["Status"][1]
    assert "intake" in allowed and "gekoppeld" not in allowed and "aan het werk" not in allowed


@pytest.mark.parametrize("record", ["dossiers"], indirect=True)
def test_every_offered_choice_can_be_imported(template: Path, record: str, lists: Lists) -> None:
    from dossiers.spreadsheets.column_help import explain_columns

    fields = RESOURCES[record]().sheet_fields()
    offered = [(column.name, word) for column in explain_columns(RESOURCES[record]()) for word in column.choices]
    assert len(offered) > 30
    for name, word in offered:
        assert fields[name].widget.render(fields[name].widget.clean(word)) == word
