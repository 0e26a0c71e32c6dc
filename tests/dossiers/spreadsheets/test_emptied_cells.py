"""A cell with the word “leegmaken” empties its field of a known record on purpose; a blank cell never does."""

from io import BytesIO
from itertools import permutations
from typing import Any

import openpyxl
import pytest

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun, Supply
from dossiers.spreadsheets.column_help import explain_columns
from dossiers.spreadsheets.comparison import EMPTY, current_values
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.decisions import find_blocking_dates
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.undo.planner import plan_undo
from tests.dossiers.spreadsheets.imports import correct_cell

from ..models.own_fields import make_field_of_each_kind, make_own_field
from .imports import AZC, PERSON, WERKCORPORATIE, Lists, apply, decide_on_older_values
from .undo import INTERESTS, JOB, NUMBERED, read_records, undo_import

WORD = "leegmaken"


def read_values(record: str) -> dict[str, Any]:
    """Return the current values of the only record of this kind, by field."""
    resource = RESOURCES[record]()
    model: Any = resource._meta.model
    [values] = current_values(resource, [model.objects.get().pk], list(resource.sheet_fields())).values()
    return values


def build_filled_row(record: str) -> dict[str, str]:
    """Return a row of a closed record, with a value in each column that has an example, by the header of the column."""
    examples = {column.header: column.example for column in explain_columns(RESOURCES[record]())}
    closed = {"dossiers": "teruggetrokken", "employer_interest": "gesloten"}[record]
    return {header: text for header, text in examples.items() if text} | {"Referentie": "", "Status": closed}


def find_headers(record: str, *, may_be_emptied: bool) -> list[str]:
    fields = RESOURCES[record]().sheet_fields()
    return [str(field.column_name) for field in fields.values() if field.may_be_emptied == may_be_emptied]


@pytest.fixture
def own_fields(base_data: None) -> None:
    make_field_of_each_kind()
    make_own_field("Dag", kind="choice", choices=["maandag"], record="employer_interest")


@pytest.mark.parametrize("record", ["dossiers", "employer_interest"])
def test_every_field_that_may_be_empty_is_emptied_and_comes_back(lists: Lists, own_fields, coordinator, record) -> None:
    users = {"Begeleider": "coordinator", "Contactpersoon bij ons": "coordinator", "Eigenaar": "coordinator"}
    fields = RESOURCES[record]().sheet_fields()
    headers = {str(field.column_name) for field in fields.values()}
    more = {header: login for header, login in users.items() if header in headers}
    row = build_filled_row(record) | more | {str(f.column_name): "a" for f in fields.values() if f.own and f.free_text}
    lists.apply(row, record=record)
    filled, before = read_values(record), read_records()
    optional = find_headers(record, may_be_emptied=True)
    run = lists.preview(row | dict.fromkeys(optional, WORD), record=record)
    apply(decide_on_older_values(run, use_older=True))
    emptied = {name for name, field in fields.items() if field.may_be_emptied}
    assert len(emptied) > 10 and not [name for name in emptied if filled[name] in EMPTY], "each had a value"
    now = read_values(record)
    assert {name for name in now if now[name] in EMPTY} >= emptied
    assert {name: now[name] for name in now.keys() - emptied - {"changed_at"}} == {
        name: filled[name] for name in filled.keys() - emptied - {"changed_at"}
    }
    steps = RESOURCES[record]()._meta.model.history
    assert (steps.first().import_run, steps.first().import_line) == (run, 2)
    undo_import(run)
    assert read_records() == before


@pytest.mark.parametrize("record", ["dossiers", "employer_interest"])
def test_a_field_that_may_not_be_empty_refuses_the_word_and_says_what_to_do(lists: Lists, base_data, record) -> None:
    row = build_filled_row(record)
    lists.apply(row, record=record)
    refused = find_headers(record, may_be_emptied=False)
    [shown] = lists.preview_rows(row | dict.fromkeys(refused, WORD), record=record)
    fields = RESOURCES[record]().sheet_fields()
    assert shown["action"] == "error"
    assert {str(fields[name].column_name) for name in shown["errors"]} >= {*refused}
    assert "Laat de cel leeg" in shown["errors"]["reference"][0]
    assert {"status", "date_of_birth", "reference"} & shown["errors"].keys()


