"""A row that is filled in in the empty template can be imported."""

import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from dossiers.models import Action, Dossier, EmployerInterest, OwnField, RecordKind
from dossiers.spreadsheets.column_help import explain_columns
from dossiers.spreadsheets.exports.templates import write_template
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.writer.table import MAX_WIDTH

from .imports import Lists, apply, preview

PERSON = {"Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": date(1990, 3, 12), "Extern nummer": "P1"}
JOB = {"Bedrijf": "Kwekerij", "Contactpersoon": "An", "E-mail": "an@kwekerij.example", "Werk": "Oogsten"}
MADE = {RecordKind.DOSSIERS: (PERSON, Dossier), RecordKind.EMPLOYER_INTEREST: (JOB, EmployerInterest)}


@pytest.fixture(params=RecordKind.values)
def record(request) -> str:
    return request.param


@pytest.fixture
def template(record: str, base_data, coordinator, tmp_path: Path) -> Path:
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


def test_the_second_sheet_lists_the_headers_that_are_recognized(template: Path, record: str) -> None:
    sheet = openpyxl.load_workbook(template).worksheets[1]
    headers = {row[0]: row[4] for row in sheet.iter_rows(min_row=2, max_col=5, values_only=True) if row[2]}
    name, header = ("Telefoon", "tel vast") if record == "dossiers" else ("Contactpersoon", "wie")
    assert header in headers[name].split(", ")


def test_a_filled_in_row_is_imported(template: Path, record: str) -> None:
    row, model = MADE[RecordKind(record)]
    run = preview(fill_in_template(template, row), record)
    assert (run.reason, run.counts()[Action.NEW], run.rows.count()) == ("", 1, 1), list(run.rows.values())
    assert run.format["sheet"] == openpyxl.load_workbook(template).sheetnames[0]
    assert [column for column in run.columns if not column["field"]] == []
    questions = [
        run.asked[key] for key in ("words", "dates", "names", "above", "unfit", "sections", "blank") if run.asked[key]
    ]
    assert (run.warnings, questions) == ([], [])
    apply(run)
    assert model.objects.count() == 1


def validations(path: Path) -> dict[str, DataValidation]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    headers = {cell.column_letter: cell.value for cell in sheet[1]}
    return {
        headers[re.match("[A-Z]+", str(validation.sqref))[0]]: validation
        for validation in sheet.data_validations.dataValidation
    }


def test_each_column_with_choices_offers_all_of_them(template: Path, record: str) -> None:
    book, rules = openpyxl.load_workbook(template), validations(template)
    offered = {}
    for header, rule in rules.items():
        if rule.type == "list":
            name, cells = rule.formula1.split("!")
            offered[header] = [cell.value for (cell,) in book[name.strip("='")][cells]]
            assert book[name.strip("='")].sheet_state == "hidden"
    columns = explain_columns(RESOURCES[record]())
    assert offered == {column.header: column.choices for column in columns if column.choices}
    # Several languages in one cell are none of the choices, and yet right.
    several = {column.header for column in columns if column.several}
    assert several and several == {header for header in offered if not rules[header].showErrorMessage}


@pytest.mark.parametrize("record", ["dossiers"], indirect=True)
def test_a_long_list_of_choices_is_offered_and_one_with_a_comma_is_one_choice(
    record: str, base_data, tmp_path: Path
) -> None:
    sizes = ["Groot, lang", *(f"Maat {number} van een lange reeks" for number in range(50))]
    OwnField.objects.create(record=record, label="Maat", kind="choice", choices=sizes)
    path = tmp_path / "sjabloon.xlsx"
    with path.open("wb") as file:
        write_template(RESOURCES[record](), file)
    name, cells = validations(path)["Maat"].formula1.split("!")
    assert [cell.value for (cell,) in openpyxl.load_workbook(path)[name.strip("='")][cells]] == sizes


def test_a_text_in_a_column_with_dates_gives_a_message_in_dutch(template: Path, record: str) -> None:
    rules = validations(template)
    dates = {column.header for column in explain_columns(RESOURCES[record]()) if column.is_date}
    assert dates and {header for header, rule in rules.items() if rule.type == "date"} == dates
    for header in dates:
        assert "28-02-2027" in rules[header].error and "datum" in rules[header].error
        assert len(rules[header].error) <= 255 and rules[header].errorStyle == "warning"


