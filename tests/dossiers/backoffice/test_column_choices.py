"""The page of columns keeps what was chosen, and asks what its columns mean together."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.models import ImportRun

from .pages import text
from .test_uploading import upload

BORN = "28-03-1990"
PRIVATE = {"fixed-field": "", "fixed-value": "123456782"}


def upload_list(client, *lines: str) -> str:
    """Upload a list and return the address of its page of columns."""
    upload(client, SimpleUploadedFile("lijst.csv", "\n".join(lines).encode()))
    return reverse("dossiers_import_columns", args=[ImportRun.objects.latest("pk").pk])


def get_choices(page) -> dict[str, str]:
    """Return what is filled in on a page, by the name of the control."""
    soup = BeautifulSoup(page.content, "html.parser")
    chosen = {}
    for option in soup.select("select[name] option[selected]"):
        chosen[option.find_parent("select")["name"]] = option.get("value", option.text)
    chosen |= {control["name"]: control["value"] for control in soup.select("input[type=radio][checked]")}
    if values := [control.get("value", "") for control in soup.select("input[name=fixed-value]")]:
        chosen["fixed-value"] = values[0]
    return chosen


def test_a_refused_choice_loses_none_of_the_other_choices_also_after_a_reload(coordinator_client) -> None:
    address = upload_list(coordinator_client, "Wie;Roepnaam;Geboren;Kleur", f"Omar Abdi;Omar;{BORN};kok")
    chosen = {
        "column-0": "full_name",
        "column-1": "given_name",
        "column-2": "date_of_birth",
        "column-3": "profession",
        "fixed-field": "location",
        "fixed-value": "AZC Dronten",
    }
    refused = coordinator_client.post(address, chosen)
    assert "Maar één kolom kan dit zijn: Volledige naam, Voornaam." in text(refused)
    for page in (refused, coordinator_client.get(address)):
        assert get_choices(page).items() >= chosen.items()
    coordinator_client.post(address, chosen | {"column-1": "-"})
    row = ImportRun.objects.get().rows.get()
    assert (row.given["profession"], row.given["location"]) == ("kok", "AZC Dronten")
    assert "draft" not in ImportRun.objects.get().decided


def test_a_choice_is_saved_when_it_is_made_and_does_not_change_the_preview(coordinator_client) -> None:
    address = upload_list(coordinator_client, "Voornaam;Achternaam;Geboortedatum;Kleur", f"Omar;Abdi;{BORN};kok")
    saved = coordinator_client.post(address, {"step": "draft", "column-3": "profession"} | PRIVATE)
    assert saved.status_code == 204
    page = coordinator_client.get(address)
    assert get_choices(page)["column-3"] == "profession" and get_choices(page)["fixed-value"] == "***"
    assert "123456782" not in str(ImportRun.objects.get().decided)
    assert "profession" not in ImportRun.objects.get().rows.get().given
    ImportRun.objects.update(state=ImportRun.State.APPLIED)
    assert coordinator_client.post(address, {"step": "draft", "column-3": "-"}).status_code != 204
    assert ImportRun.objects.get().decided["draft"]["fields"]["3"] == "profession"


def test_the_choices_stay_if_the_first_line_is_a_person_after_all(coordinator_client) -> None:
    address = upload_list(coordinator_client, f"Selam;Haile;{BORN};A7", f"Omar;Abdi;{BORN};B8", f"Aron;Woldu;{BORN};C9")
    chosen = {"column-0": "given_name", "column-1": "family_name", "column-2": "date_of_birth"}
    first = {"first_line": "row"} if "first_line" in coordinator_client.get(address).content.decode() else {}
    coordinator_client.post(address, chosen | (first or {"step": "draft"}))
    coordinator_client.post(address, {"step": "reading", "header_row": "1"})
    assert get_choices(coordinator_client.get(address)).items() >= chosen.items()


@pytest.mark.parametrize("typed", ["AZC Dronten", "***"])
def test_a_value_without_its_field_is_asked_about(coordinator_client, typed: str) -> None:
    address = upload_list(coordinator_client, "Voornaam;Achternaam;Geboortedatum", f"Omar;Abdi;{BORN}")
    columns = {"column-0": "given_name", "column-1": "family_name", "column-2": "date_of_birth"}
    field = "location" if typed == "***" else ""
    page = coordinator_client.post(address, columns | {"fixed-field": field, "fixed-value": typed})
    assert ("Zeg bij welk veld" if not field else "zonder ***") in text(page)
    assert get_choices(page)["fixed-value"] == typed
