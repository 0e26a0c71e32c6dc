"""An export of ours gives whole fields, whatever users answered about the columns of the lists of the same sender."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dossiers.backoffice.imports.previews import build_shown_rows
from dossiers.backoffice.imports.question_fields import PartQuestion
from dossiers.backoffice.labels import NOTHING
from dossiers.models import Dossier, EmployerInterest, ImportRun, Supply
from dossiers.spreadsheets.exports.export import Export
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.decisions import TO_REMARKS
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.imports.newer_values.overwritten import NewerValues
from dossiers.spreadsheets.imports.profiles import forget_answers, save_profile
from dossiers.spreadsheets.resources import RESOURCES, DossierResource, EmployerInterestResource
from dossiers.spreadsheets.writer import FORMATS

from .imports import AZC, PERSON, WERKCORPORATIE, Lists, apply, decide_on_older_values, preview
from .test_remembered_parts import read, send_employer
from .test_typed_remarks import SENDERS
from .test_word_remarks import send as send_words
from .undo import JOB, undo_import

REMARKS = {"Opmerkingen": "notes:labelled", "Opmerkingen trajectbegeleider": "notes:labelled"}
GIVEN_REMARKS = {"Opmerkingen": "Vraagt om werk buiten", "Opmerkingen trajectbegeleider": "Heeft een hond"}
NOTES = "Opmerkingen: Vraagt om werk buiten\nOpmerkingen trajectbegeleider: Heeft een hond"
PHONES = {"Telefoon": "phone:fallback", "Mobiel": "phone"}


def send(lists: Lists, columns: dict[str, str | None], row: dict[str, str]) -> ImportRun:
    run = apply(read(lists, columns, row))
    save_profile(run)
    return run


def export(lists: Lists, columns: list[str] | None = None, **edits: str) -> Path:
    """Export all dossiers and change cells of the first one, by the name of their field."""
    return write(lists, Export(DossierResource(), Dossier.objects.all(), columns), edits)


def write(lists: Lists, table: Export, edits: dict[str, str]) -> Path:
    path = lists.folder / "export.xlsx"
    with path.open("wb") as file:
        FORMATS["xlsx"].write(table, file)
    if edits:
        book = openpyxl.load_workbook(path)
        for name, text in edits.items():
            book.active.cell(2, table.names.index(name) + 1).value = text
        book.save(path)
    return path


def import_export(path: Path) -> ImportRun:
    run = apply(preview(path))
    save_profile(run)
    return run


def get_supplied_values() -> dict[str, Any]:
    """Return what the sender gave, without our reference, which a list with it gives too."""
    return {name: value for name, value in Supply.objects.get().values.items() if name != "reference"}


def write_notes(coordinator, notes: str) -> None:
    dossier = Dossier.objects.get()
    dossier.notes, dossier._history_user = notes, coordinator
    dossier.save()


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        (REMARKS, GIVEN_REMARKS),
        (dict.fromkeys(REMARKS, "notes:join"), GIVEN_REMARKS),
        (PHONES, {"Telefoon": "0527 123457", "Mobiel": "06 12345678"}),
        (PHONES, {"Telefoon": "0527 123457", "Mobiel": ""}),
        ({"Telefoon": "phone:mobile"}, {"Telefoon": "0527 123457 / 06 12345678"}),
        ({"Achternaam": "full_name", "Voornaam": None}, {"Achternaam": "Selam van Haile"}),
        ({"Locatie": "residence"}, {"Locatie": "Kamer 12, 8309 AB Luttelgeest"}),
        ({"Locatie": None}, {"Locatie": "kamer 12"}),
    ],
)
def test_an_export_in_which_nothing_was_edited_changes_nothing(lists, coordinator, columns, row) -> None:
    send(lists, columns, row)
    write_notes(coordinator, f"{Dossier.objects.get().notes}\nGebeld 1 dec".strip())
    changes = lists.preview(PERSON | row).rows.get().changes
    dossiers, values, parts = list(Dossier.objects.values()), get_supplied_values(), Supply.objects.get().parts
    run = import_export(export(lists))
    assert (run.state, run.rows.get().action) == ("applied", "unchanged")
    assert list(Dossier.objects.values()) == dossiers
    assert (get_supplied_values(), Supply.objects.get().parts) == (values, parts)
    assert lists.preview(PERSON | row).rows.get().changes == changes


def test_an_edited_cell_leaves_the_remarks_as_they_are(lists, coordinator) -> None:
    send(lists, REMARKS, GIVEN_REMARKS)
    write_notes(coordinator, f"{NOTES}\nGebeld 1 dec")
    before = get_supplied_values()
    run = import_export(export(lists, profession="kok"))
    assert run.rows.get().changes == {"profession": ["", "kok"]}
    assert Dossier.objects.get().notes == f"{NOTES}\nGebeld 1 dec"
    assert get_supplied_values() == before | {"profession": "kok"}
    undo_import(run)
    assert (Dossier.objects.get().profession, get_supplied_values()) == ("", before)


def test_an_edited_remark_replaces_the_whole_one(lists) -> None:
    send(lists, REMARKS, GIVEN_REMARKS)
    run = preview(export(lists, notes="Wil graag naar Emmeloord"))
    assert run.rows.get().changes == {"notes": [NOTES, "Wil graag naar Emmeloord"]}
    assert find_open_question_about_older_values(run) is None
    apply(run)
    assert Dossier.objects.get().notes == "Wil graag naar Emmeloord"


def test_an_edited_remark_without_a_line_of_a_coordinator_is_asked_about(lists, coordinator) -> None:
    send(lists, REMARKS, GIVEN_REMARKS)
    write_notes(coordinator, f"{NOTES}\nGebeld 1 dec")
    question = find_open_question_about_older_values(preview(export(lists, notes=NOTES)))
    assert question is not None and "coordinator" in question.words


def test_a_cell_that_is_what_the_sender_gave_is_compared_with_the_dossier(lists, coordinator) -> None:
    send(lists, REMARKS, GIVEN_REMARKS)
    write_notes(coordinator, NOTES.replace("een hond", "twee honden"))
    run = preview(export(lists, notes=NOTES))
    assert run.rows.get().changes["notes"] == [Dossier.objects.get().notes, NOTES]


def test_the_next_list_of_the_sender_is_read_as_before(lists, coordinator) -> None:
    first = send(lists, REMARKS, GIVEN_REMARKS)
    write_notes(coordinator, f"{NOTES}\nGebeld 1 dec")
    run = import_export(export(lists, profession="kok"))
    later = {"Opmerkingen": "Vraagt om werk binnen", "Opmerkingen trajectbegeleider": "Heeft een hond"}
    again = apply(decide_on_older_values(lists.preview(PERSON | later), use_older=False))
    assert Dossier.objects.get().notes == f"{NOTES.replace('buiten', 'binnen')}\nGebeld 1 dec"
    for undone in (again, run):
        undo_import(undone)
        undone.refresh_from_db()
        forget_answers(undone)
    first.profile = save_profile(first)
    assert first.profile.columns.items() >= REMARKS.items()
    assert "Referentie" not in first.profile.columns


def test_what_a_user_edits_in_an_export_is_said_to_be_of_that_user_and_not_of_the_sender(lists, coordinator) -> None:
    lists.apply(PERSON | {"Beroep": "kelner"})
    apply(preview(export(lists, profession="kok"), user=coordinator))
    later = lists.preview(PERSON | {"Beroep": "kelner"})
    source = NewerValues(later).find_sources(later.rows.all())[Dossier.objects.get().pk]["profession"]
    assert source.author == "coordinator"


def test_a_list_of_the_sender_with_our_references_is_no_export(lists) -> None:
    send(lists, REMARKS, GIVEN_REMARKS)
    reference = {"Referentie": Dossier.objects.get().reference}
    run = lists.preview(PERSON | reference | GIVEN_REMARKS | {"Opmerkingen": "Vraagt om werk binnen"})
    assert run.rows.get().changes["notes"] == [NOTES, NOTES.replace("buiten", "binnen")]


def test_an_export_of_interests_in_which_nothing_was_edited_changes_nothing(lists) -> None:
    save_profile(send_employer(lists, REMARKS, GIVEN_REMARKS))
    assert EmployerInterest.objects.get().notes == NOTES
    table = Export(EmployerInterestResource(), EmployerInterest.objects.all())
    assert preview(write(lists, table, {}), "employer_interest").rows.get().action == "unchanged"
    run = preview(write(lists, table, {"notes": "Belt niet"}), "employer_interest")
    assert run.rows.get().changes == {"notes": [NOTES, "Belt niet"]}


WITH_WORD = "Belt graag\nUren: zsm"


@pytest.fixture
def remembered_word(lists) -> None:
    """Let the sender have a word in a column of numbers, of which a user answered that it is a remark."""
    row = PERSON | {"Uren": "zsm", "Opmerkingen": "Belt graag"}
    send_words(lists, row, hours_per_week={"zsm": TO_REMARKS})
    assert Dossier.objects.get().notes == WITH_WORD


@pytest.mark.parametrize("columns", [None, ["notes"]], ids=["all", "few"])
@pytest.mark.parametrize("line", ["", "\nGebeld 1 dec"])
@pytest.mark.parametrize(
    ("organisation", "cell", "notes"),
    [(None, "leegmaken", ""), (AZC, "Wil naar Emmeloord", "Wil naar Emmeloord")],
    ids=["emptied for nobody", "edited for the sender"],
)
def test_a_remark_is_the_whole_one_whatever_other_columns_the_export_has(
    lists, remembered_word, coordinator, columns, line, organisation, cell, notes
) -> None:
    write_notes(coordinator, f"{WITH_WORD}{line}")
    run = preview(export(lists, columns, notes=cell), organisation=organisation)
    assert run.rows.get().changes == {"notes": [f"{WITH_WORD}{line}", notes]}
    question = find_open_question_about_older_values(run)
    assert bool(question) == bool(line or not organisation), "somebody else's line is asked about"
    apply(decide_on_older_values(run, use_older=False))
    stays = line if organisation else f"{WITH_WORD}{line}"
    assert Dossier.objects.get().notes == f"{notes}{stays}"


@pytest.mark.parametrize("columns", [None, ["notes"]], ids=["all", "few"])
@pytest.mark.parametrize("line", ["", "\nGebeld 1 dec"])
def test_the_word_that_empties_takes_out_a_word_that_the_sender_gave_in_another_column_too(
    lists, remembered_word, coordinator, columns, line
) -> None:
    write_notes(coordinator, f"{WITH_WORD}{line}")
    run = preview(export(lists, columns, notes="leegmaken"))
    assert run.rows.get().changes == {"notes": [f"{WITH_WORD}{line}", line.strip()]}
    assert find_open_question_about_older_values(run) is None


def test_an_export_with_a_column_of_such_words_changes_no_remark_that_nobody_edited(
    lists, remembered_word, coordinator
) -> None:
    write_notes(coordinator, f"{WITH_WORD}\nGebeld 1 dec")
    before = Supply.objects.values("values__notes", "parts").get()
    run = import_export(export(lists, hours_per_week="32"))
    assert run.rows.get().changes == {"hours_per_week": [None, 32]}
    assert Supply.objects.values("values__notes", "parts").get() == before


@pytest.mark.parametrize("edits", [{"notes": ""}, {}], ids=["blank", "missing"])
def test_a_word_is_added_to_the_whole_remark_of_an_export(lists, remembered_word, coordinator, edits) -> None:
    write_notes(coordinator, f"{WITH_WORD}\nGebeld 1 dec")
    columns = ["hours_per_week", *edits]
    run = preview(export(lists, columns, hours_per_week="zsm", **edits))
    assert run.rows.get().changes["notes"][1] == f"{WITH_WORD}\nGebeld 1 dec\nUren per week: zsm"


def test_a_telephone_number_that_somebody_else_typed_is_emptied_in_an_export(lists, coordinator) -> None:
    lists.apply(PERSON | {"Telefoon": "06 12345678"})
    dossier = Dossier.objects.get()
    dossier.phone, dossier._history_user = "+31687654321", coordinator
    dossier.save()
    run = preview(export(lists, phone="leegmaken"), decided={"columns": {"Telefoon": "phone:mobile"}})
    assert run.gives_whole_fields
    assert run.rows.get().changes == {"phone": ["+31687654321", ""]}


def test_a_remark_is_emptied_whatever_other_columns_an_export_of_interests_has(lists) -> None:
    row = {"Uren": "zsm", "Opmerkingen": "Belt graag"}
    run = lists.preview(JOB | row, record="employer_interest")
    run.decided = {"words": {"hours_per_week": {"zsm": TO_REMARKS}}}
    staging.stage(run, lists.last_file)
    save_profile(apply(run))
    table = Export(EmployerInterestResource(), EmployerInterest.objects.all())
    run = apply(preview(write(lists, table, {"notes": "leegmaken"}), "employer_interest"))
    assert run.rows.get().changes == {"notes": [WITH_WORD, ""]}


OF_SEVERAL = ["Belt graag", "Gebeld 1 dec", "Zoekt een kamer"]


@pytest.fixture
def remarks_of_several(lists, coordinator) -> None:
    """Let two senders and a coordinator each write a line about one person."""
    lists.apply(PERSON | {"Opmerkingen": "Belt graag"})
    write_notes(coordinator, "Belt graag\nGebeld 1 dec")
    lists.apply(PERSON | {"Opmerkingen": "Zoekt een kamer"}, organisation=WERKCORPORATIE)
    assert Dossier.objects.get().notes.splitlines() == OF_SEVERAL


@SENDERS
@pytest.mark.parametrize("columns", [None, ["given_name", "family_name", "date_of_birth", "notes"]])
def test_an_export_of_a_sender_empties_only_the_remarks_of_that_sender(
    lists, remarks_of_several, columns, by_partner
) -> None:
    run = preview(export(lists, columns, notes="leegmaken"), by_partner=by_partner)
    assert run.gives_whole_fields != by_partner and find_open_question_about_older_values(run) is None
    for is_applied in (False, True):
        if is_applied:
            apply(run)
        [row] = build_shown_rows(run, list(run.rows.all()))
        assert row.changes[0].hint == "Alleen de tekst van de afzender verdwijnt; de rest blijft staan."
    assert Dossier.objects.get().notes.splitlines() == OF_SEVERAL[1:]
    assert not Supply.objects.get(organisation__name=AZC).values.get("notes")
    undo_import(run)
    assert Dossier.objects.get().notes.splitlines() == OF_SEVERAL


@SENDERS
def test_an_export_of_somebody_who_wrote_no_remarks_empties_none(lists, coordinator, by_partner) -> None:
    lists.apply(PERSON)
    write_notes(coordinator, "Gebeld 1 dec")
    run = apply(preview(export(lists, notes="leegmaken"), by_partner=by_partner))
    assert (run.rows.get().action, Dossier.objects.get().notes) == ("unchanged", "Gebeld 1 dec")


@pytest.mark.parametrize(("use_older", "notes"), [(True, []), (False, OF_SEVERAL)])
def test_an_export_of_nobody_empties_the_whole_remarks_after_a_question_that_shows_whose_they_are(
    lists, remarks_of_several, use_older, notes
) -> None:
    run = preview(export(lists, notes="leegmaken"), organisation=None)
    question = find_open_question_about_older_values(run)
    assert question and all(author in question.words for author in (AZC, WERKCORPORATIE, "coordinator"))
    [row] = PartQuestion.build(run, RESOURCES[run.record]().sheet_fields(), question).rows
    assert row.cells == ["Opmerkingen", "\n".join(OF_SEVERAL), NOTHING, "\n".join(OF_SEVERAL)]
    apply(decide_on_older_values(run, use_older=use_older))
    assert Dossier.objects.get().notes.splitlines() == notes
