"""The contact of a deleted employer or sign-up is found by name, e-mail address or telephone, and forgotten at once."""

from datetime import date

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from dates.format import format_date
from dossiers.forgetting.former_contacts import find_former_contacts
from dossiers.models import ContactMoment, Deletion, Dossier, Employer, EmployerInterest, FollowUp

from ..backoffice.bulk import apply_change
from ..backoffice.pages import text, url
from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from ..models.merges import merge_dossiers
from ..models.placements import today
from ..spreadsheets.imports import Lists
from ..spreadsheets.undo import INTERESTS, JOB, undo_import
from ..text_search import find_in_files, find_in_tables

pytestmark = pytest.mark.usefixtures("base_data")

CONTACT = {"contact_name": "Sjoukje Hoekstra", "email": "sjoukje@kas.example", "phone": "+31612345675"}
MARKS = ["Sjoukje", "Hoekstra", "sjoukje@", "12345675"]
TYPED = {"given_name": "Sjoukje", "family_name": "Hoekstra"}
NOTHING = "Niets gevonden bij wat u hebt ingevuld"


def find_person(client, **values: str):
    return client.post(reverse("dossiers_find_deleted"), values, follow=True)


def forget(client, response, answer: str = "replace"):
    """Forget the contact on its page, with one answer about each text that names it, and return the next page."""
    answers = {mention.key: answer for mention in response.context["form"].mentions}
    return client.post(response.request["PATH_INFO"], answers, follow=True)


def delete(client, record):
    client.post(url(type(record), "delete", record.pk))
    assert not type(record).objects.filter(pk=record.pk).exists()
    return record


def delete_employer(client, **fields) -> Employer:
    return delete(client, make_employer(company_name="Kas aan de Vaart", **CONTACT | fields))


@pytest.mark.parametrize(
    "typed",
    [
        TYPED,
        {"given_name": "hoekstra", "family_name": "SJÔUKJE"},
        {"given_name": "Sjoukje Hoekstra"},
        {"email": "Sjoukje@Kas.example "},
        {"phone": "06-1234 5675"},
        {"phone": "0031 (0)6 12345675"},
        {"given_name": "Iemand", "family_name": "Anders", "email": "sjoukje@kas.example"},
    ],
)
def test_the_contact_of_a_deleted_employer_is_found_by_name_or_address_or_telephone(coordinator_client, typed):
    delete_employer(coordinator_client)
    page = text(find_person(coordinator_client, **typed))
    assert f"Werkgever: Kas aan de Vaart, verwijderd op {format_date(today())}" in page
    assert "Contactpersoon: Sjoukje Hoekstra" in page and "Telefoon: 06 12345675" in page
    assert "E-mail: sjoukje@kas.example" in page


def test_a_name_that_the_contact_had_before_is_found(coordinator_client):
    employer = make_employer(**CONTACT)
    employer.contact_name, employer.email = "Henk de Fictie", "henk@kas.example"
    employer.save()
    delete(coordinator_client, employer)
    assert "Contactpersoon: Henk de Fictie, Sjoukje Hoekstra" in text(find_person(coordinator_client, **TYPED))


@pytest.mark.parametrize(
    "typed", [TYPED | {"given_name": "Sietske"}, {"email": "an@kas.example"}, {"phone": "06 12345674"}]
)
def test_the_contact_of_somebody_else_is_not_found(coordinator_client, typed):
    delete_employer(coordinator_client)
    page = text(find_person(coordinator_client, **typed))
    assert NOTHING in page and "Sjoukje Hoekstra" not in page


def test_a_contact_whose_name_was_spelled_otherwise_is_shown_to_choose(coordinator_client):
    delete_employer(coordinator_client, contact_name="Mevr. Sjoukje van der Hoekstra", email="x@kas.example")
    delete_employer(coordinator_client, contact_name="Sjoukje Hoeksta", email="y@kas.example")
    response = find_person(coordinator_client, **TYPED)
    page = text(response)
    assert "Lijkt op: is dit de persoon?" in page and page.count("verwijderd op") == 2
    assert "Mevr. Sjoukje van der Hoekstra" in page and "Sjoukje Hoeksta" in page


