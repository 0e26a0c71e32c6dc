"""The undo of a partner's list takes back what the partner delivered, also where all values stay in the dossier."""

from pathlib import Path

import pytest

from dossiers.models import Dossier, ImportRun, Supply

from ..spreadsheets.imports import PERSON, WERKCORPORATIE, Lists
from ..spreadsheets.undo import OTHER
from .pages import text
from .test_apply import import_url
from .test_undo import undo_import_page

BUTTON = "Deze import nu ongedaan maken"
FIRST = "in deze volgorde: "
COOK, BAKER = PERSON | {"Beroep": "kok"}, PERSON | {"Beroep": "bakker"}
GOES = (
    "De aanlevering van AZC Luttelgeest in deze lijst, die AZC Luttelgeest als eigen gegevens ziet, wordt verwijderd."
)


@pytest.fixture
def lists(base_data: None, tmp_path: Path) -> Lists:
    return Lists(tmp_path)


def type_again(profession: str) -> None:
    dossier = Dossier.objects.get(given_name="Selam")
    for value in ("visser", profession):
        dossier.profession = value
        dossier.save()


def get_page(client, run: ImportRun, **query: str) -> str:
    return text(client.get(import_url("_undo", run), query))


def get_delivered() -> list[str]:
    return [supply.values["profession"] for supply in Supply.objects.filter(dossier__given_name="Selam")]


@pytest.mark.parametrize("others", [[], [OTHER]], ids=["one person", "another person too"])
@pytest.mark.parametrize("last_first", [True, False])
def test_deliveries_of_a_person_edited_by_hand_can_be_withdrawn(coordinator_client, lists, others, last_first):
    first, second = lists.apply(COOK, *others), lists.apply(BAKER)
    type_again("bakker")
    page = get_page(coordinator_client, second)
    assert BUTTON in page and "Beroep blijft: daarna gewijzigd" in page
    assert "alleen de aanlevering van AZC Luttelgeest" in page and "teruggezet: 0 dossiers" in page
    assert "Alleen de aanlevering 1" in page and "bakker → kok" in page
    page = get_page(coordinator_client, first)
    assert second.description in page.partition(FIRST)[2], "it frees the delivery"
    if not last_first and others:
        assert BUTTON in page
        undo_import_page(coordinator_client, first)
    undo_import_page(coordinator_client, second)
    if last_first or not others:
        assert get_delivered() == ["kok"]
        undo_import_page(coordinator_client, first)
    assert get_delivered() == [] and Dossier.objects.get().profession == "bakker"


def test_the_undo_says_what_of_the_delivery_goes_and_what_the_dossier_keeps(coordinator_client, lists):
    run = lists.apply(COOK)
    type_again("bakker")
    page = get_page(coordinator_client, run)
    keeps = "Voornaam, Achternaam, Geboortedatum, Beroep."
    assert f"{GOES} In het dossier blijft: {keeps}" in page
    page = text(undo_import_page(coordinator_client, run))
    assert f"In het dossier bleef: {keeps}" in page and "Alleen de aanlevering 1" in page


def test_what_only_adds_or_changes_a_delivery_is_counted_alike(coordinator_client, lists):
    lists.apply(COOK)
    runs = [lists.apply(PERSON | {"Extern nummer": "P1"}), lists.apply(COOK, organisation=WERKCORPORATIE)]
    for run in runs:
        page = get_page(coordinator_client, run)
        assert "teruggezet: 0 dossiers" in page and "Komt terug" not in page and "Alleen de aanlevering 1" in page
    undo_import_page(coordinator_client, runs[1])
    assert Supply.objects.get().external_id == "P1"


def test_what_the_dossier_gets_back_has_a_heading_of_its_own_beside_the_delivery(coordinator_client, lists):
    lists.apply(COOK | {"Verblijfplaats": "Ens"})
    run = lists.apply(BAKER | {"Verblijfplaats": "Bant"}, OTHER)
    type_again("bakker")
    page = get_page(coordinator_client, run, show="restored")
    of_supply = "De aanlevering, die AZC Luttelgeest als eigen gegevens ziet, wordt teruggezet: Beroep bakker → kok"
    assert f"{of_supply} Het dossier wordt teruggezet: Verblijfplaats Bant → Ens" in page
    undo_import_page(coordinator_client, run)
    assert "Het dossier is teruggezet: Verblijfplaats" in text(
        coordinator_client.get(import_url("", run), {"show": "restored"})
    )
