"""A former contact of an employer is forgotten while the work goes on; the current contact stays."""

import pytest
from django.urls import reverse

from dossiers.forgetting.anonymize import AnonymizationRefused
from dossiers.forgetting.former_contacts import anonymize_former_contact, find_former_contacts
from dossiers.models import ContactMoment, Deletion, Employer, EmployerInterest, FollowUp, ImportRow, ImportRun, Step

from ..backoffice.bulk import apply_change
from ..backoffice.pages import form_data, raw, text, url
from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from ..models.placements import make_placement, today
from ..spreadsheets.imports import Lists
from ..spreadsheets.undo import INTERESTS, JOB
from ..text_search import find_in_files, find_in_tables

pytestmark = pytest.mark.usefixtures("base_data")

SJOUKJE = {"contact_name": "Sjoukje Hoekstra", "email": "sjoukje@kas.example", "phone": "+31612345675"}
HENK = {"contact_name": "Henk Terpstra", "email": "henk@kas.example", "phone": "+31612345683"}
MARKS = ["Sjoukje", "Hoekstra", "sjoukje@", "12345675"]
TYPED = {"given_name": "Sjoukje", "family_name": "Hoekstra"}


def replace_contact(employer: Employer, **contact: str) -> Employer:
    for name, value in contact.items():
        setattr(employer, name, value)
    employer.save()
    return employer


@pytest.fixture
def employer() -> Employer:
    """Return an employer at work whose contact was Sjoukje and is Henk."""
    employer = make_employer(company_name="Kas aan de Vaart", **SJOUKJE)
    make_placement(Step.WORKING, interest=make_interest(employer=employer))
    return replace_contact(employer, **HENK)


def get_address(client, employer: Employer) -> str:
    """Return the address of the page of the only former contact, as the page of the employer's contact links to it."""
    page = client.get(reverse("dossiers_forget_contact", args=[employer.pk]))
    ((address, _name),) = page.context["former_contacts"]
    assert f'href="{address}"' in raw(page)
    return address


def forget(client, address: str, answer: str = "replace", **data: str):
    answers = {mention.key: answer for mention in client.get(address).context["form"].mentions}
    return client.post(address, answers | data, follow=True)


def test_a_contact_with_a_placement_can_be_replaced_first_by_a_link_to_the_form(coordinator_client):
    interest = make_interest(employer=make_employer(**SJOUKJE))
    make_placement(Step.WORKING, interest=interest)
    address = reverse("dossiers_forget_contact", args=[interest.employer_id])
    page = coordinator_client.get(address)
    form = url(Employer, "edit", interest.employer_id)
    assert "Of is er een andere contactpersoon gekomen?" in text(page) and f'href="{form}#tab-contact"' in raw(page)
    assert 'id="tab-contact"' in raw(coordinator_client.get(form)) and "Eerdere contactpersonen" not in text(page)
    coordinator_client.post(form, form_data(coordinator_client.get(form)) | HENK)
    page = text(coordinator_client.get(address))
    assert "Sjoukje Hoekstra vergeten" in page and "Of is er een andere contactpersoon gekomen?" in page
    assert "Hen kunt u altijd vergeten, ook als er nog plaatsingen lopen." in page


def test_nothing_of_a_former_contact_is_left_in_any_table_while_a_placement_runs(coordinator_client, employer):
    interest = employer.interests.get()
    interest.notes, interest.contact_given = "Sjoukje Hoekstra vraagt", SJOUKJE
    interest.save()
    call = ContactMoment.objects.create(employer=employer, text="Sjoukje (sjoukje@kas.example) gebeld over de kas")
    action = FollowUp.objects.create(interest=interest, text="Hoekstra mailen", due_on=today())
    about = make_dossier(notes="Mevrouw Hoekstra (06-1234 5675) belde.")
    FollowUp.objects.create(employer=employer, text="Sjoukje bellen", due_on=today()).delete()
    address = get_address(coordinator_client, employer)
    page = text(coordinator_client.get(address))
    assert "Contactpersoon: Sjoukje Hoekstra" in page and "E-mail: sjoukje@kas.example" in page
    assert "Telefoon: 06 12345675" in page and "Blijft: Henk Terpstra, de huidige contactpersoon" in page
    assert "gebeld over de kas" in page and "belde." in page
    assert "Kies: gaat de naam" in text(coordinator_client.post(address)) and find_in_tables(MARKS)
    assert "De contactpersoon is vergeten." in text(forget(coordinator_client, address))
    assert find_in_tables(MARKS) == []
    for record in (call, action, about, employer, interest):
        record.refresh_from_db()
    assert call.text == "… (…) gebeld over de kas" and action.text == "… mailen"
    assert about.notes == "Mevrouw … (…) belde." and interest.notes == "… vraagt"
    assert {name: getattr(employer, name) for name in HENK} == HENK
    assert interest.placements.get().status == Step.WORKING
    assert Employer.history.filter(**HENK).exists()
    assert coordinator_client.get(address).status_code == coordinator_client.post(address).status_code == 404


