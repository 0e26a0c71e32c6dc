"""The undo of an import of which a dossier was deleted and restored since."""

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.models import Deletion, Dossier, EmployerInterest, ImportRow, OwnField, RecordKind, Status, Supply
from dossiers.models.rights import COORDINATORS
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.continuation import continue_run
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.imports.newer_values.overwritten import NewerValues
from dossiers.spreadsheets.imports.sender_counts import get_counts_for_sender

from ..models.factories import make_dossier, make_interest
from ..spreadsheets.imports import AZC, WERKCORPORATIE, Lists
from ..spreadsheets.undo import CHANGED, FULL, INTERESTS, JOB, OTHER, read_records, undo_import
from .bulk import apply_change, press
from .pages import text
from .test_apply import import_url
from .test_deleted_records import delete, list_terms, undo_url
from .test_deletion import bulk_delete_url, confirm
from .test_undo import undo_import_page
from .test_undo_employers import BAKERY


@pytest.fixture
def lists(base_data: None, tmp_path: Path, make_user) -> Lists:
    make_user("ander", COORDINATORS)
    return Lists(tmp_path)


def delete_and_restore(client, *dossiers: Dossier) -> None:
    if len(dossiers) == 1:
        client.post(delete(client, *dossiers))
        return
    confirm(client, bulk_delete_url(Dossier, id=[dossier.pk for dossier in dossiers]))
    client.post(undo_url(Deletion.objects.latest("pk")))


@pytest.mark.parametrize("many", [False, True])
def test_a_dossier_that_was_deleted_and_restored_goes_with_its_import(coordinator_client, coordinator, lists, many):
    run = lists.apply(FULL, OTHER, organisation=WERKCORPORATIE)
    delete_and_restore(coordinator_client, *Dossier.objects.all()[: 2 if many else 1])
    page = text(coordinator_client.get(import_url("_undo", run)))
    assert "verwijderd: 2 dossiers" in page and "vergeten of verwijderd" not in page
    assert "blijft geheel of deels staan: 0 dossiers" in page
    page = text(undo_import_page(coordinator_client, run))
    assert "verwijderd: 2 dossiers" in page and "vergeten of verwijderd" not in page
    assert not Dossier.objects.exists() and not Supply.objects.exists()


@pytest.mark.parametrize("many", [False, True])
def test_a_dossier_comes_back_without_the_supply_that_a_later_list_gave_to_another(coordinator_client, lists, many):
    first = lists.apply(FULL, OTHER)
    keys, before = set(Dossier.objects.values_list("pk", flat=True)), read_records()
    if many:
        confirm(coordinator_client, bulk_delete_url(Dossier, id=keys))
    else:
        delete(coordinator_client, Dossier.objects.get(given_name="Selam"))
    address = undo_url(Deletion.objects.get())
    later = lists.apply(FULL)
    again = Dossier.objects.get(given_name="Selam")
    page = text(coordinator_client.get(address))
    expected = f"De aanlevering {AZC} (P1) komt niet terug: die hoort nu bij {again.reference}."
    assert page.count(expected) == 1 and page.count("met 1 aanlevering") == (1 if many else 0)
    coordinator_client.post(address)
    assert set(Dossier.objects.values_list("pk", flat=True)) == {*keys, again.pk}
    assert Supply.objects.get(external_id="P1").dossier == again
    assert Supply.objects.filter(external_id="P2").count() == 1
    undo_import_page(coordinator_client, later)
    assert read_records() == before, "with the supply that the later list took"
    undo_import_page(coordinator_client, first)
    assert not Dossier.objects.exists() and not Supply.objects.exists()


def test_each_list_that_wrote_a_supply_is_undone_after_the_supply_came_back(coordinator_client, lists):
    first = lists.apply(FULL)
    before = read_records()
    second = lists.apply(FULL | {"Beroep": "lasser"})
    address = delete(coordinator_client, Dossier.objects.get())
    later = lists.apply(FULL)
    coordinator_client.post(address)
    undo_import_page(coordinator_client, later)
    assert Supply.objects.get().values["profession"] == "lasser"
    undo_import_page(coordinator_client, second)
    assert read_records() == before
    undo_import_page(coordinator_client, first)
    assert not Dossier.objects.exists() and not Supply.objects.exists()


def test_a_lost_supply_does_not_come_back_if_the_list_that_gave_it_was_undone_before(coordinator_client, lists):
    make_dossier(given_name="Selam", family_name="Haile", date_of_birth=date(1990, 3, 12))
    run = lists.apply(FULL | {"Opmerkingen": "spreekt Frans"})
    address = delete(coordinator_client, Dossier.objects.get())
    later = lists.apply(FULL)
    coordinator_client.post(address)
    undo_import_page(coordinator_client, run)
    undo_import_page(coordinator_client, later)
    assert Dossier.objects.count() == 1 and not Supply.objects.exists()


