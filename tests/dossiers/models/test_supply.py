"""Supplies: the number that an organisation has for a person."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from dossiers.models import ContactMoment, ImportProfile, Organisation, Supply
from dossiers.models.dossiers.conversations import record_talk

from .factories import make_dossier


@pytest.fixture
def azc(base_data) -> Organisation:
    return Organisation.objects.named("azc luttelgeest ")


def test_a_number_belongs_to_one_person_within_an_organisation(azc):
    Supply.objects.create(dossier=make_dossier(), organisation=azc, external_id="P1")
    duplicate = Supply(dossier=make_dossier(), organisation=azc, external_id="P1")
    with pytest.raises(ValidationError, match="nummer"):
        duplicate.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        duplicate.save()


def test_another_organisation_may_use_the_same_number(azc):
    Supply.objects.create(dossier=make_dossier(), organisation=azc, external_id="P1")
    other = Organisation.objects.named("Werkcorporatie")
    Supply(dossier=make_dossier(), organisation=other, external_id="P1").full_clean()


def test_many_people_may_have_no_number(azc):
    for _person in range(2):
        supply = Supply(dossier=make_dossier(), organisation=azc)
        supply.full_clean()
        supply.save()
    assert azc.supplies.count() == 2


def test_a_person_can_be_supplied_by_several_organisations(azc):
    dossier = make_dossier()
    for organisation in Organisation.objects.all():
        Supply.objects.create(dossier=dossier, organisation=organisation, external_id="P1")
    assert dossier.supplies.count() == 3


def test_the_text_of_a_supply_is_its_organisation_and_number(azc):
    assert str(Supply(organisation=azc, external_id="P1")) == "AZC Luttelgeest (P1)"
    assert str(Supply(organisation=azc)) == "AZC Luttelgeest"


def test_a_supply_is_deleted_with_its_dossier_and_protects_its_organisation(azc):
    supply = Supply.objects.create(dossier=make_dossier(), organisation=azc)
    with pytest.raises(ProtectedError):
        azc.delete()
    supply.dossier.delete()
    azc.delete()
    assert not Organisation.objects.filter(name="AZC Luttelgeest").exists()


@pytest.mark.parametrize("sender", [True, False])
def test_each_sender_has_one_import_profile_per_record(azc, sender):
    organisation = azc if sender else None
    ImportProfile.objects.create(name="Een", record="dossiers", organisation=organisation)
    with pytest.raises(ValidationError):
        ImportProfile(name="Twee", record="dossiers", organisation=organisation).full_clean()
    ImportProfile(name="Twee", record="employer_interest", organisation=organisation).full_clean()


def test_a_planned_talk_is_to_come_until_it_is_recorded_as_held(azc, coordinator):
    today = timezone.localdate()
    dossier = make_dossier(expectation_talk_on=today)
    Supply.objects.create(dossier=dossier, organisation=azc)
    later = make_dossier(expectation_talk_on=today + timedelta(days=2))
    Supply.objects.create(dossier=later, organisation=azc)

    def find_talks() -> set:
        return set(Supply.objects.with_progress(today).values_list("dossier", "talk_on"))

    assert find_talks() == {(dossier.pk, today), (later.pk, today + timedelta(days=2))}
    held = {"held_on": today, "user": coordinator}
    record_talk(ContactMoment(dossier=dossier, text="Uitgelegd wat meedoen betekent.", **held), expectation=True)
    assert find_talks() == {(dossier.pk, None), (later.pk, today + timedelta(days=2))}
    record_talk(ContactMoment(dossier=later, text="Gebeld of de afspraak doorgaat.", **held))
    assert find_talks() == {(dossier.pk, None), (later.pk, today + timedelta(days=2))}
