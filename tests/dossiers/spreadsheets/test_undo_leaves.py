"""An undo does not revert later changes by users and other imports, and reports them."""

import pytest

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun, Organisation, Sector, Supply
from dossiers.models.merges.reassign import find_foreign_keys
from dossiers.spreadsheets.undo.plan import Plan
from dossiers.spreadsheets.undo.reasons import reason_text

from ..models.factories import make_interest
from .imports import AZC, PERSON, WERKCORPORATIE, Lists
from .undo import FULL, INTERESTS, JOB, NUMBERED, OTHER, get_kept_reasons, undo_import, undo_refused


def test_a_created_dossier_edited_since_is_not_deleted(lists: Lists) -> None:
    run = lists.apply(NUMBERED, OTHER)
    dossier = Dossier.objects.get(given_name="Selam")
    dossier.notes = "Belde vandaag"
    dossier.save()
    undo_import(run)
    assert get_kept_reasons(run) == {2: {"record": ["edited"]}}
    assert [d.given_name for d in Dossier.objects.all()] == ["Selam"]
    assert not Supply.objects.exists(), "only the import that was undone said that the organisation knows this person"


def test_a_created_dossier_supplied_by_another_organisation_since_is_not_deleted(lists: Lists) -> None:
    run = lists.apply(NUMBERED, OTHER)
    Supply.objects.create(
        dossier=Dossier.objects.get(given_name="Selam"), organisation=Organisation.objects.named(WERKCORPORATIE)
    )
    undo_import(run)
    assert get_kept_reasons(run) == {2: {"record": ["supplied_by_other"]}} and Dossier.objects.count() == 1
    kept_row = run.rows.get(line=2)
    assert Plan.from_undone(run).loses_supply(kept_row)
    assert reason_text("supplied_by_other") == "ook door een andere organisatie aangeleverd"
    assert Supply.objects.get().organisation.name == WERKCORPORATIE
    step = Dossier.objects.get().history.first()
    assert (step.history_change_reason, step.import_run) == ("Import ongedaan gemaakt: aanlevering verwijderd", run)


def test_a_created_dossier_in_a_later_import_is_not_deleted(lists: Lists) -> None:
    run = lists.apply(NUMBERED, OTHER)
    lists.apply(NUMBERED, OTHER | {"Extern nummer": "P9", "Voornaam": "Ander", "Achternaam": "Mens"})
    undo_import(run)
    assert get_kept_reasons(run)[2]["record"] == ["imported", "supplied_by_same"] and 3 not in get_kept_reasons(run)
    assert reason_text("supplied_by_same") == "ook in een andere lijst van dezelfde organisatie aangeleverd"
    assert not Plan.from_undone(run).loses_supply(run.rows.get(line=2)), "it was supplied again since"
    assert Dossier.objects.get(given_name="Selam").history.first().history_change_reason is None
    assert sorted(d.given_name for d in Dossier.objects.all()) == ["Ander", "Selam"]


def test_every_foreign_key_to_a_record_prevents_its_deletion() -> None:
    """The history and the many-to-many rows of the record itself do not count."""
    pointing = {field.model.__name__ for field in find_foreign_keys(Employer)}
    assert pointing == {"EmployerInterest", "Finding", "ContactMoment", "FollowUp", "Expense"}
    assert {field.model.__name__ for field in find_foreign_keys(Dossier)} >= {"Supply"}
    assert Dossier.sectors.through not in [field.model for field in find_foreign_keys(Dossier)]
    assert Dossier.sectors.through in [field.model for field in find_foreign_keys(Sector)]


def test_a_created_employer_with_another_interest_is_not_deleted(lists: Lists) -> None:
    run = lists.apply(JOB, **INTERESTS)
    mine = make_interest(employer=Employer.objects.get())
    undo_import(run)
    assert get_kept_reasons(run) == {2: {"employer": ["dossiers.employerinterest"]}}
    assert EmployerInterest.objects.get() == mine


def test_a_value_edited_since_is_not_restored_but_the_others_are(lists: Lists, coordinator) -> None:
    lists.apply(FULL)
    run = lists.apply(FULL | {"Beroep": "lasser", "Sectoren": "Techniek", "Uren per week": "20"})
    dossier = Dossier.objects.get()
    dossier.profession = "bakker"
    dossier.save()
    dossier.sectors.add(Sector.objects.get(name="Zorg"))
    undo_import(run)
    assert get_kept_reasons(run) == {2: {"profession": ["edited"], "sectors": ["edited"]}}
    dossier.refresh_from_db()
    assert (dossier.profession, dossier.hours_per_week) == ("bakker", 36)
    assert sorted(dossier.sectors.values_list("name", flat=True)) == ["Techniek", "Zorg"]


def test_a_value_changed_by_a_later_import_is_not_restored_and_is_reported(lists: Lists, coordinator) -> None:
    lists.apply(FULL)
    run = lists.apply(FULL | {"Beroep": "lasser", "Uren per week": "20"})
    lists.apply(NUMBERED | {"Beroep": "bakker"})
    undo_import(run)
    assert get_kept_reasons(run) == {2: {"profession": ["edited"], "supply": ["renewed"]}}
    dossier = Dossier.objects.get()
    assert (dossier.profession, dossier.hours_per_week) == ("bakker", 36)
    assert Supply.objects.get().values["profession"] == "bakker"


