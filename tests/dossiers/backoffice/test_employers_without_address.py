"""An employer can be noted with a telephone number alone: who calls may have no e-mail address at hand."""

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.backoffice.activity.subjects import get_edit_url, get_mail_url, get_record_url
from dossiers.backoffice.placements.routes import placement_url
from dossiers.figures import BY_NAME, Scope
from dossiers.forgetting.anonymize import FORGOTTEN
from dossiers.forgetting.employers import Contact, anonymize_contact
from dossiers.models import ContactMoment, Employer, EmployerInterest, InterestStatus

from ..models.factories import make_employer, make_interest, make_sign_up
from ..models.placements import make_placement, today
from .pages import form_data, raw, text, url

OFFER = "/beheer/offers/new/"
FARMER = {"company_name": "Maatschap Verzonnen", "contact_name": "Klaas Veld"}
CALL = {f"employer-{name}": value for name, value in FARMER.items()} | {"interest-work_description": "Bollen pellen"}
REACH_NOBODY = "Vul een telefoonnummer of een e-mailadres in. Zonder een van beide kan niemand deze werkgever bereiken."


@pytest.fixture
def farmer(base_data) -> Employer:
    return make_employer(**FARMER, phone="+31527612345", email="")


def send_offer(client, **values):
    return client.post(OFFER, form_data(client.get(OFFER)) | values, follow=True)


def send_employer(client, employer, **values):
    address = url(Employer, "edit", employer.pk)
    return client.post(address, form_data(client.get(address)) | values)


@pytest.mark.parametrize("contact", [{"phone": "0527 612 345"}, {"email": "klaas@veld.example"}])
def test_an_employer_who_calls_is_noted_with_a_number_or_an_address(coordinator_client, base_data, contact):
    send_offer(coordinator_client, **CALL, **{f"employer-{name}": value for name, value in contact.items()})
    employer = EmployerInterest.objects.get().employer
    assert (employer.phone, employer.email) == ("+31527612345" if "phone" in contact else "", contact.get("email", ""))


def test_an_employer_whom_nothing_reaches_is_refused_beside_the_field(coordinator_client, base_data):
    page = send_offer(coordinator_client, **CALL)
    assert page.context["form"].errors == {"employer-phone": [REACH_NOBODY]} and REACH_NOBODY in text(page)
    assert not Employer.objects.exists()


def test_a_number_that_is_none_is_the_only_error(coordinator_client, base_data):
    errors = send_offer(coordinator_client, **CALL, **{"employer-phone": "geen"}).context["form"].errors
    assert list(errors) == ["employer-phone"] and REACH_NOBODY not in str(errors)


def test_the_last_number_stays(coordinator_client, farmer):
    page = send_employer(coordinator_client, farmer, phone="")
    assert page.context["form"].errors == {"phone": [REACH_NOBODY]}
    assert send_employer(coordinator_client, farmer, phone="", email="klaas@veld.example").status_code == 302


def test_the_place_of_an_employer_who_came_without_both_can_be_corrected(coordinator_client, base_data):
    employer = make_employer(**FARMER, email="")
    assert send_employer(coordinator_client, employer, city="Ens").status_code == 302
    employer.refresh_from_db()
    assert employer.city == "Ens"


def test_two_employers_without_an_address_are_not_similar(coordinator_client, farmer):
    new = CALL | {"employer-company_name": "Tuinderij Elders", "employer-phone": "0527 600 000"}
    send_offer(coordinator_client, **new)
    assert Employer.objects.count() == 2


def test_the_page_says_why_there_is_no_mail_and_where_the_number_is(coordinator_client, farmer):
    interest = make_interest(employer=farmer)
    for record in (farmer, interest):
        page = raw(coordinator_client.get(get_record_url(record)))
        assert 'href="tel:+31527612345"' in page and "mailto:" not in page
        assert get_mail_url(record) not in page and "Mailen kan nog niet: er is geen e-mailadres." in page
        assert f'href="{get_edit_url(farmer)}">Adres invullen' in page