def test_a_new_record_just_has_an_empty_field(lists: Lists) -> None:
    run = lists.apply(PERSON | {"Telefoon": WORD, "Sectoren": WORD, "Uren per week": WORD, "Begeleider": WORD})
    assert run.rows.get().action == "new" and not run.rows.get().errors
    dossier = Dossier.objects.get()
    assert (dossier.phone, dossier.hours_per_week, dossier.coordinator, dossier.sectors.count()) == ("", None, None, 0)


def test_an_empty_field_stays_as_it_is_and_a_blank_cell_empties_nothing(lists: Lists) -> None:
    lists.apply(NUMBERED | {"Beroep": "kok"})
    columns = {"Telefoon": WORD, "Uren per week": WORD, "Talen": WORD, "Sectoren": WORD, "Tussenvoegsel": WORD}
    [row] = lists.preview_rows(NUMBERED | columns | {"Beroep": ""})
    assert (row["action"], row["changes"]) == ("unchanged", {})


@pytest.mark.parametrize("cell", ["Leegmaken", "LEEGMAKEN", " (leegmaken) ", "( Leegmaken )"])
def test_case_and_brackets_of_the_word_do_not_matter(lists: Lists, cell: str) -> None:
    lists.apply(NUMBERED | {"Rijbewijs": "ja", "Beroep": "kok"})
    [row] = lists.preview_rows(NUMBERED | {"Rijbewijs": cell, "Beroep": cell})
    assert row["changes"] == {"driving_licence": [True, None], "profession": ["kok", ""]}


@pytest.mark.parametrize("word", ["leeg", "wissen", "leegmaken?"])
def test_a_similar_word_is_asked_about_and_the_answer_can_be_to_empty_the_field(lists: Lists, word: str) -> None:
    lists.apply(NUMBERED | {"Rijbewijs": "ja"})
    run = lists.preview(NUMBERED | {"Rijbewijs": word})
    assert run.asked["words"] == {"driving_licence": {word: 1}} and not run.rows.get().changes
    run.decided["words"] = {"driving_licence": {word: WORD}}
    staging.stage(run)
    assert run.rows.get().changes == {"driving_licence": [True, None]}


def test_crosses_and_blanks_still_mean_yes_and_no_beside_the_word(lists: Lists) -> None:
    people = [NUMBERED | {"Extern nummer": name, "Voornaam": name} for name in ("Abel", "Omar", "Sara")]
    lists.apply(*(person | {"Rijbewijs": "ja"} for person in people))
    cells = ("x", "", WORD)
    rows = lists.preview_rows(*(person | {"Rijbewijs": cell} for person, cell in zip(people, cells, strict=True)))
    assert [row["changes"] for row in rows] == [
        {}, {"driving_licence": [True, False]}, {"driving_licence": [True, None]}
    ]  # fmt: skip


def test_the_word_beside_other_values_of_a_cell_is_an_error(lists: Lists) -> None:
    [row] = lists.preview_rows(PERSON | {"Sectoren": f"Zorg; {WORD}"})
    assert "alleen in de cel" in row["errors"]["sectors"][0]


def test_a_list_that_only_fills_gaps_empties_nothing(lists: Lists) -> None:
    lists.apply(NUMBERED | {"Beroep": "kok", "Uren per week": "8"})
    run = lists.preview(NUMBERED | {"Beroep": WORD, "Uren per week": WORD}, policy=ImportRun.Policy.FILL)
    assert run.rows.get().changes == {}


