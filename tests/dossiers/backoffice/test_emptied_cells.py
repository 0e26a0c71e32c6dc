"""A cell that empties a field is shown as such in the preview, in the questions about words, and afterwards."""

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.exports.templates import write_template
from dossiers.spreadsheets.resources import DossierResource

from ..models.factories import make_dossier
from .pages import press, text
from .test_answers import get_options
from .test_apply import import_url
from .test_grid import get_cell, save_by_script, search
from .test_uploading import HEADER, upload

SELAM, OMAR = "Selam;Haile;12-03-1990;P1", "Omar;Abdi;01-01-1980;P2"


@pytest.fixture
def dossier(base_data) -> Dossier:
    return make_dossier(
        given_name="Selam", family_name="Haile", date_of_birth="1990-03-12", phone="+31612345678", hours_per_week=24
    )


def preview(client, header: str, *lines: str, **fields: str) -> ImportRun:
    content = "\n".join([f"{HEADER};{header}", *lines]).encode()
    upload(client, SimpleUploadedFile("lijst.csv", content), **fields)
    return ImportRun.objects.latest("pk")


def read_cell(page, row: int, label: str) -> str:
    """Return the text of a cell of the grid, as a screen reader reads it."""
    rows = BeautifulSoup(page.content, "html.parser").select("tr[data-row]")
    return " ".join(rows[row].select_one(f'td[data-label="{label}"]').get_text(" ").split())


def test_the_preview_shows_the_old_value_and_that_the_field_becomes_empty(coordinator_client, dossier):
    run = preview(coordinator_client, "Telefoon;Uren per week;Beroep", f"{SELAM};leegmaken;leegmaken;leegmaken")
    page = search(coordinator_client, run, action="changed")
    assert read_cell(page, 0, "Telefoon") == "06 12345678 → wordt leeg"
    assert read_cell(page, 0, "Uren per week") == "24 → wordt leeg"
    assert read_cell(page, 0, "Beroep") == "leegmaken Er is niets leeg te maken: van deze afzender staat hier niets."
    assert get_cell(page, "phone").text == "leegmaken", "what is typed over"
    press(coordinator_client, page, "Alles importeren")
    dossier.refresh_from_db()
    assert (dossier.phone, dossier.hours_per_week) == ("", None)
    history = text(coordinator_client.get(get_record_url(dossier)))
    assert "06 12345678 → –" in history and "lijst.csv, regel 2" in history


@pytest.mark.parametrize(("policy", "shown"), [("update", "wat anderen hier schreven"), ("fill", "Fietst")])
def test_the_preview_says_that_the_remarks_of_others_are_not_emptied(coordinator_client, dossier, policy, shown):
    Dossier.objects.update(notes="Fietst")
    run = preview(coordinator_client, "Opmerkingen", f"{SELAM};leegmaken", f"{OMAR};leegmaken", policy=policy)
    page = search(coordinator_client, run, action="unchanged")
    assert f"{shown} blijft staan" in read_cell(page, 0, "Opmerkingen")
    assert "leeg te maken" not in read_cell(search(coordinator_client, run, action="new"), 0, "Opmerkingen")
    press(coordinator_client, page, "Alles importeren")
    assert {*Dossier.objects.values_list("notes", flat=True)} == {"Fietst", ""}


def test_a_new_person_has_an_empty_field_in_the_preview(coordinator_client):
    run = preview(coordinator_client, "Telefoon", f"{OMAR};leegmaken")
    page = search(coordinator_client, run, action="new")
    assert read_cell(page, 0, "Telefoon") == "–" and "wordt leeg" not in text(page)


