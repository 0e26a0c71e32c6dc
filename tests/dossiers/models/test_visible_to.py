"""Who sees which records: every way out asks this."""

import pytest
from django.contrib.auth.models import AnonymousUser

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun, InterestStatus, Organisation, Supply

from .factories import make_dossier, make_interest, make_sign_up

MODELS = (Dossier, Employer, EmployerInterest, Supply, ImportRun)


@pytest.fixture
def records(base_data) -> None:
    """Of each record one; a supply and an import of the AZC, and of the Werkcorporatie."""
    dossier = make_dossier()
    make_interest()
    for name in ("AZC Luttelgeest", "Werkcorporatie"):
        organisation = Organisation.objects.named(name)
        Supply.objects.create(dossier=dossier, organisation=organisation, external_id="P1")
        ImportRun.objects.create(record="dossiers", organisation=organisation, file_name="lijst.csv")


def seen_by(user) -> dict[str, int]:
    return {model.__name__: model.objects.visible_to(user).count() for model in MODELS}


@pytest.mark.parametrize("who", ["coordinator", "admin"])
def test_a_coordinator_sees_all(records, request, who):
    user = request.getfixturevalue(who)
    assert seen_by(user) == {"Dossier": 1, "Employer": 1, "EmployerInterest": 1, "Supply": 2, "ImportRun": 2}


def test_a_partner_sees_what_their_own_organisation_sent_and_no_record(records, partner):
    assert seen_by(partner) == {"Dossier": 0, "Employer": 0, "EmployerInterest": 0, "Supply": 1, "ImportRun": 1}
    assert Supply.objects.visible_to(partner).get().organisation.name == "AZC Luttelgeest"
    assert ImportRun.objects.visible_to(partner).get().organisation.name == "AZC Luttelgeest"


@pytest.mark.parametrize("who", ["editor", "reader"])
def test_communications_and_readers_see_nobody(records, request, who):
    assert set(seen_by(request.getfixturevalue(who)).values()) == {0}


def test_who_is_not_logged_in_sees_nobody(records):
    assert set(seen_by(AnonymousUser()).values()) == {0}


@pytest.mark.parametrize("who", ["coordinator", "partner", "admin"])
def test_who_left_sees_nobody(records, request, who):
    user = request.getfixturevalue(who)
    user.is_active = False
    user.save()
    assert set(seen_by(user).values()) == {0}


def test_who_was_only_given_the_employers_sees_no_candidate(records, reader):
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Permission

    reader.user_permissions.add(Permission.objects.get(codename="view_employer"))
    again = get_user_model().objects.get(pk=reader.pk)
    assert seen_by(again) == {"Dossier": 0, "Employer": 1, "EmployerInterest": 0, "Supply": 0, "ImportRun": 0}


@pytest.mark.parametrize("who", ["coordinator", "admin"])
def test_a_sign_up_that_its_sender_did_not_confirm_shows_nowhere(base_data, request, who):
    confirmed = make_sign_up()
    make_sign_up(status=InterestStatus.UNCONFIRMED)
    taken_over = make_interest()
    user = request.getfixturevalue(who)
    assert set(EmployerInterest.objects.visible_to(user)) == {confirmed, taken_over}
    assert set(EmployerInterest.objects.confirmed()) == {confirmed, taken_over}
    assert list(EmployerInterest.objects.to_take_over()) == [confirmed]


def test_an_unconfirmed_interest_is_counted_with_no_employer(base_data):
    interest = make_interest()
    make_interest(employer=interest.employer, status=InterestStatus.UNCONFIRMED)
    assert Employer.objects.with_interest_counts().get().interest_count == 1


def test_an_employer_without_interests_counts_none(base_data):
    make_interest().delete()
    assert Employer.objects.with_interest_counts().get().interest_count == 0
