"""A list that its sender dated before one that was imported replaces nothing without a question."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from dates.format import format_date
from dossiers.models import Dossier, EmployerInterest, ImportRun
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.file_parts.answers import answer_parts
from dossiers.spreadsheets.imports.file_parts.part import Part
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.list_dates import get_list_date
from dossiers.spreadsheets.imports.warnings import collect_warnings

from .imports import AZC, PERSON, WERKCORPORATIE, Lists, apply, preview
from .reader_files import FileMaker
from .test_decisions import answer_questions, upload
from .undo import INTERESTS, JOB, undo_import

SELAM = PERSON | {"Extern nummer": "W701", "Uren per week": "24", "Beroep": "bakker"}
OMAR = {"Extern nummer": "W702", "Voornaam": "Omar", "Achternaam": "Said", "Geboortedatum": "01-02-1985"}
OMAR |= {"Uren per week": "32", "Beroep": "lasser"}
SELAM_BEFORE = SELAM | {"Uren per week": "40"}


def write_list(lists: Lists, line_above: str, *rows: dict[str, Any], name: str = "") -> Path:
    """Write a list with a line above its header."""
    path = lists.file(*rows)
    path.write_text("\n".join(filter(None, [line_above, path.read_text("utf-8")])), "utf-8")
    return path.rename(path.with_name(name)) if name else path


def find_question(run: ImportRun) -> Part | None:
    return next((part for part in parts_of(run) if part.is_older_list), None)


@pytest.fixture
def later_run(lists: Lists) -> ImportRun:
    return apply(preview(write_list(lists, "Peildatum: 02-12-2025", SELAM, OMAR)))


@pytest.mark.parametrize(
    "line_above",
    [
        "Peildatum: 01-11-2025",
        "Peildatum;1-11-2025",
        "Overzicht deelnemers, peildatum 1 november 2025",
        "Deelnemers per 01-11-2025",
        "Deelnemers d.d. 1/11/2025",
        "Stand van zaken op 2025-11-01",
        "Stand per zaterdag 1 nov. 2025",
        "Laatst bijgewerkt op 01-11-2025 14:05",
        "Datum: 01-11-25",
        "Afdruk, datum 31-10-2025, stand per 01-11-2025",
        "Lijst van 01-11-2025",
        "Deelnemerslijst van zaterdag 1 november 2025",
        "Overzicht van 01-11-2025",
    ],
)
def test_the_date_above_the_header_is_the_date_of_the_list(lists, line_above):
    list_date = get_list_date(preview(write_list(lists, line_above, SELAM, OMAR)))
    assert list_date and (list_date.day, list_date.is_in_name) == (date(2025, 11, 1), False)


@pytest.mark.parametrize("line_above", ["Peildatum;01-11-2025", "Peildatum;1 november 2025", "Stand per;01-11-2099"])
def test_the_line_that_gives_the_date_of_the_list_is_not_named_among_those_that_were_left_out(lists, line_above):
    run = preview(write_list(lists, f"{line_above}\nAantal;2", SELAM, OMAR))
    assert "weggelaten: regel 2." in " ".join(collect_warnings(run))
    run = preview(write_list(lists, line_above, SELAM, OMAR))
    assert "weggelaten" not in " ".join(collect_warnings(run))


def test_lines_with_two_dates_of_the_list_are_named_as_left_out(lists):
    run = preview(write_list(lists, "Peildatum;01-11-2025\nPeildatum;02-11-2025", SELAM, OMAR))
    assert get_list_date(run) is None and "weggelaten: regel 1, 2." in " ".join(collect_warnings(run))


def test_the_date_in_a_cell_of_a_workbook_is_the_date_of_the_list(lists, file_maker: FileMaker):
    rows = [["Peildatum", date(2025, 11, 1)], [], [*SELAM], [*SELAM.values()], [*OMAR.values()]]
    list_date = get_list_date(preview(file_maker.book({"Lijst": rows})))
    assert list_date and list_date.day == date(2025, 11, 1)


@pytest.mark.parametrize(
    "line_above",
    [
        "Deelnemers",
        "Geboortedatum: 01-11-2025",
        "Datum in dienst: 01-11-2025",
        "Startdatum: 01-11-2025",
        "Lijst van deelnemers die startten op 01-11-2025",
        "Selam;Haile;01-11-2025",
        "Peildatum: 01-11-2099",
        "Peildatum: 31-11-2025",
        "Peildatum: 11/25/2025",
        "Peildatum: 01-11-2025;Peildatum: 02-11-2025",
    ],
)
def test_another_date_above_the_header_is_not_the_date_of_the_list(lists, line_above):
    assert get_list_date(preview(write_list(lists, line_above, SELAM, OMAR))) is None


def test_a_date_in_a_row_of_a_person_above_the_header_is_not_the_date_of_the_list(lists):
    person_above = "Abel;Tesfay;12-03-1990;W703;16;kok per 01-11-2025"
    assert get_list_date(preview(write_list(lists, person_above, SELAM, OMAR))) is None


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("deelnemers 2025-11-01.csv", date(2025, 11, 1)),
        ("deelnemers_01-11-2025.csv", date(2025, 11, 1)),
        ("deelnemers_2025_11_01.csv", date(2025, 11, 1)),
        ("20251101 deelnemers (2).csv", date(2025, 11, 1)),
        ("deelnemers 01-11-25.csv", None),
        ("deelnemers 01112025.csv", None),
        ("deelnemers 2025-13-01.csv", None),
        ("deelnemers 2099-11-01.csv", None),
        ("deelnemers 01-10-2025 tot 01-11-2025.csv", None),
        ("deelnemers 1-2025-11-01.csv", date(2025, 11, 1)),
        ("deelnemers november 2025.csv", None),
    ],
)
def test_a_whole_date_in_the_file_name_is_the_date_of_the_list(lists, name, day):
    list_date = get_list_date(preview(write_list(lists, "", SELAM, name=name)))
    assert (list_date.day if list_date else None) == day and (not list_date or list_date.is_in_name)


def test_the_date_above_the_header_counts_before_that_of_the_file_name(lists):
    list_date = get_list_date(preview(write_list(lists, "Peildatum: 01-11-2025", SELAM, name="2025-12-02.csv")))
    assert list_date and (list_date.day, list_date.is_in_name) == (date(2025, 11, 1), False)


@pytest.mark.parametrize(
    ("line_above", "name"),
    [
        ("Peildatum: 20-11-2099", ""),
        ("Lijst van 20-11-2099", ""),
        ("Peildatum: 20-11-2099;datum 20-11-2099", ""),
        ("", "deelnemers 2099-11-20.csv"),
    ],
)
def test_a_list_with_a_date_in_the_future_says_that_it_counts_as_one_of_its_upload(lists, line_above, name):
    run = preview(write_list(lists, line_above, SELAM, OMAR, name=name))
    today = format_date(timezone.localdate())
    assert [warning for warning in collect_warnings(run) if "toekomst" in warning] == [
        "Boven de kop of in de naam van het bestand staat 20-11-2099, een dag in de toekomst. Daarom telt deze lijst "
        f"als een lijst van {today}, de dag van het uploaden. Klopt de datum niet? Verbeter hem dan in het bestand en "
        "upload dat opnieuw."
    ]


def test_a_list_with_one_date_in_the_future_and_another_in_its_name_counts_as_one_of_that_other(lists):
    run = preview(write_list(lists, "Peildatum: 20-11-2099", SELAM, name="deelnemers 2025-11-01.csv"))
    assert get_list_date(run)
    [warning] = [warning for warning in collect_warnings(run) if "toekomst" in warning]
    assert "Daarom telt deze lijst als een lijst van 01-11-2025. Klopt" in warning


@pytest.mark.parametrize("line_above", ["Peildatum: 01-11-2025", "Stand per 01-11-2025, volgende op 20-11-2099", ""])
def test_a_list_without_a_date_in_the_future_says_nothing_of_it(lists, line_above):
    run = preview(write_list(lists, line_above, SELAM, OMAR))
    assert not [warning for warning in collect_warnings(run) if "toekomst" in warning]


def test_an_older_list_is_not_imported_before_somebody_says_whether_it_counts(lists, later_run):
    run = preview(write_list(lists, "Peildatum: 01-11-2025", SELAM_BEFORE, OMAR))
    question = find_question(run)
    assert question and question.later_runs == (later_run,)
    assert "Deze lijst is van 01-11-2025, en van deze afzender is op" in question.words
    assert "al een lijst van 02-12-2025 geïmporteerd." in question.words
    with pytest.raises(NotApplied):
        apply(run)
    assert Dossier.objects.get(given_name="Selam").hours_per_week == 24


@pytest.mark.parametrize(("use_older", "hours"), [(True, 40), (False, 24)])
def test_the_answer_decides_whether_an_older_list_replaces_values(lists, later_run, use_older, hours):
    Dossier.objects.filter(given_name="Selam").update(profession="")
    run = preview(write_list(lists, "Peildatum: 01-11-2025", SELAM_BEFORE, OMAR))
    question = find_question(run)
    assert question
    answer_parts(run, [question], {question.key: use_older})
    staging.stage(run)
    assert [part.answer for part in parts_of(run) if part.is_older_list] == [use_older]
    apply(run)
    dossier = Dossier.objects.get(given_name="Selam")
    assert (dossier.hours_per_week, dossier.profession) == (hours, "bakker")


@pytest.mark.parametrize(
    "line_above", ["Peildatum: 02-12-2025", "Peildatum: 03-12-2025", "Deelnemers"], ids=["same", "later", "undated"]
)
def test_a_list_that_is_not_older_is_not_asked_about(lists, later_run, line_above):
    assert find_question(preview(write_list(lists, line_above, SELAM_BEFORE, OMAR))) is None


def test_a_list_from_before_the_upload_of_one_without_a_date_is_asked_about(lists):
    later_run = apply(preview(write_list(lists, "Deelnemers", SELAM, OMAR)))
    question = find_question(preview(write_list(lists, "Peildatum: 01-11-2025", SELAM_BEFORE, OMAR)))
    assert question and question.later_runs == (later_run,)
    assert "Deze lijst is van 01-11-2025, en van deze afzender is op" in question.words
    assert "een lijst zonder datum geïmporteerd." in question.words


def test_a_list_of_employers_from_before_the_upload_of_one_without_a_date_is_asked_about(lists):
    apply(preview(write_list(lists, "", JOB | {"Plekken": "3"}), **INTERESTS))
    run = preview(write_list(lists, "", JOB | {"Plekken": "5"}, name="Werkgevers 01-11-2025.csv"), **INTERESTS)
    question = find_question(run)
    assert question and "en er is op" in question.words
    assert "een lijst met werkgevers zonder datum geïmporteerd." in question.words


def test_a_list_of_the_day_on_which_one_without_a_date_was_uploaded_is_not_asked_about(lists):
    apply(preview(write_list(lists, "Deelnemers", SELAM, OMAR)))
    today = f"Peildatum: {timezone.localdate():%d-%m-%Y}"
    assert find_question(preview(write_list(lists, today, SELAM_BEFORE, OMAR))) is None


def test_a_list_of_another_sender_is_not_asked_about(lists, later_run):
    path = write_list(lists, "Peildatum: 01-11-2025", SELAM_BEFORE, OMAR)
    assert find_question(preview(path, organisation=WERKCORPORATIE)) is None


def test_an_older_list_of_employers_is_asked_about_too(lists):
    later_run = apply(preview(write_list(lists, "Peildatum: 02-12-2025", JOB | {"Plekken": "3"}), **INTERESTS))
    run = preview(write_list(lists, "Peildatum: 01-11-2025", JOB | {"Plekken": "5"}), **INTERESTS)
    question = find_question(run)
    assert question and question.later_runs == (later_run,)
    assert "Deze lijst is van 01-11-2025, en er is op" in question.words and "afzender" not in question.words
    assert "al een lijst met werkgevers van 02-12-2025 geïmporteerd." in question.words
    with pytest.raises(NotApplied):
        apply(run)
    assert EmployerInterest.objects.get().positions == 3


def test_a_later_list_of_candidates_makes_no_list_of_employers_older(lists, later_run):
    run = preview(write_list(lists, "Peildatum: 01-11-2025", JOB | {"Plekken": "5"}), **INTERESTS)
    assert find_question(run) is None


def test_a_later_list_that_was_undone_or_not_imported_does_not_count(lists, later_run):
    undo_import(later_run)
    preview(write_list(lists, "Peildatum: 03-12-2025", SELAM, OMAR))
    assert find_question(preview(write_list(lists, "Peildatum: 01-11-2025", SELAM_BEFORE, OMAR))) is None


def test_a_list_that_only_fills_what_is_empty_is_not_asked_about(lists, later_run):
    run = preview(write_list(lists, "Peildatum: 01-11-2025", SELAM_BEFORE, OMAR), policy=ImportRun.Policy.FILL)
    assert find_question(run) is None


def test_after_an_older_list_was_used_the_next_one_is_still_compared_with_the_latest(lists, later_run):
    run = preview(write_list(lists, "Peildatum: 01-11-2025", SELAM_BEFORE, OMAR))
    question = find_question(run)
    assert question
    answer_parts(run, [question], {question.key: True})
    staging.stage(run)
    apply(run)
    next_question = find_question(preview(write_list(lists, "Peildatum: 15-11-2025", SELAM, OMAR)))
    assert next_question and next_question.later_runs == (later_run,)


@pytest.mark.parametrize(("options", "hours"), [([], 24), (["--use-older-values"], 40)])
def test_the_command_fills_only_what_is_empty_unless_it_is_told_to_use_the_older_list(lists, later_run, options, hours):
    path = write_list(lists, "Peildatum: 01-11-2025", SELAM_BEFORE, OMAR)
    call_command("import_sheet", "dossiers", str(path), "--organisation", AZC, "--apply", *options)
    assert Dossier.objects.get(given_name="Selam").hours_per_week == hours


def read_sheets(lists: Lists, file_maker: FileMaker, **days: str) -> ImportRun:
    """Read a workbook with a sheet of each of these dates as one list; the sheets have a person each."""
    people = [SELAM, OMAR, SELAM | {"Extern nummer": "W703", "Voornaam": "Amira"}]
    sheets = {
        name: [[f"Peildatum: {day}" if day else "Deelnemers"], [], [*SELAM], [person[column] for column in SELAM]]
        for (name, day), person in zip(days.items(), people, strict=False)
    }
    return answer_questions(upload(lists, path=file_maker.book(sheets)), parts={"sheets": True})


def test_each_sheet_that_is_read_gives_its_date_and_the_latest_is_that_of_the_list(lists, file_maker: FileMaker):
    list_date = get_list_date(read_sheets(lists, file_maker, Noord="01-11-2025", Zuid="15-11-2025", Oost=""))
    assert list_date and list_date.day == date(2025, 11, 15)
    assert str(list_date) == "01-11-2025 (“Noord”) en 15-11-2025 (“Zuid”)"
    same_day = get_list_date(read_sheets(lists, file_maker, Noord="01-11-2025", Zuid="01-11-2025"))
    assert str(same_day) == "01-11-2025 (“Noord”, “Zuid”)"


def test_the_date_of_a_further_sheet_alone_is_read(lists, file_maker: FileMaker):
    assert str(get_list_date(read_sheets(lists, file_maker, Noord="", Zuid="15-11-2025"))) == "15-11-2025 (“Zuid”)"


def test_a_list_with_one_older_sheet_is_asked_about_and_the_question_says_which(lists, file_maker, later_run):
    run = read_sheets(lists, file_maker, Noord="09-12-2025", Zuid="01-11-2025")
    question = find_question(run)
    assert question and question.later_runs == (later_run,)
    assert "Deze lijst is van 09-12-2025 (“Noord”) en 01-11-2025 (“Zuid”), en van deze afzender" in question.words


def test_the_sheets_of_before_in_a_workbook_that_grows_are_no_older_list(lists, file_maker: FileMaker):
    apply(read_sheets(lists, file_maker, Januari="31-01-2025", Februari="28-02-2025"))
    assert not find_question(
        read_sheets(lists, file_maker, Januari="31-01-2025", Februari="28-02-2025", Maart="31-03-2025")
    )
    assert find_question(read_sheets(lists, file_maker, Januari="15-01-2025", Februari="28-02-2025"))
