"""Tests of a partner's list that is taken over after one that was sent later."""

import pytest
from django.urls import reverse

from dossiers.models import Dossier, ImportRun, Supply

from ...spreadsheets.undo import undo_import
from ..pages import press, raw, text
from .lists import SELAM, page_url, send_list

OLDER, NEWER = SELAM, SELAM.replace("kok", "ober")


@pytest.fixture
def older_list(partner_client) -> ImportRun:
    return send_list(partner_client, OLDER)


@pytest.fixture
def newer_list(partner_client, older_list) -> ImportRun:
    return send_list(partner_client, NEWER)


def open_list(client, run: ImportRun) -> str:
    client.post(reverse("dossiers_import_open", args=[run.pk]))
    return reverse("dossiers_import", args=[run.pk])


def open_and_apply(client, run: ImportRun) -> str:
    """Return the state of the list after the coordinator opened it and asked to import it."""
    open_list(client, run)
    client.post(reverse("dossiers_import_apply", args=[run.pk]))
    run.refresh_from_db()
    return run.state


@pytest.mark.parametrize(
    ("button", "profession"), [("Nieuwere gegevens houden", "ober"), ("Toch deze gegevens", "kok")]
)
def test_an_older_list_asks_which_values_count(coordinator_client, older_list, newer_list, button, profession):
    open_and_apply(coordinator_client, newer_list)
    assert open_and_apply(coordinator_client, older_list) == "previewed", "nothing is imported before the decision"
    page = coordinator_client.get(reverse("dossiers_import", args=[older_list.pk]))
    shown = text(page)
    assert "Deze lijst is eerder verstuurd dan “lijst.csv”" in shown
    assert "oudere gegevens terugzetten van 1 persoon: Selam Haile (Beroep)" in shown
    assert "ober → kok ouder dan lijst.csv" in shown
    assert raw(page).count(f'href="{reverse("dossiers_import", args=[newer_list.pk])}"') == 2
    press(coordinator_client, page, button)
    coordinator_client.post(reverse("dossiers_import_apply", args=[older_list.pk]))
    older_list.refresh_from_db()
    assert (older_list.state, Dossier.objects.get().profession) == ("applied", profession)
    assert Supply.objects.get().values["profession"] == profession


def test_the_decision_can_be_changed_before_the_import(coordinator_client, older_list, newer_list):
    open_and_apply(coordinator_client, newer_list)
    older_url = open_list(coordinator_client, older_list)
    page = press(coordinator_client, coordinator_client.get(older_url), "Nieuwere gegevens houden")
    assert "De nieuwere gegevens blijven staan." in text(page) and older_list.counts()["unchanged"] == 1
    page = press(coordinator_client, page, "Toch deze gegevens")
    assert "De oudere gegevens van deze lijst worden geïmporteerd." in text(page)
    assert older_list.rows.get().changes == {"profession": ["ober", "kok"]}


def test_a_newer_list_that_is_applied_during_the_review_is_noticed(coordinator_client, older_list, newer_list):
    older_url = open_list(coordinator_client, older_list)
    assert "eerder verstuurd" not in text(coordinator_client.get(older_url))
    open_and_apply(coordinator_client, newer_list)
    for _again in range(2):
        coordinator_client.post(reverse("dossiers_import_apply", args=[older_list.pk]))
    assert Dossier.objects.get().profession == "ober"
    assert "Deze lijst is eerder verstuurd dan “lijst.csv”" in text(coordinator_client.get(older_url))


def test_an_older_correction_by_hand_asks_too(partner_client, coordinator_client, supply):
    for profession in ("kapper", "ober"):
        form_url = reverse("dossiers_partner_correct", args=[supply.pk])
        press(partner_client, partner_client.get(form_url), "Versturen", {"[name=profession]": profession})
    older, newer = ImportRun.objects.order_by("pk")
    open_and_apply(coordinator_client, newer)
    assert open_and_apply(coordinator_client, older) == "previewed"
    page = coordinator_client.get(reverse("dossiers_import", args=[older.pk]))
    assert "terugzetten van 1 persoon: Geheim Dossier (Beroep)" in text(page)


def test_only_values_of_a_later_list_are_asked_about(coordinator_client, partner_client, older_list, newer_list):
    assert open_and_apply(coordinator_client, older_list) == "applied"
    assert open_and_apply(coordinator_client, newer_list) == "applied", "in the order of sending nothing is asked"
    again = send_list(partner_client, OLDER)
    assert open_and_apply(coordinator_client, again) == "applied"
    assert Dossier.objects.get().profession == "kok"


def test_an_undone_list_has_no_newer_values(coordinator_client, older_list, newer_list):
    open_and_apply(coordinator_client, newer_list)
    older_url = open_list(coordinator_client, older_list)
    assert "eerder verstuurd" in text(coordinator_client.get(older_url))
    undo_import(newer_list)
    assert "eerder verstuurd" not in text(coordinator_client.get(older_url))


def test_a_partner_is_not_asked(partner_client, coordinator_client, older_list, newer_list):
    open_and_apply(coordinator_client, newer_list)
    assert "eerder verstuurd" not in text(partner_client.get(page_url("list", older_list)))