def test_the_word_can_be_typed_in_the_grid_and_found(coordinator_client, dossier):
    run = preview(coordinator_client, "Telefoon;Uren per week", f"{SELAM};06 12345678;24", f"{OMAR};;")
    row, page = run.rows.get(line=2), search(coordinator_client, run, action="unchanged")
    page = save_by_script(coordinator_client, run, page, **{f"{row.pk}__hours_per_week": "Leegmaken"})
    assert read_cell(page, 0, "Uren per week") == "24 → wordt leeg"
    matching = search(coordinator_client, run, text="leegmaken")
    assert [row.row.who for row in matching.context["grid"]] == ["Selam Haile"]
    page = save_by_script(coordinator_client, run, matching, **{f"{row.pk}__family_name": "leegmaken"})
    assert "Een lijst kan dit veld niet leegmaken. Laat de cel leeg" in text(page)


def test_the_answer_about_a_word_says_whether_the_value_stays_or_is_erased(coordinator_client, dossier):
    Dossier.objects.update(driving_licence=True)
    run = preview(coordinator_client, "Rijbewijs;Status", f"{SELAM};vervallen;weg", f"{OMAR};nee;intake")
    words = import_url("_questions", run)
    page = coordinator_client.get(words)
    assert "niet invullen: wat er stond blijft" in text(page)
    assert "leegmaken: wat er stond gaat weg" in text(page)
    assert "leegmaken" not in get_options(page, "status"), "a status can't be empty"
    answers = {"driving_licence-word": "vervallen", "status-word": "weg", "status": "-"}
    coordinator_client.post(words, answers | {"driving_licence": "leegmaken"})
    assert run.rows.get(line=2).changes == {"driving_licence": [True, None]}
    assert get_options(coordinator_client.get(words), "driving_licence")["leegmaken"] == "selected"
    coordinator_client.post(words, answers | {"driving_licence": "-"})
    assert not run.rows.get(line=2).changes
    assert "leegmaken" in get_options(coordinator_client.get(words), "driving_licence"), "it can be changed again"


def test_an_answer_that_empties_is_not_offered_for_new_people(coordinator_client):
    run = preview(coordinator_client, "Rijbewijs", f"{OMAR};vervallen")
    page = coordinator_client.get(import_url("_questions", run))
    assert get_options(page, "driving_licence").keys() == {"", "-", "ja", "nee"} and "niet invullen" in text(page)


@pytest.mark.parametrize("policy", ["fill", "new"])
def test_an_answer_that_empties_is_not_offered_if_the_list_does_not_replace_values(coordinator_client, dossier, policy):
    Dossier.objects.update(driving_licence=True)
    run = preview(coordinator_client, "Rijbewijs", f"{SELAM};vervallen", policy=policy)
    page = coordinator_client.get(import_url("_questions", run))
    assert run.policy == policy and "leegmaken" not in get_options(page, "driving_licence")
    answer = {"driving_licence-word": "vervallen", "driving_licence": "leegmaken"}
    coordinator_client.post(import_url("_questions", run), answer)
    assert "leegmaken" not in str(ImportRun.objects.get().decided)


def test_a_text_that_is_no_number_can_mean_that_the_field_is_emptied(coordinator_client, dossier):
    run = preview(coordinator_client, "Uren per week", f"{SELAM};gestopt", f"{OMAR};gestopt")
    words, answer = import_url("_questions", run), {"hours_per_week-word": "gestopt", "hours_per_week": "leegmaken"}
    page = coordinator_client.post(words, answer | {"hours_per_week-text": "24"})
    assert "niet allebei" in text(page)
    coordinator_client.post(words, answer)
    assert run.rows.get(line=2).changes == {"hours_per_week": [24, None]}
    coordinator_client.post(words, {**answer, "hours_per_week": "", "hours_per_week-text": "Leegmaken"})
    assert run.rows.get(line=2).changes == {"hours_per_week": [24, None]}


def test_the_empty_list_explains_how_a_field_is_emptied(base_data, tmp_path):
    path = tmp_path / "sjabloon.xlsx"
    with path.open("wb") as file:
        write_template(DossierResource(), file)
    cells = [str(cell.value) for row in openpyxl.load_workbook(path)["Uitleg"] for cell in row]
    assert any("Zet dan het woord “leegmaken” in de cel" in cell for cell in cells)