def test_a_cell_with_choices_says_how_to_choose(template: Path, record: str) -> None:
    several = {column.header for column in explain_columns(RESOURCES[record]()) if column.several}
    for header, rule in validations(template).items():
        if rule.type == "list":
            assert rule.promptTitle == header[:32] and rule.showInputMessage
            assert ("komma’s" in rule.prompt) == (header in several) and "lijst" in rule.prompt


def test_each_choice_is_offered_once(template: Path, record: str) -> None:
    for column in explain_columns(RESOURCES[record]()):
        assert len(column.choices) == len({choice.casefold() for choice in column.choices})


def test_a_column_of_numbers_says_which_ones_fit_and_has_no_cells_of_text(
    base_data, coordinator, tmp_path: Path
) -> None:
    OwnField.objects.create(record="employer_interest", label="Uurloon", kind="number")
    path = tmp_path / "sjabloon.xlsx"
    with path.open("wb") as file:
        write_template(RESOURCES["employer_interest"](), file)
    rules, sheet = validations(path), openpyxl.load_workbook(path).worksheets[0]
    hours = rules["Uren per week"]
    assert (hours.type, hours.formula1, hours.formula2, hours.errorStyle) == ("whole", "1", "40", "warning")
    assert "40" in hours.error
    assert rules["Uurloon"].type == "decimal"
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    for header in ("Uren per week", "Uurloon"):
        assert sheet.column_dimensions[letters[header]].number_format == "General"
    job = JOB | {"Uren per week": 32, "Uurloon": 15.5}
    run = preview(fill_in_template(path, job), "employer_interest")
    assert run.rows.get().given["hours_per_week"] == 32


def test_the_explanation_has_an_example_of_each_column_that_can_be_imported(template: Path, record: str) -> None:
    sheet = openpyxl.load_workbook(template).worksheets[1]
    assert sheet.cell(1, 4).value == "Voorbeeld"
    examples = {row[0]: row[3] for row in sheet.iter_rows(min_row=2, max_col=4, values_only=True) if row[2]}
    fields = RESOURCES[record]().sheet_fields().values()
    without = [field.model_field.name for field in fields if not examples[field.column_name]]
    assert without == (["coordinator"] if record == "dossiers" else ["owner"])
    for field in fields:
        if example := examples[field.column_name]:
            assert not field.find_private(example)
            field.widget.clean(example)


def test_the_columns_of_the_template_fit_their_choices(template: Path, record: str) -> None:
    sheet = openpyxl.load_workbook(template).worksheets[0]
    widths = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]}
    for column in explain_columns(RESOURCES[record]()):
        assert widths[column.header] > min(MAX_WIDTH, max(map(len, [column.header, *column.choices]))) - 1
    assert sheet.freeze_panes == "A2"


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


@pytest.mark.parametrize("record", [RecordKind.EMPLOYER_INTEREST], indirect=True)
def test_the_explanation_requires_no_address_of_an_employer(template: Path) -> None:
    required = {name for name, (required, _allowed) in read_explanation(template).items() if required == "ja"}
    assert "E-mail" in read_explanation(template) and required == {"Bedrijf"}


@pytest.mark.parametrize("record", ["dossiers"], indirect=True)
def test_a_status_that_cannot_be_imported_is_not_offered(template: Path) -> None:
    allowed = read_explanation(template)["Status"][1]
    assert "intake" in allowed and "gekoppeld" not in allowed and "aan het werk" not in allowed


@pytest.mark.parametrize("record", ["dossiers"], indirect=True)
def test_every_offered_choice_can_be_imported(template: Path, record: str, lists: Lists) -> None:
    fields = RESOURCES[record]().sheet_fields()
    offered = [(column.name, word) for column in explain_columns(RESOURCES[record]()) for word in column.choices]
    assert len(offered) > 30
    for name, word in offered:
        assert fields[name].widget.render(fields[name].widget.clean(word)) == word