def test_nothing_of_the_contact_of_a_deleted_employer_is_left_in_any_table(coordinator_client, coordinator, settings):
    employer = make_employer(company_name="Kas aan de Vaart", **CONTACT)
    interest = make_interest(employer=employer, notes="Sjoukje vraagt", answers={"Wie?": "Hoekstra"})
    ContactMoment.objects.create(employer=employer, text="Sjoukje gebeld").delete()
    FollowUp.objects.create(interest=interest, text="Hoekstra mailen", due_on=today()).delete()
    apply_change(coordinator_client, EmployerInterest, "status", "closed")
    about = FollowUp.objects.create(dossier=make_dossier(), text="Samen met Sjoukje Hoekstra", due_on=today())
    interest.refresh_from_db()
    delete(coordinator_client, interest)
    delete(coordinator_client, employer)
    response = find_person(coordinator_client, **TYPED)
    page = text(response)
    assert "Samen met Sjoukje Hoekstra" in page
    assert "1 werkgeversinteresse: opmerkingen, antwoorden, contactgegevens en eigen velden gaan weg" in page
    assert "1 contactmoment: de tekst gaat weg" in page and "1 actie: verwijderd" in page
    assert "2 verwijderde gegevens: kunnen niet meer terug" in page and "1 regel van een bulkwijziging" in page
    assert find_in_tables(MARKS)
    assert "De contactpersoon is vergeten." in text(forget(coordinator_client, response))
    assert find_in_tables(MARKS) == find_in_files(settings.MEDIA_ROOT, MARKS) == []
    about.refresh_from_db()
    assert about.text == "Samen met …"
    assert not Deletion.objects.exclude(records=[]).exists()
    assert Employer.history.latest("history_id").company_name == "Kas aan de Vaart"
    assert coordinator_client.get(response.request["PATH_INFO"]).status_code == 404
    assert NOTHING in text(find_person(coordinator_client, **TYPED))


def test_nothing_of_the_contact_of_an_undone_import_is_left_in_any_table(coordinator_client, tmp_path, settings):
    job = JOB | {"Contactpersoon": "Sjoukje Hoekstra", "E-mail": "sjoukje@kas.example", "Telefoon": "06 12345675"}
    undo_import(Lists(tmp_path).apply(job, **INTERESTS))
    assert not Employer.objects.exists()
    response = find_person(coordinator_client, **TYPED)
    assert "1 importregel: verwijderd, met de kopie van de lijst" in text(response)
    forget(coordinator_client, response)
    assert find_in_tables(MARKS) == find_in_files(settings.MEDIA_ROOT, MARKS) == []


def test_nothing_of_the_contact_of_a_deleted_sign_up_is_left_in_any_table(coordinator_client):
    sign_up = delete(coordinator_client, make_sign_up(given=CONTACT))
    response = find_person(coordinator_client, **TYPED)
    page = text(response)
    assert f"Aanmelding: {sign_up.heading}, verwijderd op {format_date(today())}" in page
    assert "Contactpersoon: Sjoukje Hoekstra" in page
    assert "De contactpersoon is vergeten." in text(forget(coordinator_client, response))
    assert find_in_tables(MARKS) == []
    assert coordinator_client.get(response.request["PATH_INFO"]).status_code == 404


def test_a_text_that_is_about_a_namesake_stays_if_the_user_says_so(coordinator_client):
    about = FollowUp.objects.create(dossier=make_dossier(), text="Sjoukje Hoekstra bellen", due_on=today())
    delete_employer(coordinator_client)
    response = find_person(coordinator_client, **TYPED)
    assert "Kies: gaat de naam" in text(coordinator_client.post(response.request["PATH_INFO"], {"x": ""}))
    forget(coordinator_client, response, "keep")
    about.refresh_from_db()
    assert about.text == "Sjoukje Hoekstra bellen" and not Employer.history.filter(email=CONTACT["email"]).exists()


def test_a_contact_that_still_exists_is_named_with_a_link_to_its_page(coordinator_client):
    deleted = delete_employer(coordinator_client)
    employer = make_employer(company_name="Kas Twee", **CONTACT)
    before = make_employer(company_name="Kas Drie", **CONTACT | {"email": "drie@kas.example"})
    before.contact_name, before.phone, before.email = "Henk de Fictie", "", "henk@kas.example"
    before.save()
    sign_up = make_sign_up(given=CONTACT | {"company_name": "Kas Vier"})
    make_employer(company_name="Kas Vijf")
    response = find_person(coordinator_client, **TYPED)
    page, content = text(response), response.content.decode()
    assert "Dit bestaat nog: is dit de persoon?" in page and "Kas Vijf" not in page
    former = reverse("dossiers_forget_former_contact", args=[before.pk, find_former_contacts(before)[0].digest])
    links = {
        employer: reverse("dossiers_forget_contact", args=[employer.pk]),
        before: former,
        sign_up: url(EmployerInterest, "inspect", sign_up.pk),
    }
    for record, link in links.items():
        assert record.company_name in page and f'href="{link}"' in content
    assert reverse("dossiers_forget_deleted_employer", args=[deleted.pk]) in content


def test_a_dossier_that_still_exists_is_named_with_a_link_to_its_page(coordinator_client):
    dossier = make_dossier(given_name="Sjoukje", family_name="Hoekstra", phone="+31612345675")
    for typed in (TYPED | {"date_of_birth": "12-03-1990"}, {"phone": "0612345675"}):
        response = find_person(coordinator_client, **typed)
        assert dossier.heading in text(response)
    assert NOTHING in text(find_person(coordinator_client, **TYPED | {"date_of_birth": "01-07-1985"}))


@pytest.mark.parametrize("typed", [{}, {"family_name": ""}, {"given_name": ""}])
def test_who_still_has_a_dossier_or_is_a_contact_is_found_by_a_name_alone(coordinator_client, typed):
    dossier = make_dossier(given_name="Sjoukje", family_name="Hoekstra", date_of_birth=date(1990, 3, 12))
    employer = make_employer(company_name="Kas Twee", contact_name="Sjoukje van Hoekstra")
    page = text(find_person(coordinator_client, **TYPED | typed))
    assert dossier.heading in page and employer.company_name in page


