"""One of the columns that fill a field has the error of a formula: what the others say stays."""

from io import BytesIO

import openpyxl
import pytest

from dossiers.models import Dossier, ImportRun, Supply
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, Lists, apply

LABELLED = {"Opm": "notes:labelled", "Bijz": "notes:labelled"}
JOINED = {"Opm": "notes:join", "Bijz": "notes:join"}
ADDRESS = {"Straat": "location:join", "Huisnummer": "location:join"}
LANGUAGES = {"Taal 1": "languages:join", "Taal 2": "languages:join"}
PHONES = {"Mobiel": "phone", "Tel vast": "phone:fallback"}
OMAR = PERSON | {"Voornaam": "Omar"}
FAILED = {"Opm": "#N/B", "Bijz": "heeft rugzak"}


def read(lists: Lists, columns: dict[str, str], *rows: dict[str, str], **decided) -> ImportRun:
    run = lists.preview(*(PERSON | row for row in rows))
    run.decided = {"columns": columns} | decided
    staging.stage(run, lists.last_file)
    return run


def leave_empty(run: ImportRun) -> ImportRun:
    """Answer each question about a failed formula with “leave empty”."""
    run.decided["words"] = {name: dict.fromkeys(words) for name, words in run.asked["words"].items()}
    staging.stage(run)
    return run


@pytest.mark.parametrize(
    ("columns", "notes"),
    [(LABELLED, ["Bijz: heeft rugzak", "Opm: komt dinsdag"]), (JOINED, ["heeft rugzak", "komt dinsdag"])],
)
def test_a_failed_part_that_is_left_empty_leaves_the_good_one(lists: Lists, columns, notes) -> None:
    run = read(lists, columns, FAILED, OMAR | {"Opm": "komt dinsdag", "Bijz": "#VERW!"})
    assert run.asked["words"] == {"notes": {"#N/B": 1, "#VERW!": 1}}
    leave_empty(run)
    assert [row.given["notes"] for row in run.rows.order_by("line")] == notes
    assert run.asked["answered_words"] == {"notes": ["#N/B", "#VERW!"]} and run.asked["answered_lines"] == {
        "notes": [2, 3]
    }
    apply(run)
    assert sorted(supply.values["notes"] for supply in Supply.objects.all()) == sorted(notes)


def test_an_answer_about_a_failed_part_is_what_its_column_says(lists: Lists) -> None:
    run = read(lists, LABELLED, FAILED, words={"notes": {"#N/B": "belt graag"}})
    assert run.rows.get().given["notes"] == "Opm: belt graag\nBijz: heeft rugzak"


@pytest.mark.parametrize(
    ("columns", "row", "shown", "left"),
    [
        (LABELLED, ("#N/B", "heeft rugzak"), "Opm: #N/B\nBijz: heeft rugzak", "Bijz: heeft rugzak"),
        (JOINED, ("heeft rugzak", "#N/B"), "heeft rugzak\n#N/B", "heeft rugzak"),
        (ADDRESS, ("Kerkstraat", "#N/B"), "Kerkstraat #N/B", "Kerkstraat"),
        (LANGUAGES, ("#N/B", "Arabisch"), "#N/B; Arabisch", ["ar"]),
    ],
)
def test_the_cell_in_error_shows_the_good_parts_and_names_only_the_column_in_error(
    lists: Lists, columns, row, shown, left
) -> None:
    run = read(lists, columns, dict(zip(columns, row, strict=True)))
    (name,) = {target.partition(":")[0] for target in columns.values()}
    staged, failed = run.rows.get(), [*columns][row.index("#N/B")]
    assert staged.bad[name] == shown and run.asked["words"] == {name: {"#N/B": 1}}
    assert staged.errors[name][0].startswith(f"“{failed}”: Een formule geeft een fout (#N/B)")
    assert leave_empty(run).rows.get().given[name] == left


def test_only_the_cell_in_error_is_coloured_in_the_returned_list(lists: Lists) -> None:
    run = read(lists, LABELLED, FAILED)
    sheet = openpyxl.load_workbook(BytesIO(build_error_workbook(run).read())).active
    assert [cell.coordinate for cell in sheet[2] if cell.fill.fill_type] == ["D2", "F2"]


def test_an_unknown_word_in_one_column_is_told_of_that_column(lists: Lists) -> None:
    run = read(lists, LANGUAGES, {"Taal 1": "Arabisch", "Taal 2": "Klingon"})
    assert run.rows.get().errors["languages"][0].startswith("“Taal 2”: “Klingon”")


def test_a_private_number_in_one_column_is_told_of_that_column(lists: Lists) -> None:
    run = read(lists, LABELLED, {"Opm": "belt", "Bijz": "BSN 123456782"})
    assert run.rows.get().errors["notes"][0].startswith("“Bijz”: ")


