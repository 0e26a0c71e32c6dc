"""An organisation's own number for somebody."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from dossiers.models import ImportProfile, Organisation, Supply

from .factories import make_dossier


@pytest.fixture
def azc(base_data) -> Organisation:
    return Organisation.objects.named("azc luttelgeest ")


def test_a_number_belongs_to_one_person_within_an_organisation(azc):
    Supply.objects.create(dossier=make_dossier(), organisation=azc, external_id="P1")
    double = Supply(dossier=make_dossier(), organisation=azc, external_id="P1")
    with pytest.raises(ValidationError, match="nummer"):
        double.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        double.save()


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


def test_one_person_can_be_supplied_by_several(azc):
    dossier = make_dossier()
    for organisation in Organisation.objects.all():
        Supply.objects.create(dossier=dossier, organisation=organisation, external_id="P1")
    assert dossier.supplies.count() == 3


def test_it_is_called_by_its_organisation_and_number(azc):
    assert str(Supply(organisation=azc, external_id="P1")) == "AZC Luttelgeest (P1)"
    assert str(Supply(organisation=azc)) == "AZC Luttelgeest"


def test_it_goes_with_its_dossier_and_keeps_its_organisation_from_going(azc):
    supply = Supply.objects.create(dossier=make_dossier(), organisation=azc)
    with pytest.raises(ProtectedError):
        azc.delete()
    supply.dossier.delete()
    azc.delete()
    assert not Organisation.objects.filter(name="AZC Luttelgeest").exists()


@pytest.mark.parametrize("sender", [True, False])
def test_what_is_remembered_of_lists_is_one_profile_a_sender(azc, sender):
    organisation = azc if sender else None
    ImportProfile.objects.create(name="Een", record="dossiers", organisation=organisation)
    with pytest.raises(ValidationError):
        ImportProfile(name="Twee", record="dossiers", organisation=organisation).full_clean()
    ImportProfile(name="Twee", record="employer_interest", organisation=organisation).full_clean()
