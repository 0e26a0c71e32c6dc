"""Rows that wait for the answer which values count do not look decided in the preview."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from dossiers.models import Dossier

from ..backoffice.pages import press, text
from .imports import apply, preview
from .test_list_dates import OMAR, SELAM, SELAM_BEFORE, write_list
from .test_repeated_values import PHONE, edit
from .test_repeated_values import SELAM as SELAM_WITH_PHONE

WAITS = "Wacht op uw antwoord"
NOTE = "Nog niet alles hiervan staat vast: 1 regel wacht op uw antwoord ."
BUTTON_NOTE = "1 van deze regels wacht op uw antwoord: pas daarna staat vast wat die wijzigt."


@pytest.fixture
def coordinator_client(client, coordinator):
    client.force_login(coordinator)
    return client


def get_cells(page) -> dict[str, tuple[str, bool, bool]]:
    """Return of the first row of the grid each changed cell: its text, and whether it looks undecided and replaced."""
    row = BeautifulSoup(page.content, "html.parser").select_one("tr[data-row]")
    cells = row.select("td.is-undecided, td.is-changed")
    return {
        cell["data-label"]: (
            " ".join(cell.get_text(" ").split()),
            "is-undecided" in cell["class"],
            cell.find("del") is not None,
        )
        for cell in cells
    }


def test_a_row_with_a_newer_value_visibly_waits_for_the_answer_and_a_decided_one_does_not(
    lists, coordinator, coordinator_client
):
    lists.apply(SELAM_WITH_PHONE)
    edit(Dossier.objects.get(), coordinator, phone="+31655550001")
    run = lists.preview(SELAM_WITH_PHONE | {"Beroep": "kok"}, OMAR)
    page = coordinator_client.get(reverse("dossiers_import", args=[run.pk]) + "?action=changed")
    shown, cells = text(page), get_cells(page)
    assert shown.count(WAITS) == 1 and NOTE in shown and BUTTON_NOTE in shown
    phone, is_undecided, is_replaced = cells["Telefoon"]
    assert (is_undecided, is_replaced) == (True, False)
    assert phone.startswith("Nu: 06 55550001 In de lijst: 06 12001006")
    assert cells["Beroep"] == ("– → kok", False, True), "nobody asks about this"
    page = press(coordinator_client, page, "Toch deze gegevens")
    page = coordinator_client.get(reverse("dossiers_import", args=[run.pk]) + "?action=changed")
    assert WAITS not in text(page) and "wacht op uw antwoord" not in text(page)
    assert get_cells(page)["Telefoon"][1:] == (False, True)
    press(coordinator_client, page, "Alles importeren")
    assert Dossier.objects.get(given_name="Selam").phone == PHONE


@pytest.mark.parametrize("answer", ["Ja, gebruik deze lijst", "Nee, alleen invullen wat leeg is"])
def test_rows_of_an_older_list_wait_for_the_answer_whether_it_is_used(lists, base_data, coordinator_client, answer):
    apply(preview(write_list(lists, "Peildatum: 02-12-2025", SELAM)))
    older = SELAM_BEFORE | {"Telefoon": "06 12001006"}
    run = preview(write_list(lists, "Peildatum: 01-11-2025", older))
    url = reverse("dossiers_import", args=[run.pk]) + "?action=changed"
    page = coordinator_client.get(url)
    assert WAITS in text(page) and NOTE in text(page)
    cells = get_cells(page)
    assert cells["Uren per week"][1:] == (True, False)
    assert cells["Telefoon"][1:] == (False, True), "an empty field is filled whatever the answer"
    press(coordinator_client, page, answer)
    assert WAITS not in text(coordinator_client.get(url))


def test_a_line_gets_an_answer_of_its_own_and_the_others_one_together(lists, coordinator, coordinator_client):
    sheet = [SELAM_WITH_PHONE | {"Voornaam": name, "Extern nummer": name} for name in ("Selam", "Omar", "Feven")]
    lists.apply(*sheet)
    for dossier in Dossier.objects.all():
        edit(dossier, coordinator, phone="+31655550001")
    run = lists.preview(*sheet)
    url = reverse("dossiers_import", args=[run.pk]) + "?action=changed"
    page = coordinator_client.get(url)
    assert "Dit is één antwoord voor alle 3 regels." in text(page)
    press(coordinator_client, page, "Overnemen uit deze lijst")  # of the first line
    page = coordinator_client.get(url)
    assert text(page).count(WAITS) == 2 and "Dit is één antwoord voor alle 2 regels." in text(page)
    page = press(coordinator_client, page, "Nieuwere gegevens houden")
    assert WAITS not in text(page)
    press(coordinator_client, page, "Alles importeren")
    phones = dict(Dossier.objects.values_list("given_name", "phone"))
    assert phones == {"Selam": PHONE, "Omar": "+31655550001", "Feven": "+31655550001"}


@pytest.mark.parametrize("button", ["Overnemen uit deze lijst", "Laten zoals het is"])
def test_the_answer_of_the_last_line_is_the_last_one(lists, coordinator, coordinator_client, button):
    lists.apply(SELAM_WITH_PHONE)
    edit(Dossier.objects.get(), coordinator, phone="+31655550001")
    run = lists.preview(SELAM_WITH_PHONE | {"Beroep": "kok"})
    page = coordinator_client.get(reverse("dossiers_import", args=[run.pk]))
    assert "één antwoord voor alle" not in text(page)
    page = press(coordinator_client, page, button)
    press(coordinator_client, page, "Alles importeren")
    dossier = Dossier.objects.get()
    phone = PHONE if button.startswith("Overnemen") else "+31655550001"
    assert (dossier.phone, dossier.profession) == (phone, "kok")


@pytest.mark.parametrize(
    ("button", "tab", "answer"),
    [
        ("Overnemen uit deze lijst", "changed", "U zei: overnemen uit deze lijst."),
        ("Laten zoals het is", "unchanged", "U zei: laten zoals het is."),
    ],
)
def test_the_answer_of_a_line_is_taken_back_at_that_line(lists, coordinator, coordinator_client, button, tab, answer):
    sheet = [SELAM_WITH_PHONE | {"Voornaam": name, "Extern nummer": name} for name in ("Selam", "Omar")]
    lists.apply(*sheet)
    for dossier in Dossier.objects.all():
        edit(dossier, coordinator, phone="+31655550001")
    url = reverse("dossiers_import", args=[lists.preview(*sheet).pk])
    press(coordinator_client, coordinator_client.get(f"{url}?action=changed"), button)  # of the first line
    page = coordinator_client.get(f"{url}?action={tab}")
    assert text(page).count(answer) == 1
    press(coordinator_client, page, "Antwoord wijzigen")
    page = coordinator_client.get(f"{url}?action=changed")
    assert text(page).count(WAITS) == 2 and answer not in text(page)
