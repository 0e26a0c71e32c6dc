"""The records that each role sees; every page, export and API uses this."""

import pytest
from django.contrib.auth.models import AnonymousUser

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun, InterestStatus, Organisation, Supply

from .factories import make_dossier, make_interest, make_sign_up

MODELS = (Dossier, Employer, EmployerInterest, Supply, ImportRun)


@pytest.fixture
def records(base_data) -> None:
    """A record of each model, with supplies and imports of the AZC and of the Werkcorporatie."""
    dossier = make_dossier()
    make_interest()
    for name in ("AZC Luttelgeest", "Werkcorporatie"):
        organisation = Organisation.objects.named(name)
        Supply.objects.create(dossier=dossier, organisation=organisation, external_id="P1")
        ImportRun.objects.create(record="dossiers", organisation=organisation, file_name="lijst.csv")


def count_visible(user) -> dict[str, int]:
    return {model.__name__: model.objects.visible_to(user).count() for model in MODELS}


@pytest.mark.parametrize("role", ["coordinator", "admin"])
def test_coordinators_and_administrators_see_all_records(records, request, role):
    user = request.getfixturevalue(role)
    assert count_visible(user) == {"Dossier": 1, "Employer": 1, "EmployerInterest": 1, "Supply": 2, "ImportRun": 2}


def test_a_partner_sees_only_supplies_and_imports_of_their_own_organisation(records, partner):
    assert count_visible(partner) == {"Dossier": 0, "Employer": 0, "EmployerInterest": 0, "Supply": 1, "ImportRun": 1}
    assert Supply.objects.visible_to(partner).get().organisation.name == "AZC Luttelgeest"
    assert ImportRun.objects.visible_to(partner).get().organisation.name == "AZC Luttelgeest"


@pytest.mark.parametrize("role", ["editor", "reader"])
def test_communications_and_readers_see_no_records(records, request, role):
    assert set(count_visible(request.getfixturevalue(role)).values()) == {0}


def test_an_anonymous_visitor_sees_no_records(records):
    assert set(count_visible(AnonymousUser()).values()) == {0}


@pytest.mark.parametrize("role", ["coordinator", "partner", "admin"])
def test_an_inactive_user_sees_no_records(records, request, role):
    user = request.getfixturevalue(role)
    user.is_active = False
    user.save()
    assert set(count_visible(user).values()) == {0}


def test_a_user_with_only_the_employer_permission_sees_no_candidates(records, reader):
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Permission

    reader.user_permissions.add(Permission.objects.get(codename="view_employer"))
    user = get_user_model().objects.get(pk=reader.pk)
    assert count_visible(user) == {"Dossier": 0, "Employer": 1, "EmployerInterest": 0, "Supply": 0, "ImportRun": 0}


@pytest.mark.parametrize("role", ["coordinator", "admin"])
def test_an_unconfirmed_sign_up_is_visible_to_nobody(base_data, request, role):
    confirmed = make_sign_up()
    make_sign_up(status=InterestStatus.UNCONFIRMED)
    taken_over = make_interest()
    user = request.getfixturevalue(role)
    assert set(EmployerInterest.objects.visible_to(user)) == {confirmed, taken_over}
    assert set(EmployerInterest.objects.confirmed()) == {confirmed, taken_over}
    assert list(EmployerInterest.objects.to_take_over()) == [confirmed]


def test_an_unconfirmed_interest_is_not_counted_for_its_employer(base_data):
    interest = make_interest()
    make_interest(employer=interest.employer, status=InterestStatus.UNCONFIRMED)
    assert Employer.objects.with_interest_counts().get().interest_count == 1


def test_an_employer_without_interests_has_a_count_of_zero(base_data):
    make_interest().delete()
    assert Employer.objects.with_interest_counts().get().interest_count == 0