def test_a_proposal_is_told_by_telephone(coordinator_client, farmer):
    placement = make_placement(interest=make_interest(employer=farmer))
    page = coordinator_client.get(placement_url(placement, "tell"))
    assert "0527 612 345" in text(page) and get_mail_url(placement, to="employer") not in raw(page)
    mail = text(coordinator_client.get(get_mail_url(placement, to="employer")))
    assert "Er is geen e-mailadres van Klaas Veld." in mail


def test_who_signs_up_later_is_the_employer_with_that_number(coordinator_client, farmer):
    given = {**FARMER, "phone": farmer.phone, "email": "klaas@veld.example", "city": "Ens"}
    interest = make_sign_up(given=given)
    assert interest.find_matching_employer() == farmer
    interest.take_over()
    farmer.refresh_from_db()
    assert (farmer.email, farmer.city) == ("klaas@veld.example", "Ens")


@pytest.mark.parametrize("given", [{"phone": "+31527600000"}, {"contact_name": "Piet Kavel"}])
def test_who_signs_up_with_another_number_or_name_is_another_employer(farmer, given):
    interest = make_sign_up(given={**FARMER, "email": "klaas@veld.example"} | given)
    assert interest.find_matching_employer() is None


def test_a_sign_up_replaces_nothing_of_another_contact_of_the_company(base_data):
    farmer = make_employer(**FARMER, phone="+31527612345", email="", kvk_number="90000999")
    make_sign_up(given={"company_name": "Maatschap", "kvk_number": "90000999", "email": "piet@veld.example",
                        "phone": "+31527600000", "contact_name": "Piet Kavel"}).take_over()  # fmt: skip
    farmer.refresh_from_db()
    assert (farmer.contact_name, farmer.phone, farmer.email) == ("Klaas Veld", "+31527612345", "")


def test_a_contact_without_an_address_can_be_forgotten(coordinator_client, farmer):
    forget = reverse("dossiers_forget_contact", args=[farmer.pk])
    assert forget in raw(coordinator_client.get(get_record_url(farmer)))
    anonymize_contact(farmer)
    farmer.refresh_from_db()
    assert (farmer.contact_name, farmer.phone) == (str(FORGOTTEN), "")
    assert forget not in raw(coordinator_client.get(get_record_url(farmer)))


@pytest.mark.parametrize(("phone", "number"), [("+31527612345", 1), ("+31527600000", 0)])
def test_a_talk_with_who_signed_up_by_that_number_counts(farmer, phone, number):
    make_sign_up(
        employer=farmer, status=InterestStatus.NEW, given={"phone": phone, "email": "klaas@veld.example"},
        confirmed_at=timezone.now(),
    )  # fmt: skip
    ContactMoment.objects.create(employer=farmer, kind=ContactMoment.Kind.CALL, held_on=today(), text="Gebeld")
    assert BY_NAME["spoken_with"](Scope(today())).number == number


def test_an_employer_without_a_contact_is_noted_and_addressed_by_the_company(coordinator_client, base_data):
    contact = {"employer-contact_name": "", "employer-email": "info@veld.example"}
    send_offer(coordinator_client, **CALL | contact)
    interest = EmployerInterest.objects.get()
    assert interest.employer.contact_name == ""
    for record in (interest.employer, interest):
        page = raw(coordinator_client.get(get_record_url(record)))
        contact = page.split('class="record-contact"')[1].split("</p>")[0]
        assert "mailto:info@veld.example" in contact and "<strong>" not in contact
    page = coordinator_client.get(get_mail_url(interest))
    assert "Beste Maatschap Verzonnen," in page.context["form"].initial["text"]
    assert "Maatschap Verzonnen (Maatschap Verzonnen)" not in text(page)
    assert coordinator_client.get(url(Employer, "list")).status_code == 200


def test_employers_without_a_contact_are_no_namesakes(base_data):
    employer, other = (make_employer(company_name=name, contact_name="") for name in ("Kas", "Veld"))
    assert not Contact.of(employer).has_namesake_at("dossiers.ContactMoment", ContactMoment(employer=other))
