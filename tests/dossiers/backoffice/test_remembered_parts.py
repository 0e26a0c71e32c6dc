"""The preview of a list says of a column that fills a field with others what becomes of the part of the others."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers.models import Dossier, ImportRun, Supply
from dossiers.spreadsheets.imports import staging

from ..spreadsheets.imports import decide_on_older_values
from .pages import press, text
from .partners.test_older_lists import edit_dossier
from .test_emptied_cells import SELAM
from .test_grid import search
from .test_uploading import HEADER, upload

LABELLED = {"Opm": "notes:labelled", "Bijz": "notes:labelled"}
JOINED = {"Opm": "notes:join", "Bijz": "notes:join"}
STAYS = "De eerdere tekst blijft staan: deze kolom vult die aan."
GOES = "Een deel van de eerdere tekst vervalt, de rest blijft staan."
REPLACED = "Een deel van de eerdere tekst wordt vervangen, de rest blijft staan."


def preview(client, header: str, cells: str, columns: dict[str, str] = LABELLED) -> ImportRun:
    content = f"{HEADER};{header}\n{SELAM};{cells}"
    upload(client, SimpleUploadedFile("lijst.csv", content.encode()))
    run = ImportRun.objects.latest("pk")
    run.decided["columns"] = columns
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
    assert STAYS in text(page) and REPLACED not in text(page)


@pytest.mark.parametrize("columns", [JOINED, LABELLED])
def test_the_preview_does_not_call_replaced_what_only_goes(coordinator_client, coordinator, columns):
    run = preview(coordinator_client, "Opm;Bijz", "belt graag;Heeft een hond", columns)
    press(coordinator_client, search(coordinator_client, run, action="new"), "Alles importeren")
    edit_dossier(coordinator, notes=f"{Dossier.objects.get().notes}\nBelt liever 's avonds")
    run = preview(coordinator_client, "Opm;Bijz", "belt graag;Heeft een hond", columns)
    page = text(search(coordinator_client, decide_on_older_values(run, use_older=True), action="changed"))
    assert "verwijdert tekst van" in page and GOES in page and REPLACED not in page


@pytest.mark.parametrize(
    ("columns", "earlier", "cell", "notes", "sentence"),
    [
        (JOINED, "Op tijd;Op tijd", "Vaak te laat", "Vaak te laat / Op tijd", REPLACED),
        (JOINED, "Op tijd;Fietst", "Vaak te laat", "Vaak te laat / Fietst", REPLACED),
        (LABELLED, "Op tijd;Fietst", "Vaak te laat", "Opm: Vaak te laat / Bijz: Fietst", REPLACED),
        (JOINED, "kan;", "kandidaat", "kandidaat", ""),
        (JOINED, "Rustig;", "Rustig en precies", "Rustig en precies", ""),
        (JOINED, ";Fietst", "Fietst graag", "Fietst / Fietst graag", STAYS),
    ],
)
def test_the_preview_says_whether_the_text_or_a_part_of_it_is_replaced(
    coordinator_client, columns, earlier, cell, notes, sentence
):
    run = preview(coordinator_client, "Opm;Bijz", earlier, columns)
    press(coordinator_client, search(coordinator_client, run, action="new"), "Alles importeren")
    run = preview(coordinator_client, "Opm", cell, columns)
    page = text(search(coordinator_client, run, action="changed"))
    assert sorted(run.rows.get().changes["notes"][1].splitlines()) == sorted(notes.split(" / "))
    assert [each for each in (STAYS, REPLACED) if each in page] == [*filter(None, [sentence])]