def test_texts_about_a_namesake_stay_if_the_user_says_so(coordinator_client, employer):
    about = make_dossier(notes="Sjoukje Hoekstra belde.")
    forget(coordinator_client, get_address(coordinator_client, employer), "keep")
    about.refresh_from_db()
    assert about.notes == "Sjoukje Hoekstra belde." and not Employer.history.filter(email=SJOUKJE["email"]).exists()


def test_what_the_current_contact_has_too_stays(coordinator_client):
    employer = make_employer(**SJOUKJE)
    current = HENK | {"contact_name": "Henk Hoekstra", "phone": SJOUKJE["phone"]}
    replace_contact(employer, **current)
    call = ContactMoment.objects.create(employer=employer, text="Henk Hoekstra op 06-12345675; Sjoukje Hoekstra niet")
    address = get_address(coordinator_client, employer)
    assert "Telefoon" not in text(coordinator_client.get(address)).split("Dit is nog bewaard")[-1].split("Blijft")[0]
    forget(coordinator_client, address)
    call.refresh_from_db()
    employer.refresh_from_db()
    assert call.text == "Henk Hoekstra op 06-12345675; … niet"
    assert {name: getattr(employer, name) for name in current} == current
    assert Employer.history.filter(phone=SJOUKJE["phone"]).count() == Employer.history.count()
    assert find_in_tables(["Sjoukje", "sjoukje@"]) == []


def test_a_former_contact_whose_values_were_replaced_one_by_one_goes_from_each_step(coordinator_client, employer):
    replace_contact(employer, **SJOUKJE)
    for name, value in HENK.items():
        replace_contact(employer, **{name: value})
    forget(coordinator_client, get_address(coordinator_client, employer))
    assert find_in_tables(MARKS) == []


def test_each_former_contact_is_forgotten_apart(coordinator_client, employer):
    replace_contact(employer, contact_name="Wiebe Zijlstra", email="wiebe@kas.example", phone="")
    assert [contact.values["contact_name"] for contact in find_former_contacts(employer)] == [
        ["Henk Terpstra"],
        ["Sjoukje Hoekstra"],
    ]
    page = coordinator_client.get(reverse("dossiers_forget_contact", args=[employer.pk]))
    (_henk, (address, name)) = page.context["former_contacts"]
    assert name == "Sjoukje Hoekstra"
    forget(coordinator_client, address)
    assert find_in_tables(MARKS) == [] and find_in_tables(["henk@kas.example"]) and find_in_tables(["wiebe@"])


def test_a_contact_whom_only_a_sign_up_names_is_forgotten_the_same_way(coordinator_client):
    employer = make_employer(**HENK)
    sign_up = make_interest(employer=employer, contact_given=SJOUKJE | {"company_name": "Kas"}, status="interested")
    address = get_address(coordinator_client, employer)
    assert "De contactpersoon is vergeten." in text(forget(coordinator_client, address))
    sign_up.refresh_from_db()
    assert find_in_tables(MARKS) == [] and sign_up.contact_given == {"company_name": "Kas"}
    assert Employer.objects.get().email == HENK["email"]


def test_who_is_the_contact_again_is_not_forgotten_as_a_former_one(coordinator_client, coordinator, employer):
    address, (former,) = get_address(coordinator_client, employer), find_former_contacts(employer)
    replace_contact(employer, **SJOUKJE)
    assert coordinator_client.get(address).status_code == coordinator_client.post(address).status_code == 404
    with pytest.raises(AnonymizationRefused, match="is weer de contactpersoon"):
        anonymize_former_contact(employer, former.digest, coordinator, {})
    assert Employer.objects.get().email == SJOUKJE["email"]