@pytest.mark.parametrize("columns", [LABELLED, JOINED])
@pytest.mark.parametrize("typed", ["belt nooit", "", "label"])
def test_what_is_typed_in_the_cell_in_error_leaves_the_other_parts_of_a_known_person(
    lists: Lists, columns, typed
) -> None:
    apply(read(lists, columns, {"Opm": "belt graag", "Bijz": "heeft tas"}))
    run = read(lists, columns, FAILED)
    row = run.rows.get()
    text = row.bad["notes"].replace("#N/B", typed) if typed != "label" else row.bad["notes"].partition("\n")[2]
    correct_cell(run, row, "notes", text)
    staging.stage(run)
    apply(run)
    labels = ("Opm: ", "Bijz: ") if columns == LABELLED else ("", "")
    expected = [f"{labels[0]}{'belt nooit' if typed == 'belt nooit' else 'belt graag'}", f"{labels[1]}heeft rugzak"]
    assert Dossier.objects.get().notes.splitlines() == expected
    parts = {part[0]: part[1] for part in Supply.objects.get().parts["notes"]}
    assert parts == dict(zip(("opm", "bijz"), expected, strict=True))


def test_a_good_part_that_is_changed_where_the_failed_one_is_taken_out_stays_that_of_its_column(lists: Lists) -> None:
    apply(read(lists, JOINED, {"Opm": "belt graag", "Bijz": "heeft tas"}))
    run = read(lists, JOINED, FAILED)
    correct_cell(run, run.rows.get(), "notes", "heeft koffer")
    apply(run)
    assert Dossier.objects.get().notes.splitlines() == ["belt graag", "heeft koffer"]


def test_a_failed_value_leaves_what_an_earlier_list_gave_in_a_blank_column(lists: Lists) -> None:
    columns = LANGUAGES | {"Taal 3": "languages:join"}
    apply(read(lists, columns, {"Taal 1": "Arabisch", "Taal 2": "", "Taal 3": "Turks"}))
    run = read(lists, columns, {"Taal 1": "Frans", "Taal 2": "#N/B", "Taal 3": ""})
    correct_cell(run, run.rows.get(), "languages", "Frans; Duits")
    apply(run)
    assert Dossier.objects.get().languages == ["de", "fr", "tr"]


def test_a_failed_formula_that_stays_in_the_typed_text_is_refused(lists: Lists) -> None:
    run = read(lists, LABELLED, FAILED)
    correct_cell(run, run.rows.get(), "notes", "Opm: #N/B\nBijz: heeft een tas")
    row = run.rows.get()
    assert "formule" in row.errors["notes"][0] and row.bad["notes"].endswith("tas") and "notes" not in row.given
    correct_cell(run, row, "notes", "Bijz: heeft een tas")
    assert run.rows.get().given["notes"] == "Bijz: heeft een tas"
    apply(run)
    assert Supply.objects.get().parts["notes"] == [["bijz", "Bijz: heeft een tas", True, ""]]


def test_a_remark_that_failed_leaves_the_number_that_is_left_over(lists: Lists) -> None:
    row = {"Mobiel": "0612345678", "Tel vast": "0321-123456", "Opm": "#N/B"}
    run = read(lists, PHONES, row)
    assert run.rows.get().bad["notes"] == "#N/B\nTel vast: 0321-123456"
    assert leave_empty(run).rows.get().given["notes"] == "Tel vast: 0321-123456"


def test_a_number_counts_if_the_failed_one_before_it_is_left_empty(lists: Lists) -> None:
    run = read(lists, PHONES, {"Mobiel": "#N/B", "Tel vast": "0321-123456"})
    assert run.rows.get().errors["phone"][0].startswith("“Mobiel”: ")
    row = leave_empty(run).rows.get()
    assert (row.given["phone"], row.given.get("notes")) == ("+31321123456", None)


def test_a_failed_number_takes_nothing_out_of_what_its_column_gave(lists: Lists) -> None:
    apply(read(lists, PHONES, {"Mobiel": "0612345678", "Tel vast": "0321-123456"}))
    run = read(lists, PHONES, {"Mobiel": "0612345678", "Tel vast": "#N/B"})
    assert run.rows.get().action == "unchanged"


def test_each_column_with_an_error_is_named(lists) -> None:
    columns = {"Opm": "notes:join", "Bijz": "notes:join", "Derde": "notes:join"}
    rows = [
        {"Opm": "#N/B", "Bijz": "#REF!", "Derde": "#N/B"},
        {"Opm": "BSN 123456782", "Bijz": "#REF!", "Derde": "#N/B"},
    ]
    run = lists.preview(*(PERSON | row for row in rows), decided={"columns": columns})
    formulas, mixed = (row.errors["notes"] for row in run.rows.order_by("line"))
    assert [message.partition(": ")[0] for message in formulas] == ["“Opm”, “Bijz”, “Derde”"]
    assert [message.partition(": ")[0] for message in mixed] == ["“Opm”", "“Bijz”, “Derde”"]
    assert "#REF!, #N/B" in mixed[1]