def test_the_prefix_of_a_name_is_emptied_only_by_its_own_cell(lists: Lists) -> None:
    lists.apply(NUMBERED | {"Tussenvoegsel": "van der", "Achternaam": "Berg"})
    row = NUMBERED | {"Achternaam": "Berg"}
    run = lists.preview(row | {"Tussenvoegsel": WORD})
    assert run.rows.get().changes == {"name_prefix": ["van der", ""]}
    other = lists.preview(NUMBERED | {"Achternaam": "Bakker", "Tussenvoegsel": ""})
    assert other.rows.get().changes["name_prefix"] == ["van der", ""], "another name has another prefix"
    correct_cell(other, other.rows.get(), "family_name", "Berg")
    assert other.rows.get().changes == {}
    correct_cell(other, other.rows.get(), "name_prefix", WORD)
    assert other.rows.get().changes == {"name_prefix": ["van der", ""]}
    apply(run)
    assert Dossier.objects.get().name_prefix == "" and not Supply.objects.get().values.get("name_prefix")
    undo_import(run)
    assert Dossier.objects.get().name_prefix == "van der"


def test_of_two_columns_of_one_field_the_other_value_counts(lists: Lists) -> None:
    rows = [("0527 123456", WORD), (WORD, "")]
    run = lists.preview(*(PERSON | {"Voornaam": name, "Tel vast": first, "Mobiel": second}
                          for name, (first, second) in zip(("Abel", "Omar"), rows, strict=True)))  # fmt: skip
    run.decided = {"columns": {"Tel vast": "phone:fallback", "Mobiel": "phone"}}
    staging.stage(run, lists.last_file)
    values = [(row.given.get("phone"), row.given.get("notes")) for row in run.rows.order_by("line")]
    assert values == [("+31527123456", None), ("", None)]


def test_only_the_remark_of_the_sender_is_taken_out(lists: Lists) -> None:
    lists.apply(NUMBERED | {"Opmerkingen": "Belt graag"})
    Dossier.objects.update(notes="Fietst.\nBelt graag")
    for kind in ({"by_partner": True}, {}):
        [row] = lists.preview_rows(NUMBERED | {"Opmerkingen": WORD}, **kind)
        assert row["changes"]["notes"][1] in ("Fietst.", ""), kind
    [row] = lists.preview_rows(NUMBERED | {"Opmerkingen": WORD}, by_partner=True)
    assert row["changes"] == {"notes": ["Fietst.\nBelt graag", "Fietst."]}
    [row] = lists.preview_rows(PERSON | {"Opmerkingen": WORD}, organisation=WERKCORPORATIE)
    assert row["changes"] == {}, "somebody who never gave a remark takes out none"


def test_a_value_that_somebody_typed_is_asked_about_and_one_of_a_list_is_not(lists: Lists, coordinator) -> None:
    lists.apply(NUMBERED)
    lists.apply(NUMBERED | {"Beroep": "kok", "Uren per week": "8"})
    emptied = NUMBERED | {"Beroep": WORD, "Uren per week": WORD}
    assert not find_open_question_about_older_values(lists.preview(emptied)), "nobody emptied it before"
    assert not find_open_question_about_older_values(lists.preview(emptied, organisation=None))
    dossier = Dossier.objects.get()
    dossier.profession, dossier._history_user = "bakker", coordinator
    dossier.save()
    run = lists.preview(emptied)
    assert find_open_question_about_older_values(run)
    run = decide_on_older_values(run, use_older=False)
    row = run.rows.get()
    assert (row.changes, row.withheld) == ({"hours_per_week": [8, None]}, {"profession": ""})


def test_an_emptied_field_that_was_filled_again_is_asked_about_when_the_list_repeats_itself(lists: Lists) -> None:
    emptied = NUMBERED | {"Uren per week": WORD}
    lists.apply(NUMBERED | {"Uren per week": "8"})
    lists.apply(emptied)
    lists.apply(NUMBERED | {"Uren per week": "20"}, organisation=WERKCORPORATIE)
    assert find_open_question_about_older_values(lists.preview(emptied))


ORDERS = list(permutations(range(3)))
FIRST = NUMBERED | {"Beroep": "kok", "Uren per week": "8", "Sectoren": "Zorg", "Talen": "Turks"}
EMPTIED = NUMBERED | {"Beroep": WORD, "Uren per week": WORD, "Sectoren": WORD, "Talen": WORD}
OTHER = NUMBERED | {"Beroep": "lasser", "Uren per week": "20", "Sectoren": "Bouw", "Talen": "Farsi"}