def test_the_lines_of_lists_with_a_former_contact_go_and_those_of_the_current_one_stay(
    coordinator_client, tmp_path, settings
):
    sjoukje = JOB | {"Contactpersoon": "Sjoukje Hoekstra", "E-mail": "sjoukje@kas.example", "Telefoon": "06 12345675"}
    lists = Lists(tmp_path)
    lists.apply(sjoukje, **INTERESTS)
    employer = replace_contact(Employer.objects.get(), **HENK)
    lists.apply(JOB | {"Contactpersoon": "Henk Terpstra", "E-mail": "henk@kas.example"}, **INTERESTS)
    address = get_address(coordinator_client, employer)
    assert "1 importregel: verwijderd, met de kopie van de lijst" in text(coordinator_client.get(address))
    forget(coordinator_client, address)
    assert find_in_tables(MARKS) == find_in_files(settings.MEDIA_ROOT, MARKS) == []
    assert ImportRow.objects.get().given["email"] == "henk@kas.example"


def test_a_list_that_brings_a_former_contact_back_is_thrown_away_or_finished_first(
    coordinator_client, employer, tmp_path
):
    Employer.objects.update(kvk_number="01234567")
    run = Lists(tmp_path).preview(JOB | {"E-mail": "sjoukje@kas.example"}, **INTERESTS)
    address = get_address(coordinator_client, employer)
    assert f"{run}, regel 2" in text(coordinator_client.get(address))
    assert "Vink dit aan. Of maak de lijst eerst af" in text(forget(coordinator_client, address))
    assert Employer.history.filter(email=SJOUKJE["email"]).exists()
    ImportRun.objects.update(state=ImportRun.State.APPLYING)
    assert f"Deze persoon staat in import {run.pk}" in text(coordinator_client.get(address))
    ImportRun.objects.update(state=ImportRun.State.PREVIEWED)
    assert "De contactpersoon is vergeten." in text(forget(coordinator_client, address, discard="on"))
    assert not ImportRow.objects.exists() and find_in_tables(MARKS) == []


def test_a_deleted_record_that_names_a_former_contact_can_come_back_without_the_name(coordinator_client, employer):
    named = make_interest(employer=employer, notes="Sjoukje vraagt")
    other = make_interest(employer=employer, notes="Henk vraagt")
    for interest in (named, other):
        coordinator_client.post(url(EmployerInterest, "delete", interest.pk))
    address = get_address(coordinator_client, employer)
    page = text(coordinator_client.get(address))
    assert f"{named.heading}, verwijderd op" in page and "kan niet meer terug" not in page
    forget(coordinator_client, address)
    assert find_in_tables(MARKS) == []
    for deletion in Deletion.objects.all():
        coordinator_client.post(reverse("dossiers_deletion_undo", args=[deletion.pk]))
    interests = EmployerInterest.objects.filter(pk__in=[named.pk, other.pk])
    assert set(interests.values_list("notes", flat=True)) == {"… vraagt", "Henk vraagt"}


def test_a_bulk_change_of_the_interests_can_still_be_undone(coordinator_client, employer):
    change = apply_change(coordinator_client, EmployerInterest, "status", "closed")
    forget(coordinator_client, get_address(coordinator_client, employer))
    assert change.rows.count() == 1


def test_the_history_and_the_log_tell_that_a_former_contact_was_forgotten(coordinator_client, coordinator, employer):
    replace_contact(employer, phone="")
    forget(coordinator_client, get_address(coordinator_client, employer))
    step = employer.history.latest("history_id")
    assert (step.history_change_reason, step.history_user) == ("Een eerdere contactpersoon is vergeten", coordinator)
    for name in ("inspect", "history"):
        page = text(coordinator_client.get(url(Employer, name, employer.pk)))
        assert "Een eerdere contactpersoon is vergeten" in page and "Opgeslagen zonder wijziging" not in page


# --- Contacts whom an import wrote into the remarks ------------------------------------------------------------------

KLAAS = {"given_name": "Klaas", "family_name": "Nieuwkomer"}
KLAAS_LINE = JOB | {
    "Contactpersoon": "Klaas Nieuwkomer", "E-mail": "klaas@kas.example", "Telefoon": "06 12300122", "Werk": "Inpakken"
}  # fmt: skip
KLAAS_SENTENCE = "Contactpersoon volgens de lijst: Klaas Nieuwkomer, 06 12300122, klaas@kas.example"
KLAAS_MARKS = ["Klaas", "Nieuwkomer", "klaas@", "12300122"]


