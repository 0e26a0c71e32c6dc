"""The preview of a list says of a column that fills a field with others what becomes of the part of the others."""

from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers.models import Dossier, ImportRun, Supply
from dossiers.spreadsheets.imports import staging

from .pages import press, text
from .test_emptied_cells import SELAM
from .test_grid import search
from .test_uploading import HEADER, upload

LABELLED = {"Opm": "notes:labelled", "Bijz": "notes:labelled"}


def preview(client, header: str, cells: str) -> ImportRun:
    content = f"{HEADER};{header}\n{SELAM};{cells}"
    upload(client, SimpleUploadedFile("lijst.csv", content.encode()))
    run = ImportRun.objects.latest("pk")
    run.decided["columns"] = LABELLED
    staging.stage(run)
    return run


def test_a_list_with_one_of_the_columns_shows_and_stores_what_becomes_of_the_whole_text(coordinator_client):
    run = preview(coordinator_client, "Opm;Bijz", "belt graag;Heeft een hond")
    page = search(coordinator_client, run, action="new")
    assert "Opmerkingen (samengevoegd, met de naam van de kolom)" in text(page)
    press(coordinator_client, page, "Alles importeren")
    page = search(coordinator_client, preview(coordinator_client, "Opm", "belt niet"), action="changed")
    assert "Opmerkingen (alleen het deel van deze kolom, met de naam ervoor)" in text(page)
    assert "samengevoegd" not in text(page)
    assert "Opm: belt niet Bijz: Heeft een hond" in text(page)
    press(coordinator_client, page, "Alles importeren")
    assert Dossier.objects.get().notes == "Opm: belt niet\nBijz: Heeft een hond"


def test_the_preview_says_that_a_text_stays_beside_the_new_one(coordinator_client):
    run = preview(coordinator_client, "Opm;Bijz", "belt graag;Heeft een hond")
    press(coordinator_client, search(coordinator_client, run, action="new"), "Alles importeren")
    Supply.objects.update(parts={}, values=Supply.objects.get().values | {"notes": "Spreekt Nederlands"})
    Dossier.objects.update(notes="Spreekt Nederlands")
    page = search(coordinator_client, preview(coordinator_client, "Opm", "belt niet"), action="changed")
    assert "De eerdere tekst blijft staan" in text(page)
