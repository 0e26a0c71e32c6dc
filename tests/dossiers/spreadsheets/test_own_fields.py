"""Fields that coordinators added go in and out as those that were built in."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.models import Dossier, EmployerInterest, ImportProfile, ImportRow, ImportRun, Organisation, OwnField
from dossiers.spreadsheets import applying, staging
from dossiers.spreadsheets.exporting import Export
from dossiers.spreadsheets.own_names import refuse_what_lists_mistake
from dossiers.spreadsheets.resources import DossierResource, EmployerInterestResource, OwnSheetField, SuppliedResource
from dossiers.spreadsheets.returning import returned_workbook
from dossiers.spreadsheets.templates import write_template
from dossiers.spreadsheets.writer import FORMATS

from ..models.making import make_dossier, make_employer, make_interest
from ..models.own import make_own, one_of_each
from .importing import AZC, PERSON, Lists, preview
from .test_round_trip import come_back, names, words
from .undone import INTERESTS, JOB, left, undo

NUMBERED = PERSON | {"Extern nummer": "P1"}
FILLED = NUMBERED | {
    "Mentor": "An", "Schoenmaat": "42,5", "Gezien op": "1 feb 2026", "Vaste dag": "maandag", "VCA": "ja",
}  # fmt: skip
KEPT = {
    "own_mentor": "An", "own_schoenmaat": 42.5, "own_gezien_op": "2026-02-01", "own_vaste_dag": "Maandag",
    "own_vca": True,
}  # fmt: skip
OTHERWISE = NUMBERED | {
    "Mentor": "Bo", "Schoenmaat": "43", "Gezien op": "2-2-2026", "Vaste dag": "Woensdag", "VCA": "nee",
}  # fmt: skip
pytestmark = pytest.mark.django_db
whatever = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def extra(name: str = "Selam") -> dict[str, Any]:
    return Dossier.objects.get(given_name=name).extra


def clean(kind: str, cell: Any) -> Any:
    """What a cell gives, or what is wrong with it."""
    own = OwnField(record="dossiers", label="Veld", key="own_veld", kind=kind, choices=["Maandag", "Op afspraak"])
    try:
        return OwnSheetField(own).widget.clean(cell)
    except ValidationError as error:
        return " ".join(error.messages)


# --- Cells ---


@pytest.mark.parametrize(
    ("cell", "number"),
    [("42", 42), ("42,5", 42.5), ("42.5", 42.5), ("1.250", 1250), ("1.250,75", 1250.75), ("1,250.75", 1250.75),
     ("€ 1.250,-", 1250), ("€3,50", 3.5), ("-3,5", -3.5), (42, 42), (42.5, 42.5), (0.1 + 0.2, 0.3), ("0", 0)],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(cell, number):
    assert clean("number", cell) == number and type(clean("number", cell)) is type(number)


@pytest.mark.parametrize("cell", ["groot", "1,250", "3,125", 3.125, "1.25.5", "--1", "4 5", True])
def test_what_could_be_another_number_is_refused(cell):
    assert "getal" in clean("number", cell)


def test_no_number_of_a_person_fits_in_a_number():
    assert "9999999" in clean("number", "123456782") and "9999999" in clean("number", 11122233)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [("date", "5-mrt-26", "2026-03-05"), ("date", date(2026, 3, 5), "2026-03-05"), ("yes_no", "x", True),
     ("yes_no", "nee", False), ("choice", "op afspraak", "Op afspraak"), ("text", " twee  spaties ", "twee spaties")],
)  # fmt: skip
def test_other_kinds_are_read_as_the_fields_that_were_built_in(kind, cell, value):
    assert clean(kind, cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "told"),
    [("date", "31-02-1990", "bestaat niet"), ("yes_no", "soms", "niet bekend"), ("choice", "zondag", "Op afspraak"),
     ("text", "x" * 501, "500")],
)  # fmt: skip
def test_and_refused_in_the_same_words(kind, cell, told):
    assert told in clean(kind, cell)


# --- Names ---


@pytest.mark.parametrize("label", ["Beroep", "functie", "Voornaam", "Tel.", "given_name"])
def test_a_name_that_lists_have_for_another_field_is_refused(label):
    with pytest.raises(ValidationError, match="Gebruik dat veld"):
        refuse_what_lists_mistake(OwnField(record="dossiers", label=label, kind="text"))


def test_a_field_may_keep_its_own_name():
    refuse_what_lists_mistake(make_own("Mentor"))
    refuse_what_lists_mistake(OwnField(record="employer_interest", label="Voornaam", kind="text"))


@pytest.mark.parametrize("choices", [["Ma.", "ma"], ["A", "…"]])
def test_choices_that_a_cell_can_not_tell_apart_are_refused(choices):
    with pytest.raises(ValidationError, match="houden deze keuzes niet uit elkaar"):
        refuse_what_lists_mistake(OwnField(record="dossiers", label="Dag", kind="choice", choices=choices))


# --- In ---


def test_a_list_brings_values_in_and_its_undo_takes_them_out(lists):
    one_of_each()
    made = lists.apply(FILLED)
    assert extra() == KEPT
    Dossier.objects.get().full_clean()
    stood = left()
    run = lists.apply(OTHERWISE)
    assert run.rows.get().changes["own_schoenmaat"] == [42.5, 43]
    assert extra() == {
        "own_mentor": "Bo", "own_schoenmaat": 43, "own_gezien_op": "2026-02-02", "own_vaste_dag": "Woensdag",
        "own_vca": False,
    }  # fmt: skip
    undo(run)
    assert left() == stood
    undo(made)
    assert not Dossier.objects.exists()


def test_a_list_of_employers_too(lists):
    one_of_each("employer_interest")
    job = {key: value for key, value in FILLED.items() if key not in NUMBERED}
    lists.apply(JOB | job, **INTERESTS)
    assert EmployerInterest.objects.get().extra == KEPT
    stood = left()
    undo(lists.apply(JOB | {"Mentor": "Bo", "VCA": "nee"}, **INTERESTS))
    assert left() == stood


def test_a_blank_cell_changes_nothing_and_a_value_that_came_first_goes_with_the_undo(lists):
    one_of_each()
    lists.apply(NUMBERED | {"Mentor": "An"})
    run = lists.apply(NUMBERED | {"Mentor": "", "Schoenmaat": "40"})
    assert extra() == {"own_mentor": "An", "own_schoenmaat": 40}
    undo(run)
    assert extra() == {"own_mentor": "An"}


def test_what_somebody_changed_since_stays(lists):
    one_of_each()
    lists.apply(FILLED)
    run = lists.apply(OTHERWISE)
    dossier = Dossier.objects.get()
    dossier.extra = dossier.extra | {"own_mentor": "Cis"}
    dossier.save()
    undo(run)
    assert extra() == KEPT | {"own_mentor": "Cis"}
    assert run.rows.get().kept == {"own_mentor": ["edited"]}


def test_a_former_choice_that_is_gone_does_not_come_back(lists):
    own = one_of_each()["choice"]
    lists.apply(FILLED)
    run = lists.apply(OTHERWISE)
    OwnField.objects.filter(pk=own.pk).update(choices=["Woensdag"])
    undo(run)
    assert extra()["own_vaste_dag"] == "Woensdag" and run.rows.get().kept == {"own_vaste_dag": ["unknown"]}


def test_a_header_with_a_typo_is_recognised(lists):
    make_own("Schoenmaat", "number")
    run = lists.preview(NUMBERED | {"Schoenmaatt": "42"})
    assert run.rows.get().given["own_schoenmaat"] == 42


def test_free_text_passes_the_gate(lists):
    make_own("Mentor")
    row = lists.preview(NUMBERED | {"Mentor": "bsn 123456782"}).rows.get()
    assert row.action == "error" and "123456782" not in str([row.given, row.errors, row.bad])


def test_a_required_field_is_asked_of_a_new_line_only(lists):
    make_own("Mentor", required=True)
    make_dossier(given_name="Omar", family_name="Abdi", date_of_birth=date(1980, 1, 1))
    omar = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"}
    rows = lists.preview(PERSON, omar).rows.order_by("line")
    assert [(row.action, list(row.errors)) for row in rows] == [("error", ["own_mentor"]), ("unchanged", [])]


def test_one_out_of_use_is_not_asked_at_all(lists):
    make_own("Mentor", required=True, in_use=False)
    assert lists.preview(PERSON).rows.get().action == "new"


def test_an_unknown_choice_is_asked_once_and_remembered(lists):
    make_own("Vaste dag", choices=["Maandag", "Vrijdag"])
    run = lists.preview(NUMBERED | {"Vaste dag": "vrij"})
    assert run.asked["words"] == {"own_vaste_dag": {"vrij": 1}}
    run.decided = {"words": {"own_vaste_dag": {"vrij": "Vrijdag"}}}
    staging.stage(run)
    assert run.rows.get().given["own_vaste_dag"] == "Vrijdag"


def test_dates_that_can_be_read_two_ways_are_asked_about(lists):
    make_own("Gezien op", "date")
    assert "own_gezien_op" in lists.preview(NUMBERED | {"Gezien op": "3/4/2026"}).asked["dates"]


def test_a_column_of_crosses_says_no_where_it_is_blank(lists):
    make_own("VCA", "yes_no")
    omar = {"Extern nummer": "P2", "Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"}
    lists.apply(NUMBERED | {"VCA": "x"}, omar)
    assert (extra()["own_vca"], extra("Omar")["own_vca"]) == (True, False)


def test_a_policy_that_fills_leaves_what_is_there(lists):
    one_of_each()
    lists.apply(NUMBERED | {"Mentor": "An"})
    lists.apply(OTHERWISE, policy="fill")
    assert (extra()["own_mentor"], extra()["own_schoenmaat"]) == ("An", 43)


def test_the_command_line_takes_them_and_tells_of_them(lists):
    make_own("Schoenmaat", "number")
    told = io.StringIO()
    path = lists.file(NUMBERED | {"Schoenmaat": "42,5"})
    call_command("import_sheet", "dossiers", str(path), "--organisation", AZC, "--apply", "--json", stdout=told)
    row = json.loads(told.getvalue())["rows"][0]
    assert row["values"]["own_schoenmaat"] == 42.5 and extra() == {"own_schoenmaat": 42.5}


# --- When a field changes between the preview and the rest ---


def test_a_list_is_not_applied_to_a_field_that_went_out_of_use(lists):
    own = make_own("Mentor")
    run = lists.preview(NUMBERED | {"Mentor": "An"})
    OwnField.objects.filter(pk=own.pk).update(in_use=False)
    applying.begin(run, good_rows_only=False)
    applying.apply(run, None)
    assert (run.state, run.reason) == ("previewed", "Niet meer in gebruik: Mentor. Kies de kolommen opnieuw.")
    staging.stage(run)
    assert [column["dropped"] for column in run.columns if column["header"] == "Mentor"] == ["unknown"]


def test_a_list_is_applied_without_a_field_that_was_deleted(lists):
    own = make_own("Mentor")
    run = lists.preview(NUMBERED | {"Mentor": "An"})
    own.delete()
    run.refresh_from_db()
    applying.begin(run, good_rows_only=False)
    applying.apply(run, None)
    assert run.state == "applied" and extra() == {}


def test_a_choice_that_went_since_the_preview_is_an_error_of_its_line(lists):
    own = make_own("Vaste dag", choices=["Maandag", "Vrijdag"])
    run = lists.preview(NUMBERED | {"Vaste dag": "Maandag"})
    OwnField.objects.filter(pk=own.pk).update(choices=["Vrijdag"])
    applying.begin(run, good_rows_only=False)
    applying.apply(run, None)
    assert run.state == "previewed" and run.rows.get().errors.keys() == {"own_vaste_dag"}


@pytest.mark.parametrize("end", ["out of use", "deleted"])
def test_an_import_is_undone_when_its_field_is_not_there_any_more(lists, end):
    own = make_own("Mentor")
    lists.apply(NUMBERED | {"Mentor": "An", "Beroep": "kok"})
    run = lists.apply(NUMBERED | {"Mentor": "Bo", "Beroep": "lasser"})
    if end == "deleted":
        own.delete()
    else:
        OwnField.objects.filter(pk=own.pk).update(in_use=False)
    run.refresh_from_db()
    undo(run)
    assert (Dossier.objects.get().profession, extra()) == ("kok", {} if end == "deleted" else {"own_mentor": "An"})


def test_what_is_remembered_of_a_sender_is_no_more_than_there_is(lists):
    own = make_own("Mentor")
    azc = Organisation.objects.named(AZC)
    ImportProfile.objects.create(
        name="AZC", record="dossiers", organisation=azc, columns={"Wie": own.key}, fixed={own.key: "An"}
    )
    OwnField.objects.filter(pk=own.pk).update(in_use=False)
    run = lists.preview(NUMBERED | {"Wie": "Bo"})
    assert "own_mentor" not in run.rows.get().given and "Wie" in [c["header"] for c in run.columns if c["dropped"]]


def test_a_partners_own_list_has_no_own_fields(lists):
    own = make_own("Mentor")
    assert own.key in DossierResource().sheet_fields() and own.key not in SuppliedResource().sheet_fields()
    azc = Organisation.objects.named(AZC)
    ImportProfile.objects.create(name="AZC", record="dossiers", organisation=azc, fixed={own.key: "An"})
    run = lists.preview(NUMBERED | {"Mentor": "An"}, by_partner=True, with_partner=True)
    assert own.key not in run.rows.get().given


# --- Out ---


def test_a_template_explains_own_fields_too():
    make_own("Schoenmaat", "number", help_text="Voor werkschoenen.")
    make_own("Vaste dag", choices=["Maandag", "Vrijdag"])
    file = io.BytesIO()
    write_template(DossierResource(), file)
    book = openpyxl.load_workbook(file)
    told = {row[0].value: row[2].value for row in book.worksheets[1].iter_rows(min_row=2) if row[2].value}
    assert told["Schoenmaat"] == "Voor werkschoenen. Een getal, met hoogstens twee cijfers achter de komma: 3,5."
    assert told["Vaste dag"] == "Een van: Maandag, Vrijdag."
    assert {cell.value for cell in book.worksheets[0][1]} >= {"Schoenmaat", "Vaste dag"}
    offered = [rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation]
    assert '"Maandag,Vrijdag"' in offered


def test_a_list_goes_back_to_its_sender_with_what_is_wrong(lists):
    make_own("Gezien op", "date")
    run = lists.preview(NUMBERED | {"Gezien op": "31-02-2026"})
    sheet = openpyxl.load_workbook(returned_workbook(run)).active
    assert sheet.cell(2, sheet.max_column).value.startswith("Gezien op: ")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_has_them(tmp_path: Path, format: str):
    one_of_each()
    make_dossier(extra=KEPT)
    path = tmp_path / "uit"
    with path.open("wb") as file:
        FORMATS[format].write(Export(DossierResource(), Dossier.objects.all()), file)
    if format == "csv":
        assert "An;42,5;01-02-2026;Maandag;ja" in path.read_text("utf-8-sig")
    elif format == "json":
        assert '"own_schoenmaat": 42.5, "own_gezien_op": "2026-02-01"' in path.read_text("utf-8")
    else:
        assert preview(path).rows.get().action == "unchanged"


def test_an_export_asks_the_database_as_often_for_many_as_for_few():
    one_of_each()

    def queries(count: int) -> int:
        for _one in range(count):
            make_dossier(extra=KEPT)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(list(Export(DossierResource(), Dossier.objects.all()).rows())) >= count
        return len(asked)

    assert queries(5) == queries(50)


# --- Whatever they hold ---

numbers = st.decimals(-9_999_999, 9_999_999, places=2).map(float).map(lambda n: int(n) if n.is_integer() else n)
values = st.fixed_dictionaries(
    {}, optional={
        "own_mentor": names.map(lambda text: " ".join(text.split())).filter(bool),
        "own_schoenmaat": numbers | st.integers(-9_999_999, 9_999_999),
        "own_gezien_op": st.dates(date(1910, 1, 1), date(2099, 12, 31)).map(date.isoformat),
        "own_vaste_dag": st.sampled_from(["Maandag", "Woensdag", "Op afspraak, of later"]),
        "own_vca": st.booleans(),
    },
)  # fmt: skip


@whatever
@given(people=st.lists(values, min_size=1, max_size=6))
def test_they_come_back_unchanged_as_dossiers(lists: Lists, people: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        one_of_each()
        for held in people:
            make_dossier(extra=held).full_clean()
        come_back(Export(DossierResource(), Dossier.objects.order_by("pk")), "dossiers", lists.folder, len(people))
        transaction.set_rollback(True)


@whatever
@given(jobs=st.lists(values, min_size=1, max_size=6))
def test_they_come_back_unchanged_as_interests(lists: Lists, jobs: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        one_of_each("employer_interest")
        for held in jobs:
            make_interest(employer=make_employer(), extra=held).full_clean()
        export = Export(EmployerInterestResource(), EmployerInterest.objects.order_by("pk"))
        come_back(export, "employer_interest", lists.folder, len(jobs))
        transaction.set_rollback(True)


@whatever
@given(text=words.filter(bool))
def test_a_text_reads_back_as_it_was_written(text: str) -> None:
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
who = st.dictionaries(st.sampled_from(["Selam", "Omar", "Navid"]), cell, min_size=1)


def people(cells: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    return [
        {"Extern nummer": name, "Voornaam": name, "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"} | more
        for name, more in cells.items()
    ]


@whatever
@given(before=who, after=who, policy=st.sampled_from(["update", "fill", "new"]))
def test_apply_and_undo_leaves_them_as_they_were(lists: Lists, before, after, policy) -> None:
    with transaction.atomic():
        one_of_each()
        lists.apply(*people(before))
        stood = left()
        undo(lists.apply(*people(after), policy=policy))
        assert left() == stood and not ImportRow.objects.exclude(kept=None).exists()
        assert all(value not in (None, "") for dossier in Dossier.objects.all() for value in dossier.extra.values())
        transaction.set_rollback(True)


def test_own_fields_cost_no_statement_and_where_there_are_none_nothing_at_all(lists):
    def written(row: dict[str, str]) -> list[str]:
        run: ImportRun = lists.preview(row)
        with CaptureQueriesContext(connection) as asked:
            applying.begin(run, good_rows_only=False)
            applying.apply(run, None)
        assert run.state == "applied"
        return [sql for query in asked if (sql := query["sql"]).startswith(("INSERT", "UPDATE", "DELETE"))]

    written(NUMBERED)  # the year's first number costs one more
    plain = written(NUMBERED | {"Extern nummer": "P3", "Voornaam": "Navid"})
    assert not [sql for sql in plain if "json_patch" in sql or "jsonb_strip_nulls" in sql]
    one_of_each()
    assert len(written(FILLED | {"Extern nummer": "P2", "Voornaam": "Omar"})) == len(plain)