@pytest.fixture
def listed_employer(tmp_path) -> Employer:
    """Return an employer of whom a list gave Klaas with one interest and An, who became the contact, with another."""
    Lists(tmp_path).apply(KLAAS_LINE | {"Opmerkingen": "Belt graag"}, JOB | {"Telefoon": "06 12345683"}, **INTERESTS)
    interest = EmployerInterest.objects.get(work_description="Inpakken")
    assert interest.notes == f"Belt graag\n{KLAAS_SENTENCE}"
    make_placement(Step.WORKING, interest=interest)
    return Employer.objects.get(contact_name="An")


@pytest.mark.parametrize("typed", [KLAAS, {"email": "klaas@kas.example"}, {"phone": "0612300122"}])
@pytest.mark.parametrize("is_emptied_by_hand", [False, True])
def test_a_contact_whom_a_list_wrote_into_remarks_is_found(
    coordinator_client, listed_employer, typed, is_emptied_by_hand
):
    ImportRow.objects.all().delete()
    if is_emptied_by_hand:
        for interest in listed_employer.interests.all():
            interest.notes = ""
            interest.save()
    response = coordinator_client.post(reverse("dossiers_find_deleted"), typed)
    assert "Klaas Nieuwkomer" in text(response) and "eerdere contactpersoon van Kwekerij" in text(response)
    assert f'href="{get_address(coordinator_client, listed_employer)}"' in raw(response)


@pytest.mark.parametrize("typed", [KLAAS, {"email": "klaas@kas.example"}, {"phone": "0612300122"}])
def test_a_contact_whom_only_a_line_of_a_list_names_is_found(coordinator_client, listed_employer, typed):
    for records in (EmployerInterest.objects, EmployerInterest.history):
        records.update(notes="")
    response = coordinator_client.post(reverse("dossiers_find_deleted"), typed)
    assert f'href="{get_address(coordinator_client, listed_employer)}"' in raw(response)


def test_a_contact_whom_a_list_wrote_into_remarks_is_forgotten_everywhere(
    coordinator_client, listed_employer, settings
):
    interest = EmployerInterest.objects.get(work_description="Inpakken")
    address = get_address(coordinator_client, listed_employer)
    page = coordinator_client.get(address)
    assert "Contactpersoon: Klaas Nieuwkomer" in text(page) and "Telefoon: 06 12300122" in text(page)
    assert "1 werkgeversinteresse: wat een lijst over deze contactpersoon schreef, gaat uit de opmerkingen" in text(
        page
    )
    assert page.context["form"].mentions == []
    assert "De contactpersoon is vergeten." in text(forget(coordinator_client, address))
    assert find_in_tables(KLAAS_MARKS) == find_in_files(settings.MEDIA_ROOT, KLAAS_MARKS) == []
    interest.refresh_from_db()
    assert interest.notes == "Belt graag\nContactpersoon volgens de lijst: …, …, …"
    assert interest.history.latest("history_id").history_change_reason == "Een eerdere contactpersoon is vergeten"
    assert (Employer.objects.get().contact_name, Employer.objects.get().email) == ("An", "an@kwekerij.example")
    assert coordinator_client.get(address).status_code == 404
    listing = coordinator_client.get(reverse("dossiers_forget_contact", args=[listed_employer.pk]))
    assert listing.context["former_contacts"] == []


def test_remarks_about_others_in_the_same_text_stay_as_they_are(coordinator_client, listed_employer):
    interest = EmployerInterest.objects.get(work_description="Inpakken")
    interest.notes = f"{KLAAS_SENTENCE}\nContactpersoon vóór deze lijst: Pia Nieuwkomer, pia@kas.example\nKlaas belde"
    interest.save()
    page = coordinator_client.get(reverse("dossiers_forget_contact", args=[listed_employer.pk]))
    addresses = {name: address for address, name in page.context["former_contacts"]}
    assert set(addresses) == {"Klaas Nieuwkomer", "Pia Nieuwkomer"}
    forget(coordinator_client, addresses["Klaas Nieuwkomer"], "keep")
    interest.refresh_from_db()
    assert interest.notes == (
        "Contactpersoon volgens de lijst: …, …, …\nContactpersoon vóór deze lijst: Pia Nieuwkomer, pia@kas.example\n"
        "Klaas belde"
    )