@pytest.mark.parametrize("sender", [AZC, WERKCORPORATIE])
def test_a_value_that_a_later_import_gave_too_is_not_restored(lists: Lists, sender: str) -> None:
    lists.apply(NUMBERED)
    run = lists.apply(NUMBERED | {"Niveau Nederlands": "A2", "Achternaam": "de Hayle", "Beroep": "kok"})
    repeated = PERSON | {"Niveau Nederlands": "A2", "Achternaam": "de Hayle"}
    later = lists.apply(repeated | {"Uren per week": "20"}, organisation=sender)
    undo_import(run)
    kept = {"dutch_level": ["imported"], "family_name": ["imported"], "name_prefix": ["imported"]}
    assert get_kept_reasons(run)[2] == kept | ({"supply": ["renewed"]} if sender == AZC else {})
    dossier = Dossier.objects.get()
    assert (dossier.dutch_level, dossier.name_prefix, dossier.profession) == ("A2", "de", "")
    assert later.state == ImportRun.State.APPLIED and dossier.hours_per_week == 20


def test_a_value_that_only_an_undone_import_gave_too_is_restored(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.apply(NUMBERED | {"Niveau Nederlands": "A2"})
    undo_import(lists.apply(NUMBERED | {"Niveau Nederlands": "A2", "Uren per week": "20"}))
    undo_import(run)
    assert get_kept_reasons(run) == {} and Dossier.objects.get().dutch_level == ""


def test_a_remark_that_a_later_import_gave_too_is_not_removed(lists: Lists) -> None:
    lists.apply(NUMBERED | {"Opmerkingen": "Komt uit Damascus"})
    other = PERSON | {"Opmerkingen": "Zoekt werk"}
    run = lists.apply(other | {"Beroep": "kok"}, organisation=WERKCORPORATIE)
    lists.apply(other, organisation=WERKCORPORATIE)
    undo_import(run)
    assert get_kept_reasons(run)[2]["notes"] == ["imported"]
    assert Dossier.objects.get().notes == "Komt uit Damascus\nZoekt werk" and not Dossier.objects.get().profession


def test_a_value_of_an_employer_that_a_later_import_gave_too_is_not_restored(lists: Lists) -> None:
    lists.apply(JOB, **INTERESTS)
    run = lists.apply(JOB | {"Plaats": "Ens", "Postcode": "8311bf"}, **INTERESTS)
    lists.apply(JOB | {"Plaats": "Ens"}, **INTERESTS)
    undo_import(run)
    employer = Employer.objects.get()
    assert (employer.city, employer.postcode) == ("Ens", "") and get_kept_reasons(run) == {2: {"city": ["imported"]}}


def test_an_edited_value_of_an_employer_is_not_restored(lists: Lists) -> None:
    lists.apply(JOB, **INTERESTS)
    run = lists.apply(JOB | {"Plaats": "Ens", "Postcode": "8311bf"}, **INTERESTS)
    employer = Employer.objects.get()
    employer.city = "Urk"
    employer.save()
    undo_import(run)
    employer.refresh_from_db()
    assert (employer.city, employer.postcode) == ("Urk", "") and get_kept_reasons(run) == {2: {"city": ["edited"]}}


def test_a_kvk_number_taken_by_another_employer_is_not_restored(lists: Lists) -> None:
    lists.apply(JOB, **INTERESTS)
    reference = EmployerInterest.objects.get().reference
    run = lists.apply({"Referentie": reference, "KvK": "76543210"}, **INTERESTS)
    Employer.objects.create(company_name="Kas", contact_name="Bo", email="b@example.org", kvk_number="01234567")
    assert undo_refused(run) == {2: {"kvk_number": ["taken"]}}
    assert Employer.objects.get(company_name="Kwekerij").kvk_number == "76543210"


def test_a_deleted_record_does_not_stop_the_undo(lists: Lists, coordinator) -> None:
    lists.apply(FULL, OTHER)
    run = lists.apply(FULL | {"Beroep": "lasser", "Sectoren": "Zorg"}, OTHER | {"Beroep": "kok"})
    Dossier.objects.get(given_name="Selam").delete()
    undo_import(run)
    assert get_kept_reasons(run) == {2: {"record": ["gone"]}} and Dossier.objects.get().profession == ""


def test_a_former_sector_that_was_renamed_is_reported(lists: Lists, coordinator) -> None:
    lists.apply(FULL)
    run = lists.apply(FULL | {"Sectoren": "Techniek", "Beroep": "lasser"})
    Sector.objects.filter(name="Zorg").update(name="Zorg en welzijn")
    undo_import(run)
    assert get_kept_reasons(run) == {2: {"sectors": ["unknown"]}} and Dossier.objects.get().profession == "kok"