FORMER = [
    {"given_name": "Yonas-Michael", "family_name": "Berhane", "date_of_birth": "30-09-1990"},
    {"given_name": "Yonas", "family_name": "Berhane Tesfa", "date_of_birth": "30-09-1990"},
    {"family_name": "Zerai"},
    {"phone": "0611002206"},
]


@pytest.mark.parametrize("typed", FORMER)
def test_a_dossier_is_found_by_what_it_held_before_or_what_was_merged_into_it(coordinator_client, typed):
    born = date(1990, 9, 30)
    dossier = make_dossier(given_name="Yonas", family_name="Zerai", date_of_birth=born)
    dossier.family_name = "Berhane"
    dossier.save()
    merged = make_dossier(given_name="Yonas-Michael", family_name="Berhane", date_of_birth=born, phone="+31611002206")
    merge_dossiers(dossier, merged)
    Dossier.objects.filter(pk=dossier.pk).update(phone="")
    dossier.refresh_from_db()
    assert dossier.heading in text(find_person(coordinator_client, **typed))


def test_an_employer_that_was_restored_is_forgotten_on_its_own_page(coordinator_client):
    employer = delete_employer(coordinator_client)
    coordinator_client.post(reverse("dossiers_deletion_undo", args=[Deletion.objects.get().pk]))
    address = reverse("dossiers_forget_deleted_employer", args=[employer.pk])
    assert coordinator_client.get(address).status_code == coordinator_client.post(address).status_code == 404
    assert Employer.objects.get().email == CONTACT["email"]


def test_a_search_without_a_name_or_an_address_is_refused(coordinator_client):
    for typed in ({}, {"date_of_birth": "09-09-1979"}):
        page = text(find_person(coordinator_client, **typed))
        assert "Vul een naam, een e-mailadres of een telefoonnummer in." in page and NOTHING not in page
    assert "is geen telefoonnummer" in text(find_person(coordinator_client, phone="12"))


def test_forgetting_a_deleted_contact_is_in_the_log_without_the_name(coordinator_client, coordinator):
    employer, sign_up = delete_employer(coordinator_client), delete(coordinator_client, make_sign_up(given=CONTACT))
    for name, record in {"employer": employer, "sign_up": sign_up}.items():
        address = reverse(f"dossiers_forget_deleted_{name}", args=[record.pk])
        forget(coordinator_client, coordinator_client.get(address))
    entries = ModelLogEntry.objects.filter(action="dossiers.forget_employer", user=coordinator)
    assert {entry.label for entry in entries} == {f"werkgever {employer.pk}", sign_up.reference}


def test_the_page_of_a_deletion_leads_to_forgetting_the_contact(coordinator_client):
    employer = make_employer(**CONTACT)
    interest, other, sign_up = make_interest(employer=employer), make_interest(), make_sign_up(given=CONTACT)
    links = {
        interest: reverse("dossiers_forget_deleted_employer", args=[employer.pk]),
        other: reverse("dossiers_forget_contact", args=[other.employer_id]),
        sign_up: reverse("dossiers_forget_deleted_sign_up", args=[sign_up.pk]),
        employer: reverse("dossiers_forget_deleted_employer", args=[employer.pk]),
    }
    keys = {}
    for record in links:
        delete(coordinator_client, EmployerInterest.objects.get(pk=record.pk) if record != employer else employer)
        keys[record] = Deletion.objects.latest("pk").pk
    for record, link in links.items():
        page = coordinator_client.get(reverse("dossiers_deletion_undo", args=[keys[record]]))
        assert f'href="{link}"' in page.content.decode()
        assert coordinator_client.get(link).status_code == 200


def test_only_who_may_forget_a_contact_forgets_that_of_a_deleted_employer(
    as_user, coordinator_client, reader, editor, partner
):
    employer = delete_employer(coordinator_client)
    sign_up = delete(coordinator_client, make_sign_up(given=CONTACT))
    for user in (reader, editor, partner):
        theirs = as_user(user)
        assert theirs.post(reverse("dossiers_find_deleted"), TYPED).status_code == 404
        for name, record in {"employer": employer, "sign_up": sign_up}.items():
            address = reverse(f"dossiers_forget_deleted_{name}", args=[record.pk])
            assert theirs.get(address).status_code == theirs.post(address).status_code == 404
    assert Employer.history.filter(email=CONTACT["email"]).exists()


def test_who_may_not_forget_contacts_finds_none(as_user, coordinator_client, coordinator):
    delete_employer(coordinator_client)
    make_employer(company_name="Kas Twee", **CONTACT)
    for group in coordinator.groups.all():
        group.permissions.remove(*group.permissions.filter(codename="delete_employer"))
    theirs = as_user(type(coordinator).objects.get(pk=coordinator.pk))
    page = text(find_person(theirs, **TYPED))
    assert "Kas aan de Vaart" not in page and "Kas Twee" in page