def test_a_contact_in_a_list_that_was_not_applied_is_no_former_contact(coordinator_client, employer, tmp_path):
    Employer.objects.update(kvk_number="01234567")
    Lists(tmp_path).preview(KLAAS_LINE, **INTERESTS)
    (former,) = find_former_contacts(employer)
    assert former.values["contact_name"] == ["Sjoukje Hoekstra"]


# --- Addresses and numbers that stayed with the next contact ---------------------------------------------------------


@pytest.fixture
def renamed_employer() -> Employer:
    """Return an employer at work with Henk as the contact, who has still the address and number of Sjoukje."""
    employer = make_employer(company_name="Kas aan de Vaart", **SJOUKJE)
    make_placement(Step.WORKING, interest=make_interest(employer=employer))
    return replace_contact(employer, contact_name=HENK["contact_name"])


def get_addresses_of_values(client, employer: Employer) -> dict[str, str]:
    """Return {address or number: address of the page that forgets it}, as the page of the employer's contact links."""
    page = client.get(reverse("dossiers_forget_contact", args=[employer.pk]))
    addresses = {name: address for address, name in page.context["former_values"]}
    assert all(f'href="{address}"' in raw(page) for address in addresses.values())
    assert ("Eerdere adressen en nummers" in text(page)) is bool(addresses)
    return addresses


def test_the_page_names_what_the_current_contact_has_too_and_how_it_goes(coordinator_client, renamed_employer):
    address = get_address(coordinator_client, renamed_employer)
    page = coordinator_client.get(address)
    shared = text(page).split("Dit blijft, want de huidige contactpersoon heeft het ook")[1]
    assert "E-mail: sjoukje@kas.example" in shared and "Telefoon: 06 12345675" in shared
    assert "Vul dan eerst het nieuwe adres of nummer in" in shared
    assert f'href="{url(Employer, "edit", renamed_employer.pk)}#tab-contact"' in raw(page)
    replace_contact(renamed_employer, **HENK)
    assert "want de huidige contactpersoon heeft het ook" not in text(coordinator_client.get(address))
    message = text(forget(coordinator_client, address))
    assert "De contactpersoon is vergeten." in message and "Dit blijft" not in message
    assert find_in_tables(MARKS) == []


def test_what_stayed_is_said_and_goes_once_the_current_contact_has_it_no_more(coordinator_client, renamed_employer):
    message = text(forget(coordinator_client, get_address(coordinator_client, renamed_employer)))
    assert (
        "De contactpersoon is vergeten. Dit blijft, want de huidige contactpersoon heeft het ook: "
        "sjoukje@kas.example, 06 12345675." in message
    )
    assert get_addresses_of_values(coordinator_client, renamed_employer) == {}
    replace_contact(renamed_employer, email=HENK["email"], phone=HENK["phone"])
    addresses = get_addresses_of_values(coordinator_client, renamed_employer)
    assert set(addresses) == {"sjoukje@kas.example", "06 12345675"}
    page = text(coordinator_client.get(addresses["06 12345675"]))
    assert "Een eerder adres of nummer vergeten" in page and "Telefoon: 06 12345675" in page
    for address in addresses.values():
        assert "Het eerdere adres of nummer is vergeten." in text(forget(coordinator_client, address))
        assert coordinator_client.get(address).status_code == coordinator_client.post(address).status_code == 404
    assert find_in_tables(MARKS) == []
    renamed_employer.refresh_from_db()
    assert {name: getattr(renamed_employer, name) for name in HENK} == HENK
    assert Employer.history.filter(contact_name=HENK["contact_name"]).exists()
    assert renamed_employer.interests.get().placements.get().status == Step.WORKING


@pytest.mark.parametrize("name", ["", "Henk Terpstra", "(vergeten)"])
@pytest.mark.parametrize("typed", [{"email": "sjoukje@kas.example"}, {"phone": "0612345675"}])
def test_a_former_address_is_found_whatever_name_is_beside_it(coordinator_client, employer, name, typed):
    Employer.history.filter(email=SJOUKJE["email"]).update(contact_name=name)
    response = coordinator_client.post(reverse("dossiers_find_deleted"), typed)
    assert "eerder adres of nummer van Kas aan de Vaart" in text(response)
    value = typed.get("email", "06 12345675")
    assert f'href="{get_addresses_of_values(coordinator_client, employer)[value]}"' in raw(response)