def test_the_data_of_a_person_has_a_lost_supply_as_long_as_it_is_kept(coordinator_client, lists):
    lists.apply(FULL | {"Opmerkingen": "spreekt Frans"})
    dossier = Dossier.objects.get()
    address = delete(coordinator_client, dossier)
    later = lists.apply(FULL)
    coordinator_client.post(address)
    again = Dossier.objects.exclude(pk=dossier.pk).get()

    def read_file(dossier: Dossier) -> str:
        return text(coordinator_client.get(reverse("dossiers_person_file", args=[dossier.pk, "html"])))

    words = "kwam niet terug met het dossier: het nummer hoorde toen bij een ander dossier"
    [supplied] = read_file(dossier).split("Wat organisaties aanleverden")[1:]
    assert words in supplied and "P1" in supplied.split(words)[1] and "spreekt Frans" in supplied.split(words)[1]
    assert words not in read_file(again)
    undo_import_page(coordinator_client, later)
    assert words not in read_file(dossier) and dossier.supplies.exists()


def test_nothing_of_a_lost_supply_stays_when_its_person_is_forgotten(coordinator_client, lists):
    lists.apply(FULL)
    dossier = Dossier.objects.get()
    address = delete(coordinator_client, dossier)
    lists.apply(FULL)
    coordinator_client.post(address)
    assert "Haile" in str(Deletion.objects.values_list("records"))
    Dossier.objects.filter(pk=dossier.pk).update(status=Status.COMPLETED)
    anonymize_dossier(dossier.pk, None, "op verzoek")
    assert "Haile" not in str(Deletion.objects.values_list("records"))


@pytest.mark.parametrize("known", [False, True])
def test_the_undo_of_a_list_leaves_the_supply_that_another_dossier_has_by_now(coordinator_client, lists, known):
    """The list added the supply to a known person, or changed one that was there."""
    if known:
        lists.apply(FULL)
    else:
        make_dossier(given_name="Selam", family_name="Haile", date_of_birth=date(1990, 3, 12))
    run = lists.apply(FULL | {"Opmerkingen": "spreekt Frans"})
    dossier = Dossier.objects.get()
    address = delete(coordinator_client, dossier)
    lists.apply(FULL)
    coordinator_client.post(address)
    page = text(coordinator_client.get(import_url("_undo", run)))
    assert "zoals voor de import teruggezet: 1 dossier" in page and "De aanlevering van" not in page
    assert "De aanlevering van" not in text(undo_import_page(coordinator_client, run))
    dossier.refresh_from_db()
    assert dossier.notes == ""
    assert Supply.objects.get().dossier != dossier


def test_values_of_a_dossier_that_was_deleted_and_restored_come_back_with_the_undo(
    coordinator_client, coordinator, lists
):
    lists.apply(FULL)
    before = read_records()
    run = lists.apply(CHANGED)
    delete_and_restore(coordinator_client, Dossier.objects.get())
    undo_import_page(coordinator_client, run)
    assert read_records() == before


def test_what_was_typed_before_the_deletion_stays_as_it_does_without_one(coordinator_client, lists):
    run = lists.apply(OTHER)
    dossier = Dossier.objects.get()
    dossier.profession = "bakker"
    dossier.save()
    delete_and_restore(coordinator_client, dossier)
    page = text(coordinator_client.get(import_url("_undo", run)))
    assert "blijft geheel of deels staan: 1 dossier (daarna gewijzigd)" in page


def test_a_restored_dossier_goes_with_the_list_after_a_bulk_change_of_it_was_undone(coordinator_client, lists):
    run = lists.apply(OTHER)
    change = apply_change(coordinator_client, Dossier, "location", "Ens")
    delete_and_restore(coordinator_client, Dossier.objects.get())
    press(coordinator_client, change, "undo/")
    undo_import_page(coordinator_client, run)
    assert not Dossier.objects.exists()


def test_a_restored_dossier_is_not_absent_from_the_continuation_of_its_list(coordinator_client, coordinator, lists):
    wrong = {"Voornaam": "Tesfay", "Achternaam": "Woldu", "Geboortedatum": "99-99-1990"}
    run = lists.apply(OTHER, wrong, good_rows_only=True)
    delete_and_restore(coordinator_client, Dossier.objects.get())
    run.refresh_from_db()
    later = continue_run(run, coordinator)
    assert later
    staging.stage(later)
    assert [row.action for row in later.rows.all()] == ["error"]


def test_a_dossier_that_is_restored_after_the_undo_of_its_import_stays_and_both_pages_say_so(coordinator_client, lists):
    run = lists.apply(FULL, OTHER)
    address = delete(coordinator_client, Dossier.objects.get(given_name="Omar"))
    undo_import(run)
    page = text(coordinator_client.get(address))
    assert f"Deze import is daarna ongedaan gemaakt: {run.description}." in page
    coordinator_client.post(address)
    assert Dossier.objects.get().given_name == "Omar"
    page = text(coordinator_client.get(import_url("", run) + "?show=staying"))
    assert "bleef: was toen verwijderd, en is daarna teruggehaald" in page and "vergeten of verwijderd" not in page
    assert "blijft geheel of deels staan: 1 dossier" in page
    assert "zoals vóór deze import, behalve over 1 persoon die toen was verwijderd en daarna is teruggehaald" in page


