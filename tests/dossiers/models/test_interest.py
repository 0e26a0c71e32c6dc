"""Interests of employers, and the takeover of sign-ups."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from dossiers.models import Employer, EmployerInterest

from .factories import CONTACT, make_employer, make_interest, make_sign_up


@pytest.mark.parametrize(("positions", "fits"), [(0, False), (1, True), (500, True), (501, False)])
def test_positions_are_between_1_and_500(db, positions, fits):
    interest = EmployerInterest(employer=make_employer(), positions=positions)
    try:
        interest.full_clean()
    except ValidationError as refusal:
        assert set(refusal.message_dict) == {"positions"}
        assert not fits
    else:
        assert fits


def test_the_last_day_is_not_before_the_first(db):
    first, last = date(2026, 7, 1), date(2026, 6, 30)
    with pytest.raises(ValidationError) as refusal:
        EmployerInterest(employer=make_employer(), start_date=first, end_date=last).full_clean()
    assert set(refusal.value.message_dict) == {"end_date"}
    EmployerInterest(employer=make_employer(), start_date=first, end_date=first).full_clean()
    EmployerInterest(employer=make_employer(), end_date=last).full_clean()


# Taking over


def test_taking_over_a_sign_up_creates_an_employer_from_its_contact(base_data):
    interest = make_sign_up(given={"sector": "Landbouw"})
    employer = interest.take_over()
    interest.refresh_from_db()
    assert interest.employer == employer == Employer.objects.get()
    assert {name: getattr(employer, name) for name in CONTACT} == CONTACT
    assert employer.sector.name == "Landbouw"


def test_taking_over_links_the_employer_with_the_same_kvk_number_and_leaves_it_unchanged(db):
    known = make_employer(kvk_number="90000999", company_name="Plukkerij", email="info@example.org")
    assert make_sign_up().take_over() == known
    known.refresh_from_db()
    assert (known.company_name, known.email) == ("Plukkerij", "info@example.org")
    assert Employer.objects.count() == 1


def test_taking_over_without_a_kvk_number_finds_the_employer_by_name_and_e_mail(db):
    known = make_employer(company_name="PLUKKERIJ voorbeeld", email="henk@example.org")
    assert make_sign_up(given={"kvk_number": ""}).take_over() == known


def test_taking_over_fills_in_what_the_employer_lacks_and_replaces_nothing(db):
    known = make_employer(company_name="Plukkerij Voorbeeld", email="henk@example.org", contact_name="H. de Fictie")
    sign_up = make_sign_up()
    assert sign_up.take_over() == known
    known.refresh_from_db()
    assert {name: getattr(known, name) for name in CONTACT} == CONTACT | {"contact_name": "H. de Fictie"}
    make_sign_up(given={"phone": "+31527000999", "postcode": "8300 AA", "city": "Emmeloord"}).take_over()
    assert Employer.objects.get().phone == CONTACT["phone"] and Employer.objects.get().city == CONTACT["city"]


def test_taking_over_fills_in_nothing_of_somebody_else_than_the_contact_of_the_employer(db):
    known = make_employer(kvk_number="90000999", email="info@example.org")
    make_sign_up().take_over()
    known.refresh_from_db()
    assert (known.phone, known.postcode, known.city, known.history.count()) == ("", "", "", 1)


@pytest.mark.parametrize("different", [{"company_name": "Anders"}, {"email": "anders@example.org"}])
def test_an_employer_with_only_the_same_name_or_e_mail_is_another_employer(db, different):
    make_employer(**{"company_name": "Plukkerij Voorbeeld", "email": "henk@example.org"} | different)
    make_sign_up(given={"kvk_number": ""}).take_over()
    assert Employer.objects.count() == 2


def test_an_employer_with_another_kvk_number_is_another_employer(db):
    make_employer(company_name="Plukkerij Voorbeeld", email="henk@example.org", kvk_number="90000111")
    make_sign_up().take_over()
    assert Employer.objects.count() == 2


@pytest.mark.parametrize("invalid_contact", [{"company_name": ""}, {"email": "geen mail"}, {"phone": "geen"}])
def test_an_invalid_contact_is_refused_and_creates_no_employer(db, invalid_contact):
    interest = make_sign_up(given={"kvk_number": ""} | invalid_contact)
    with pytest.raises(ValidationError):
        interest.take_over()
    interest.refresh_from_db()
    assert interest.employer is None
    assert not Employer.objects.exists()


def test_the_company_name_comes_from_the_sign_up_until_it_is_taken_over(db):
    interest = make_sign_up()
    assert interest.company_name == "Plukkerij Voorbeeld"
    make_employer(kvk_number="90000999", company_name="Plukkerij")
    interest.take_over()
    assert interest.company_name == "Plukkerij"
    assert interest.heading == f"{interest.reference} · Plukkerij"


# Employers


def test_a_kvk_number_is_unique_and_several_employers_may_have_none(db):
    make_employer(kvk_number="90000001")
    make_employer()
    make_employer()
    duplicate = Employer(company_name="Kas", contact_name="Anneke", email="kas@example.org", kvk_number="90000001")
    with pytest.raises(ValidationError, match="KvK"):
        duplicate.full_clean()


def test_deleting_an_employer_deletes_its_interests(db):
    interest = make_interest()
    interest.employer.delete()
    assert not EmployerInterest.objects.exists()
