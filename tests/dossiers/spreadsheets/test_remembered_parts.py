"""Several columns fill a field, and some are blank or missing in a later list: what these gave before stays."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun, Supply
from dossiers.spreadsheets.imports import row_corrections, staging
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import AZC, PERSON, WERKCORPORATIE, Lists, apply, decide_on_older_values, preview
from .undo import undo_import

LABELLED = {"Opm": "notes:labelled", "Bijz": "notes:labelled"}
JOINED = {"Opm": "notes:join", "Bijz": "notes:join"}
ADDRESS = {"Straat": "location:join", "Huisnummer": "location:join"}
LANGUAGES = {"Taal 1": "languages:join", "Taal 2": "languages:join"}
PHONES = {"Tel vast": "phone:fallback", "Mobiel": "phone"}


def read(lists: Lists, columns: dict[str, str], *rows: dict[str, str], **fields) -> ImportRun:
    run = lists.preview(*({**PERSON, **row} for row in rows), **fields)
    run.decided = {"columns": columns}
    staging.stage(run, lists.last_file)
    return run


def send(lists: Lists, columns: dict[str, str], *rows: dict[str, str], **fields) -> ImportRun:
    return apply(read(lists, columns, *rows, **fields))


def get_value(name: str):
    value = getattr(Dossier.objects.get(), name)
    return value.splitlines() if name == "notes" else value


FIRST = {"Opm": "belt graag", "Bijz": "Heeft een hond"}


@pytest.mark.parametrize("by_partner", [False, True])
@pytest.mark.parametrize(
    ("columns", "later", "notes"),
    [
        (LABELLED, {"Opm": "belt niet", "Bijz": ""}, ["Opm: belt niet", "Bijz: Heeft een hond"]),
        (LABELLED, {"Opm": "belt niet"}, ["Opm: belt niet", "Bijz: Heeft een hond"]),
        (LABELLED, {"Bijz": "Heeft een kat"}, ["Opm: belt graag", "Bijz: Heeft een kat"]),
        (LABELLED, {"Bijz": "Heeft een kat", "Opm": ""}, ["Opm: belt graag", "Bijz: Heeft een kat"]),
        (LABELLED, {"Bijz": "Heeft een kat", "Opm": "belt niet"}, ["Opm: belt niet", "Bijz: Heeft een kat"]),
        (LABELLED, {"Opm": "", "Bijz": "-"}, ["Opm: belt graag", "Bijz: Heeft een hond"]),
        (LABELLED, {"Opm": "leegmaken", "Bijz": ""}, ["Bijz: Heeft een hond"]),
        (LABELLED, {"Opm": "leegmaken", "Bijz": "Heeft een kat"}, ["Bijz: Heeft een kat"]),
        (LABELLED, {"Opm": "leegmaken", "Bijz": "leegmaken"}, []),
        (JOINED, {"Opm": "belt niet", "Bijz": ""}, ["belt niet", "Heeft een hond"]),
        (JOINED, {"Bijz": "Heeft een kat"}, ["belt graag", "Heeft een kat"]),
        (JOINED, {"Opm": "leegmaken", "Bijz": ""}, ["Heeft een hond"]),
    ],
)
def test_a_blank_or_missing_column_keeps_what_it_gave(lists, columns, later, notes, by_partner) -> None:
    send(lists, columns, FIRST, by_partner=by_partner)
    before = get_value("notes")
    run = read(lists, columns, later, by_partner=by_partner)
    (row,) = run.rows.all()
    shown = row.changes["notes"] if row.changes else ["\n".join(before)] * 2
    assert [text.splitlines() for text in shown] == [before, notes]
    apply(run)
    assert get_value("notes") == notes
    undo_import(run)
    assert get_value("notes") == before
    assert Supply.objects.get().values["notes"].splitlines() == before
    apply(read(lists, columns, later, by_partner=by_partner))
    assert get_value("notes") == notes


@pytest.mark.parametrize(
    ("columns", "first", "later", "name", "value"),
    [
        (ADDRESS, ("Kerkstraat", "12"), ("Molenweg", ""), "location", "Molenweg 12"),
        (ADDRESS, ("Kerkstraat", "12"), ("", "14"), "location", "Kerkstraat 14"),
        (ADDRESS, ("", "12"), ("Kerkstraat", ""), "location", "Kerkstraat 12"),
        (LANGUAGES, ("Arabisch", "Engels"), ("Frans", ""), "languages", ["en", "fr"]),
        (LANGUAGES, ("Arabisch", "Engels"), ("leegmaken", ""), "languages", ["en"]),
        (LANGUAGES, ("Arabisch", "Arabisch"), ("Frans", ""), "languages", ["ar", "fr"]),
        (LANGUAGES, ("Arabisch", "Engels"), ("Frans", "Arabisch"), "languages", ["ar", "fr"]),
    ],
)  # fmt: skip
def test_so_it_does_in_a_short_text_and_among_several_values(lists, columns, first, later, name, value) -> None:
    send(lists, columns, dict(zip(columns, first, strict=True)))
    send(lists, columns, dict(zip(columns, later, strict=True)))
    assert get_value(name) == value
    assert Supply.objects.get().values[name] == value


@pytest.mark.parametrize(
    ("later", "phone", "notes"),
    [
        ({"Tel vast": "", "Mobiel": "06-87654321", "Opm": ""}, "+31687654321", ["belt", "Tel vast: 0321-123456"]),
        ({"Tel vast": "0321-123456", "Mobiel": "", "Opm": ""}, "+31612345678", ["belt", "Tel vast: 0321-123456"]),
        ({"Tel vast": "0321-111111", "Mobiel": "", "Opm": ""}, "+31612345678", ["belt", "Tel vast: 0321-111111"]),
        ({"Tel vast": "0321-111111"}, "+31612345678", ["belt", "Tel vast: 0321-111111"]),
        ({"Tel vast": "0321-111111", "Mobiel": "leegmaken", "Opm": ""}, "+31321111111", ["belt"]),
        ({"Opm": "belt niet"}, "+31612345678", ["belt niet", "Tel vast: 0321-123456"]),
        ({"Tel vast": "", "Mobiel": "", "Opm": "belt niet"}, "+31612345678", ["belt niet", "Tel vast: 0321-123456"]),
        ({"Opm": "leegmaken"}, "+31612345678", ["Tel vast: 0321-123456"]),
        ({"Tel vast": "(leegmaken)", "Mobiel": "06-12345678", "Opm": ""}, "+31612345678", ["belt"]),
        ({"Tel vast": "leegmaken", "Mobiel": "", "Opm": ""}, "+31612345678", ["belt"]),
        ({"Tel vast": "leegmaken", "Mobiel": "06-12345678", "Opm": "belt niet"}, "+31612345678", ["belt niet"]),
        ({"Tel vast": "leegmaken", "Mobiel": "06-12345678"}, "+31612345678", ["belt"]),
        ({"Tel vast": "leegmaken", "Mobiel": "leegmaken", "Opm": "leegmaken"}, "", []),
    ],
)
def test_a_number_that_was_left_over_stays_in_the_remarks(lists, later, phone, notes) -> None:
    send(lists, PHONES, {"Tel vast": "0321-123456", "Mobiel": "06-12345678", "Opm": "belt"})
    send(lists, PHONES, later)
    assert (get_value("phone"), get_value("notes")) == (phone, notes)


def test_a_number_that_was_left_over_is_taken_out_of_a_list_without_remarks(lists) -> None:
    send(lists, PHONES, {"Tel vast": "0321-123456", "Mobiel": "06-12345678"})
    run = read(lists, PHONES, {"Tel vast": "(leegmaken)", "Mobiel": "06-12345678"})
    assert run.rows.get().changes == {"notes": ["Tel vast: 0321-123456", ""]}
    correct_cell(run, run.rows.get(), "phone", "06-12345678")
    assert run.rows.get().changes == {"notes": ["Tel vast: 0321-123456", ""]}
    apply(run)
    assert get_value("notes") == [] and not Supply.objects.get().values["notes"]


def test_nothing_is_taken_out_of_remarks_in_which_no_number_was_left_over(lists, coordinator) -> None:
    send(lists, PHONES, {"Tel vast": "", "Mobiel": "06-12345678"})
    Dossier.objects.update(notes="INTERN")
    run = read(lists, PHONES, {"Tel vast": "leegmaken", "Mobiel": "06-12345678"})
    assert (run.rows.get().action, run.rows.get().changes) == ("unchanged", {})


def test_the_number_of_a_blank_column_becomes_a_remark_if_a_better_one_comes(lists) -> None:
    send(lists, PHONES, {"Tel vast": "0321-123456", "Mobiel": ""})
    send(lists, PHONES, {"Tel vast": "", "Mobiel": "06-12345678"})
    assert (get_value("phone"), get_value("notes")) == ("+31612345678", ["Tel vast: 0321-123456"])


def test_another_order_of_the_columns_is_no_change(lists) -> None:
    send(lists, LABELLED, FIRST)
    run = read(lists, LABELLED, {"Bijz": FIRST["Bijz"], "Opm": FIRST["Opm"]})
    assert run.rows.get().action == "unchanged"


def test_a_sheet_without_one_of_the_columns_keeps_what_it_gave(lists, tmp_path: Path) -> None:
    omar = PERSON | {"Voornaam": "Omar"}
    send(lists, LABELLED, FIRST, omar | FIRST)
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("februari")
    first.title = "januari"
    for sheet, row in ((first, PERSON | FIRST), (second, omar | {"Opm": "belt niet"})):
        sheet.append([*row])
        sheet.append([*row.values()])
    book.save(path := tmp_path / "bladen.xlsx")
    run = preview(path)
    run.decided = {"columns": LABELLED, "parts": {"sheets": True}}
    staging.stage(run, path)
    apply(run)
    notes = Dossier.objects.get(given_name="Omar").notes
    assert notes == "Opm: belt niet\nBijz: Heeft een hond"


def test_a_part_that_a_coordinator_changed_stays_beside_the_new_one(lists, coordinator) -> None:
    send(lists, JOINED, FIRST)
    dossier = Dossier.objects.get()
    dossier.notes, dossier._history_user = "belt alleen in de ochtend\nHeeft een hond", coordinator
    dossier.save()
    send(lists, JOINED, {"Opm": "belt niet", "Bijz": ""})
    assert get_value("notes") == ["belt alleen in de ochtend", "Heeft een hond", "belt niet"]


@pytest.mark.parametrize(
    ("columns", "text", "notes"),
    [
        (JOINED, "belt graag\nHeeft een hond", ["belt graag", "Heeft een hond", "belt niet"]),
        (LABELLED, "Opm: belt graag\nBijz: Heeft een hond", ["Opm: belt niet", "Bijz: Heeft een hond"]),
        (LABELLED, "Spreekt goed Nederlands", ["Spreekt goed Nederlands", "Opm: belt niet"]),
    ],
)
def test_a_text_whose_parts_nobody_remembers_is_not_lost(lists, columns, text, notes) -> None:
    send(lists, columns, FIRST)
    Supply.objects.update(parts={}, values=Supply.objects.get().values | {"notes": text})
    Dossier.objects.update(notes=text)
    send(lists, columns, {"Opm": "belt niet", "Bijz": ""})
    assert get_value("notes") == notes


def test_a_list_that_fills_all_columns_replaces_a_text_whose_parts_nobody_remembers(lists) -> None:
    send(lists, JOINED, FIRST)
    Supply.objects.update(parts={})
    send(lists, JOINED, {"Opm": "belt niet", "Bijz": "Heeft een kat"})
    assert get_value("notes") == ["belt niet", "Heeft een kat"]


def test_a_corrected_cell_says_all_that_the_sender_gives(lists) -> None:
    send(lists, LABELLED, FIRST)
    run = read(lists, LABELLED, {"Opm": "belt niet", "Bijz": ""})
    text = "Opm: belt nooit\nBijz: Heeft een kat"
    correct_cell(run, run.rows.get(), "notes", text)
    assert run.rows.get().changes["notes"][1] == text
    staging.stage(run)
    assert run.rows.get().changes["notes"][1] == text
    correct_cell(run, run.rows.get(), "notes", "Opm: belt niet\nBijz: Heeft een hond")
    assert not run.find_typed_cells(2)
    correct_cell(run, run.rows.get(), "notes", "Opm: belt niet")
    decide_on_older_values(run, use_older=True)
    apply(run)
    assert get_value("notes") == ["Opm: belt niet"]


def test_a_correction_of_a_cell_with_a_bsn_keeps_the_other_column(lists) -> None:
    send(lists, LABELLED, FIRST)
    run = read(lists, LABELLED, {"Opm": "belt, BSN 123456782", "Bijz": ""})
    row = run.rows.get()
    assert row.action == "error" and "123456782" not in str(row.parts)
    correct_cell(run, row, "notes", "Opm: belt")
    apply(run)
    assert get_value("notes") == ["Opm: belt", "Bijz: Heeft een hond"]


@pytest.mark.parametrize(
    ("columns", "text", "cells"),
    [
        (LABELLED, "Opm: belt nooit\nBijz: Heeft een hond", ["belt nooit", None]),
        (LABELLED, "Opm: belt nooit\nBijz: Heeft een kat", ["belt nooit", "Heeft een kat"]),
        (LABELLED, "Opm: belt nooit", ["belt nooit", "leegmaken"]),
        (JOINED, "belt nooit\nHeeft een hond", ["belt nooit", None]),
    ],
)
def test_a_returned_correction_gives_each_column_its_own_part(lists, tmp_path, columns, text, cells) -> None:
    send(lists, columns, FIRST)
    run = read(lists, columns, {"Opm": "belt niet", "Bijz": ""}, by_partner=True, with_partner=True)
    correct_cell(run, run.rows.get(), "notes", text)
    returned = tmp_path / "terug.xlsx"
    returned.write_bytes(build_error_workbook(run).read())
    assert [cell.value for cell in openpyxl.load_workbook(BytesIO(returned.read_bytes())).active[2]][3:5] == cells
    assert preview(returned).rows.get().changes["notes"][1] == text


EMPLOYER = {"Bedrijf": "Bakker BV", "KvK": "12345678", "E-mailadres": "a@bakker.nl",
            "Werkzaamheden": "brood bakken", "Sector": "Horeca"}  # fmt: skip


def test_somebody_else_after_all_gets_nothing_of_who_the_line_was_about_before(lists) -> None:
    send(lists, LABELLED, FIRST | {"Extern nummer": "P1"})
    known, someone = Dossier.objects.get(), {"Achternaam": "Haille", "Extern nummer": "P9"}
    run = read(lists, LABELLED, someone | {"Opm": "zus van", "Bijz": ""})
    row_corrections.same_record(run, run.rows.get(line=2), known)
    assert "Bijz: Heeft een hond" in str(run.rows.get(line=2).parts)
    row_corrections.ask_again(run, run.rows.get(line=2))
    assert run.rows.get(line=2).given["notes"] == "Opm: zus van"
    row_corrections.another_record(run, run.rows.get(line=2))
    apply(run)
    assert Dossier.objects.exclude(pk=known.pk).get().notes == "Opm: zus van"
    supply = Supply.objects.get(external_id="P9")
    assert supply.values["notes"] == "Opm: zus van" and "hond" not in str(supply.parts)


def test_a_line_whose_wrong_reference_was_taken_out_gets_nothing_of_that_dossier(lists) -> None:
    send(lists, LABELLED | PHONES, FIRST | {"Tel vast": "0527 123457", "Mobiel": "06 12345678"})
    someone = {"Voornaam": "Omar", "Achternaam": "Said", "Geboortedatum": "01-02-1985", "Opm": "zoekt werk", "Bijz": ""}
    wrong = {"Referentie": Dossier.objects.get().reference, "Mobiel": "", "Tel vast": "0527 123458"}
    run = read(lists, LABELLED | PHONES, someone | wrong)
    assert "reference" in run.rows.get(line=2).errors
    correct_cell(run, run.rows.get(line=2), "reference", "")
    row = run.rows.get(line=2)
    assert (row.action, row.given["notes"], row.given["phone"]) == ("new", "Opm: zoekt werk", "+31527123458")


@pytest.mark.parametrize("columns", [LABELLED, JOINED])
def test_so_it_does_in_a_list_of_employers(lists, columns) -> None:
    send_employer(lists, columns, FIRST)
    run = send_employer(lists, columns, {"Opm": "belt niet", "Bijz": ""})
    notes = EmployerInterest.objects.get().notes
    assert [line.partition(": ")[2] or line for line in notes.splitlines()] == ["belt niet", "Heeft een hond"]
    undo_import(run)
    assert "belt graag" in EmployerInterest.objects.get().notes


def test_so_it_does_in_what_another_interest_says_of_the_same_employer(lists) -> None:
    columns = {"Voornaam contact": "contact_name:join", "Achternaam contact": "contact_name:join"}
    send_employer(lists, columns, dict(zip(columns, ("Anna", "Jansen"), strict=True)))
    other = {"Werkzaamheden": "taart bakken", "Voornaam contact": "Joanna", "Achternaam contact": ""}
    send_employer(lists, columns, other)
    assert Employer.objects.get().contact_name == "Joanna Jansen"


def send_employer(lists: Lists, columns: dict[str, str], row: dict[str, str]) -> ImportRun:
    run = lists.preview(EMPLOYER | row, record="employer_interest")
    run.decided = {"columns": columns, "fixed": {} if "Voornaam contact" in row else {"contact_name": "A. Jansen"}}
    staging.stage(run, lists.last_file)
    return apply(run)


def test_a_longer_list_needs_no_more_queries(lists, django_assert_max_num_queries) -> None:
    names = ["Abel", "Bruk", "Chala", "Dawit", "Eyob", "Fikru", "Girma", "Hiwot", "Iman", "Jember"]
    people = [FIRST | {"Voornaam": name, "Achternaam": name[::-1], "Geboortedatum": "01-02-1980"} for name in names]
    send(lists, LABELLED, *people)
    with CaptureQueriesContext(connection) as queries:
        read(lists, LABELLED, people[0] | {"Bijz": "", "Opm": "belt niet"})
    with django_assert_max_num_queries(len(queries)):
        run = read(lists, LABELLED, *(row | {"Bijz": "", "Opm": "belt niet"} for row in people))
    assert run.counts()["changed"] == len(people)


@pytest.mark.parametrize("by_partner", [False, True])
@pytest.mark.parametrize("columns", [LABELLED, JOINED])
@pytest.mark.parametrize("later", [{"Opm": "belt niet"}, {"Opm": "belt niet", "Bijz": "Heeft een hond"}])
def test_text_that_stays_beside_a_changed_remark_is_stored_once(lists, coordinator, by_partner, columns, later):
    run = read(lists, columns, FIRST, by_partner=by_partner, user=coordinator)
    row = run.rows.get()
    correct_cell(run, row, "notes", f"{row.given['notes']}\nGecorrigeerd door mij")
    apply(run)
    dossier = Dossier.objects.get()
    dossier._history_user, dossier.notes = coordinator, f"{dossier.notes}\nINTERN: gesprek moeizaam"
    dossier.save()
    run = read(lists, columns, later, by_partner=by_partner, user=coordinator)
    removes_own = not {"Gecorrigeerd door mij", "INTERN: gesprek moeizaam"} <= {
        *run.rows.get().changes["notes"][1].splitlines()
    }
    assert bool(find_open_question_about_older_values(run)) == removes_own
    apply(decide_on_older_values(run, use_older=False))
    labels = ("Opm: ", "Bijz: ") if columns == LABELLED else ("", "")
    remarks = [f"{label}{text}" for label, text in zip(labels, ("belt niet", "Heeft een hond"), strict=True)]
    assert get_value("notes") == [*remarks, "Gecorrigeerd door mij", "INTERN: gesprek moeizaam"]


@pytest.mark.parametrize(
    ("columns", "row", "notes"),
    [
        (LABELLED, {"Opm": "kamer 12", "Bijz": "wil werken"}, "Opm: kamer 12\nBijz: wil werken"),
        (PHONES, {"Tel vast": "0321-123456", "Mobiel": "06-12345678", "Opm": ""}, "Tel vast: 0321-123456"),
    ],
)
def test_an_organisation_that_is_new_to_a_person_supplies_only_its_own_remarks(lists, columns, row, notes) -> None:
    lists.apply(PERSON | {"Opmerkingen": "Betaalt zijn schulden niet"}, organisation=WERKCORPORATIE)
    send(lists, columns, row)
    supply = Supply.objects.get(organisation__name=AZC)
    assert supply.values["notes"] == notes
    assert Dossier.objects.get().notes == f"Betaalt zijn schulden niet\n{notes}"


@pytest.mark.parametrize("phone", ["+31677776666", ""])
def test_a_blank_column_says_nothing_about_the_number_that_a_coordinator_changed(lists, coordinator, phone) -> None:
    send(lists, PHONES, {"Tel vast": "0321-123456", "Mobiel": "06-12345678", "Opm": ""})
    dossier = Dossier.objects.get()
    dossier.phone, dossier._history_user = phone, coordinator
    dossier.save()
    run = read(lists, PHONES, {"Tel vast": "0321-123456", "Mobiel": "", "Opm": ""})
    assert find_open_question_about_older_values(run) is None
    apply(run)
    assert (get_value("phone"), Supply.objects.get().values["phone"]) == (phone, "+31612345678")


def test_the_same_list_again_repeats_a_remark_that_its_sender_and_another_one_emptied(lists) -> None:
    send(lists, LABELLED, {"Opm": "Alleen ochtend", "Bijz": ""})
    file = lists.last_file
    lists.apply(PERSON | {"Opmerkingen": "Komt graag"}, organisation=WERKCORPORATIE)
    send(lists, LABELLED, {"Opm": "leegmaken", "Bijz": ""})
    lists.apply(PERSON | {"Opmerkingen": "leegmaken"}, organisation=WERKCORPORATIE)
    assert get_value("notes") == []
    again = preview(file, decided={"columns": LABELLED})
    assert find_open_question_about_older_values(again)
    apply(decide_on_older_values(again, use_older=False))
    assert get_value("notes") == []


def test_emptying_a_column_leaves_the_number_of_another_organisation(lists) -> None:
    send(lists, PHONES, {"Tel vast": "0321-123456", "Mobiel": "", "Opm": ""})
    newer = lists.preview(PERSON | {"Telefoon": "06-87654321"}, organisation=WERKCORPORATIE)
    apply(decide_on_older_values(newer, use_older=True))
    send(lists, PHONES, {"Tel vast": "leegmaken", "Mobiel": "", "Opm": ""})
    assert get_value("phone") == "+31687654321" and not Supply.objects.get(organisation__name=AZC).values.get("phone")


SUPERVISED = {"Opm": "Rookt niet", "Bijz": "Heeft fiets", "Tel vast": "0321-123456", "Mobiel": "06-12345678"}


@pytest.mark.parametrize("by_partner", [False, True])
@pytest.mark.parametrize("own_line", ["", "Komt graag"])
def test_a_list_that_was_undone_adds_only_new_lines_to_a_dossier_that_stayed(
    lists, coordinator, by_partner, own_line
) -> None:
    fields = {"by_partner": by_partner, "user": coordinator}
    run = send(lists, LABELLED | {"Tel vast": "", "Mobiel": ""}, SUPERVISED, **fields)
    dossier = Dossier.objects.get()
    dossier._history_user, dossier.city = coordinator, "Urk"
    dossier.notes = "\n".join(filter(None, [dossier.notes, own_line]))
    dossier.save()
    undo_import(run)
    assert not Supply.objects.exists()
    send(lists, LABELLED | PHONES, SUPERVISED, **fields)
    own_lines = ["Opm: Rookt niet", "Bijz: Heeft fiets", "Tel vast: 0321-123456"]
    assert get_value("notes") == [*own_lines[:2], *filter(None, [own_line]), own_lines[2]]
    run = read(lists, LABELLED | PHONES, SUPERVISED | {"Opm": "Rookt wel"}, **fields)
    asks = find_open_question_about_older_values(run) is not None
    assert asks == bool(own_line and not by_partner), "only a coordinator's list would remove that line"
    apply(decide_on_older_values(run, use_older=False))
    assert {*get_value("notes")} == {"Opm: Rookt wel", *own_lines[1:], *filter(None, [own_line])}


@pytest.mark.parametrize("by_partner", [False, True])
def test_a_line_that_two_organisations_gave_stays_when_one_of_them_changes_it(lists, by_partner) -> None:
    plain, fields = {"Opm": "notes"}, {"by_partner": by_partner}
    send(lists, plain, {"Opm": "Rookt niet\nBelt graag"}, organisation=WERKCORPORATIE, **fields)
    send(lists, plain, {"Opm": "Rookt niet\nHeeft fiets"}, **fields)
    assert get_value("notes") == ["Rookt niet", "Belt graag", "Heeft fiets"]
    send(lists, plain, {"Opm": "Rookt wel\nHeeft fiets"}, **fields)
    assert {*get_value("notes")} == {"Rookt niet", "Belt graag", "Rookt wel", "Heeft fiets"}


@pytest.mark.parametrize("by_partner", [False, True])
@pytest.mark.parametrize(
    ("columns", "later", "notes"),
    [
        (JOINED, {"Opm": "Rustig en precies"}, ["Rustig en precies"]),
        (LABELLED, {"Opm": "Rustig en precies"}, ["Opm: Rustig en precies"]),
        ({"Opm": "notes"}, {"Opm": "Rustig en precies"}, ["Rustig en precies"]),
        (JOINED, {"Bijz": "Heeft fiets"}, ["Rustig", "Heeft fiets"]),
    ],
)
def test_the_only_column_of_remarks_replaces_its_text_once_there_are_more(
    lists, columns, later, notes, by_partner
) -> None:
    send(lists, {"Opm": "notes"}, {"Opm": "Rustig"}, by_partner=by_partner)
    cells = {"Opm": "", "Bijz": "", "Tel vast": "", "Mobiel": "06-12345678"} | later
    send(lists, columns | PHONES, {name: cells[name] for name in (columns | PHONES)}, by_partner=by_partner)
    assert get_value("notes") == notes == Supply.objects.get().values["notes"].splitlines()


@pytest.mark.parametrize("by_partner", [False, True])
def test_a_column_that_is_the_only_one_now_replaces_what_it_gave_beside_another(lists, by_partner) -> None:
    send(lists, JOINED, {"Opm": "Handig", "Bijz": "Heeft fiets"}, by_partner=by_partner)
    for text, notes in (("Snel", ["Snel", "Heeft fiets"]), ("leegmaken", ["Heeft fiets"])):
        send(lists, {"Opm": "notes"}, {"Opm": text}, by_partner=by_partner)
        assert get_value("notes") == notes == Supply.objects.get().values["notes"].splitlines()
        assert [part[0] for part in Supply.objects.get().parts["notes"]] == ["opm", "bijz"]