@pytest.mark.parametrize("rows", [(OTHER, EMPTIED, FIRST), (EMPTIED, EMPTIED, EMPTIED), (EMPTIED, OTHER, EMPTIED)])
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_the_first_values_come_back_when_all_lists_are_undone(lists: Lists, rows, order) -> None:
    lists.apply(FIRST)
    before = read_values("dossiers")
    runs = []
    for row, name in zip(rows, ("Abel", "Biniam", "Caleb"), strict=True):
        new = {"Voornaam": name, "Achternaam": "Nieuw", "Geboortedatum": "1-1-1980", "Extern nummer": name}
        runs.append(apply(decide_on_older_values(lists.preview(row, new), use_older=True)))
    for index in order:
        undo_import(runs[index])
        if in_force := [run for run in runs if run.state == ImportRun.State.APPLIED]:
            last = in_force[-1].rows.get(given__external_id="P1").given
            dossier = Dossier.objects.get(given_name="Selam")
            assert (dossier.profession, dossier.hours_per_week) == (last["profession"], last["hours_per_week"])
    now = read_values("dossiers")
    assert now | {"changed_at": None} == before | {"changed_at": None}


def test_what_somebody_typed_in_an_emptied_field_stays_after_the_undo(lists: Lists, coordinator) -> None:
    lists.apply(FIRST)
    run = lists.apply(EMPTIED)
    dossier = Dossier.objects.get()
    dossier.profession, dossier._history_user = "bakker", coordinator
    dossier.save()
    undo_import(run)
    dossier.refresh_from_db()
    assert (dossier.profession, dossier.hours_per_week) == ("bakker", 8)


def test_undoing_the_first_of_two_lists_that_emptied_a_remark_leaves_it_empty(lists: Lists) -> None:
    lists.apply(NUMBERED | {"Opmerkingen": "Belt graag"}, organisation=AZC)
    first, _second = (lists.apply(NUMBERED | {"Opmerkingen": WORD, "Beroep": job}) for job in ("kok", "lasser"))
    reasons = plan_undo(first).reasons
    assert [fields["notes"] for fields in reasons.values()] == [["imported"]]


def test_the_returned_workbook_keeps_the_word_and_a_typed_one(lists: Lists) -> None:
    lists.apply(NUMBERED | {"Telefoon": "06 12345678", "Beroep": "kok"})
    run = lists.preview(NUMBERED | {"Telefoon": WORD, "Beroep": "ober", "Talen": "Klingon"})
    correct_cell(run, run.rows.get(), "profession", WORD)
    sheet = openpyxl.load_workbook(BytesIO(build_error_workbook(run).read())).active
    assert [cell.value for cell in sheet[2]][-4:-1] == [WORD, WORD, "Klingon"]


def test_a_question_about_dates_does_not_stumble_over_the_word(lists: Lists) -> None:
    people = [NUMBERED | {"Extern nummer": f"P{n}", "Voornaam": name} for n, name in enumerate(("Abel", "Omar"))]
    lists.apply(*(person | {"Beschikbaar vanaf": "13-4-2027"} for person in people))
    dates = zip(people, (WORD, "3/5/2027"), ("4/13/2030", "4/14/2030"), strict=True)
    rows = [person | {"Beschikbaar vanaf": day, "Document geldig tot": until} for person, day, until in dates]
    assert "available_from" in find_blocking_dates(lists.preview(*rows))


def test_several_rows_of_one_employer_can_empty_its_fields(lists: Lists) -> None:
    job = JOB | {"Telefoon": "0527 123456", "Sector": "Landbouw", "Plaats": "Urk"}
    lists.apply(job, **INTERESTS)
    before = read_records()
    emptied = job | {"Telefoon": WORD, "Sector": WORD}
    run = decide_on_older_values(lists.preview(emptied, emptied | {"Werk": "Sorteren"}, **INTERESTS), use_older=True)
    apply(run)
    employer = Employer.objects.get()
    assert (employer.phone, employer.sector, employer.city) == ("", None, "Urk")
    assert EmployerInterest.objects.count() == 2
    undo_import(run)
    assert read_records() == before