def test_what_an_undone_list_left_in_a_dossier_that_was_deleted_meanwhile_is_of_no_user(coordinator_client, lists):
    values = OTHER | {"Opmerkingen": "spreekt Frans", "Sectoren": "Zorg"}
    run = lists.apply(values, FULL)
    address = delete(coordinator_client, Dossier.objects.get(given_name="Omar"))
    undo_import(run)
    coordinator_client.post(address)
    newer = lists.preview(values | {"Opmerkingen": "wil in de zorg"})
    assert "notes" in newer.rows.get().changes and find_open_question_about_older_values(newer) is None
    other = lists.preview(OTHER | {"Uren per week": "8", "Sectoren": "Bouw"}, organisation=WERKCORPORATIE)
    [sources] = NewerValues(other).find_sources(other.rows.all()).values()
    assert {name: source.author for name, source in sources.items()} == {"sectors": AZC}


def test_the_list_of_deletions_says_that_an_interest_can_not_come_back_without_the_employer_of_an_undone_list(
    coordinator_client, lists
):
    run = lists.apply(JOB, **INTERESTS)
    interest = EmployerInterest.objects.get()
    heading = interest.heading
    delete(coordinator_client, interest)
    assert "kan nu niet terug" not in list_terms(coordinator_client).values()
    undo_import_page(coordinator_client, run)
    assert list_terms(coordinator_client) == {heading: "kan nu niet terug"}


def test_an_interest_that_was_deleted_before_is_not_said_to_stay_until_it_is_restored(coordinator_client, lists):
    run = lists.apply(JOB, BAKERY, **INTERESTS)
    interest = EmployerInterest.objects.get(employer__company_name="Bakkerij")
    make_interest(employer=interest.employer)  # so that the employer stays
    address = delete(coordinator_client, interest)
    before = text(coordinator_client.get(import_url("_undo", run)))
    after = text(undo_import_page(coordinator_client, run))
    for page in (before, after):
        assert "blijft geheel of deels staan: 0 werkgeversinteresses" in page
        assert "al eerder verwijderd: 1 werkgeversinteresse" in page and "daarna verwijderd" not in page
    coordinator_client.post(address)
    page = text(coordinator_client.get(import_url("", run) + "?show=staying"))
    assert "De werkgeversinteresse bleef: was toen verwijderd, en is daarna teruggehaald" in page
    assert "blijft geheel of deels staan: 1 werkgeversinteresse" in page and "al eerder" not in page


def test_the_partner_reads_the_counts_of_the_list_again_after_everybody_in_it_was_restored(coordinator_client, lists):
    run = lists.apply(FULL, OTHER, by_partner=True)
    before = get_counts_for_sender(run)
    addresses = [delete(coordinator_client, dossier) for dossier in Dossier.objects.all()]
    run.refresh_from_db()
    assert not any(get_counts_for_sender(run).values())
    for address in addresses:
        coordinator_client.post(address)
    run.refresh_from_db()
    assert get_counts_for_sender(run) == before and run.forgotten_rows == 0


def test_a_line_of_a_deleted_dossier_comes_back_without_the_name_of_somebody_who_was_forgotten(
    coordinator_client, lists
):
    lists.apply(OTHER | {"Opmerkingen": "Nicht van Zarimah Qoltaxani"})
    dossier = Dossier.objects.get()
    dossier.notes = ""
    dossier.save()
    delete(coordinator_client, dossier)
    somebody = make_dossier(given_name="Zarimah", family_name="Qoltaxani", status=Status.COMPLETED)
    deletion = Deletion.objects.get()
    name, snapshots, rows = deletion.records[0]
    deletion.records = [[name, [part for part in snapshots if part[0] == "dossiers.Dossier"], rows]]
    deletion.save()
    assert "Qoltaxani" in str(deletion.records)
    anonymize_dossier(somebody.pk, None, "op verzoek")
    assert "Qoltaxani" not in str(Deletion.objects.get().records)
    coordinator_client.post(reverse("dossiers_deletion_undo", args=[deletion.pk]))
    assert Dossier.objects.get(pk=dossier.pk).notes == ""
    assert ImportRow.objects.get(target_id=dossier.pk).given["notes"] == "Nicht van …"


def test_a_deleted_own_field_goes_from_the_lines_of_a_deleted_dossier(coordinator_client, lists):
    field = OwnField.objects.create(record=RecordKind.DOSSIERS, label="Schoenmaat", kind=OwnField.Kind.TEXT)
    lists.apply(OTHER | {"Schoenmaat": "klein"})
    delete(coordinator_client, Dossier.objects.get())
    assert "klein" in str(Deletion.objects.get().records)
    field.delete()
    assert "klein" not in str(Deletion.objects.get().records)