def test_a_former_number_goes_from_sign_ups_remarks_lists_and_texts_about_others(
    coordinator_client, tmp_path, settings
):
    Lists(tmp_path).apply(JOB | {"Telefoon": "06 12345675"}, **INTERESTS)
    employer = replace_contact(Employer.objects.get(), phone=HENK["phone"])
    sentence = "Contactpersoon volgens de lijst: An, 06 12345675, an@kwekerij.example"
    contact = {"contact_name": "An", "phone": "+31612345675"}
    interest = make_interest(employer=employer, notes=sentence, contact_given=contact)
    about = make_dossier(notes="An belde op 06-1234 5675.")
    addresses = get_addresses_of_values(coordinator_client, employer)
    assert set(addresses) == {"06 12345675"}
    forget(coordinator_client, addresses["06 12345675"])
    assert find_in_tables(["12345675", "1234 5675"]) == find_in_files(settings.MEDIA_ROOT, ["12345675"]) == []
    for record in (interest, about):
        record.refresh_from_db()
    assert interest.contact_given == {"contact_name": "An"} and about.notes == "An belde op …."
    assert interest.notes == "Contactpersoon volgens de lijst: An, …, an@kwekerij.example"


def test_an_address_of_a_former_contact_is_listed_with_the_name_alone(coordinator_client, employer):
    assert get_addresses_of_values(coordinator_client, employer) == {}
    assert get_address(coordinator_client, employer)


# --- Where one looks for somebody ------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [TYPED, {"email": "sjoukje@kas.example"}, {"phone": "0612345675"}])
def test_a_former_contact_is_found_and_leads_to_the_page_that_forgets_them(coordinator_client, employer, typed):
    response = coordinator_client.post(reverse("dossiers_find_deleted"), typed)
    assert "eerdere contactpersoon van Kas aan de Vaart" in text(response) and "Henk" not in text(response)
    assert f'href="{get_address(coordinator_client, employer)}"' in raw(response)


def test_the_current_contact_is_found_and_leads_to_what_has_to_be_done_first(coordinator_client, employer):
    response = coordinator_client.post(reverse("dossiers_find_deleted"), {"email": HENK["email"]})
    address = reverse("dossiers_forget_contact", args=[employer.pk])
    assert f'href="{address}"' in raw(response) and "eerdere contactpersoon" not in text(response)
    assert "Vul de nieuwe contactpersoon in" in text(coordinator_client.get(address))


def test_a_contact_of_a_sign_up_that_was_taken_over_is_found(coordinator_client):
    employer = make_employer(kvk_number="90000999", **HENK)
    assert make_sign_up(given=SJOUKJE).take_over() == employer
    response = coordinator_client.post(reverse("dossiers_find_deleted"), TYPED)
    assert f'href="{get_address(coordinator_client, employer)}"' in raw(response)


def test_the_overview_says_where_contacts_are_found(coordinator_client, as_user, reader):
    page = text(coordinator_client.get(reverse("dossiers_forgetting")))
    sentence = "Contactpersonen van werkgevers, ook eerdere, vindt u bij “Iemand zonder dossier”"
    assert sentence in page and "contactpersoon van een werkgever is of was" in page
    assert sentence not in text(as_user(reader).get(reverse("dossiers_forgetting")))


def test_only_who_may_forget_a_contact_sees_or_forgets_a_former_one(
    as_user, coordinator, reader, editor, partner, coordinator_client, employer
):
    address = get_address(coordinator_client, employer)
    for user in (reader, editor, partner):
        assert as_user(user).get(address).status_code == as_user(user).post(address).status_code == 404
    for group in coordinator.groups.all():
        group.permissions.remove(*group.permissions.filter(codename="delete_employer"))
    theirs = as_user(type(coordinator).objects.get(pk=coordinator.pk))
    assert theirs.get(address).status_code == 302 and theirs.post(address).status_code == 302
    response = theirs.post(reverse("dossiers_find_deleted"), TYPED)
    assert address not in raw(response) and "eerdere contactpersoon" not in text(response)
    assert f'href="{url(Employer, "inspect", employer.pk)}"' in raw(response)
    assert Employer.history.filter(email=SJOUKJE["email"]).exists()
