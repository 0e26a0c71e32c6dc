"""A deleted record of somebody else that names a forgotten person can be restored, with the name or without it."""

from datetime import date

import pytest
from django.urls import reverse

from dates.format import format_date
from dossiers.forgetting.anonymize import anonymize_deleted, anonymize_dossier
from dossiers.forgetting.former_contacts import find_former_contacts
from dossiers.forgetting.replay import Event, replay_events
from dossiers.models import ContactMoment, Deletion, Dossier, EmployerInterest, FollowUp, Status
from dossiers.signals import Removal

from ..backoffice.pages import raw, text, url
from ..models.factories import make_dossier, make_employer, make_interest
from ..models.merges import create_supply, merge_dossiers, undo_merge
from ..models.placements import today
from ..spreadsheets.imports import Lists
from ..text_search import find_in_tables

pytestmark = pytest.mark.usefixtures("base_data")

ZAHRA = {"given_name": "Zahra", "family_name": "Testvrouw", "date_of_birth": date(1990, 3, 12)}
MARKS = ["Zahra", "Testvrouw"]
NOTES = "Reist samen met Zahra Testvrouw naar het werk. Heeft een fiets."
WITHOUT = "Reist samen met … naar het werk. Heeft een fiets."
SJOUKJE = {"contact_name": "Sjoukje Hoekstra", "email": "sjoukje@kas.example", "phone": "+31612345675"}


@pytest.fixture
def zahra() -> Dossier:
    return make_dossier(status=Status.WITHDRAWN, **ZAHRA)


def make_piet(**fields: object) -> Dossier:
    return make_dossier(**{"given_name": "Piet", "family_name": "Losstaand", "notes": NOTES} | fields)


def delete(client, record):
    client.post(url(type(record), "delete", record.pk))
    assert not type(record).objects.filter(pk=record.pk).exists()
    return record


def forget(client, dossier: Dossier, answer: str):
    """Forget a person on the page, with one answer about each text that names the person."""
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    mentions = client.get(address).context["form"].mentions
    answers = {mention.key: answer for mention in mentions} | {"reference": dossier.reference}
    assert "is geanonimiseerd" in text(client.post(address, answers, follow=True))


def restore(client, record):
    """Restore a deleted record, and return it as it came back."""
    deletion = Deletion.objects.get(model_label=type(record)._meta.label, undone_at=None)
    client.post(reverse("dossiers_deletion_undo", args=[deletion.pk]))
    return type(record).objects.get(pk=record.pk)


def test_a_deleted_dossier_that_names_the_person_is_among_the_texts_to_judge(coordinator_client, zahra):
    piet = delete(coordinator_client, make_piet())
    response = coordinator_client.get(reverse("dossiers_anonymise", args=[zahra.pk]))
    page = text(response)
    assert f"Dossier: {piet.heading}, verwijderd op {format_date(today())} (opmerkingen)" in page
    assert "Reist samen met Zahra Testvrouw naar het werk." in page
    assert "alleen in de geschiedenis" not in page and "kan niet meer terug" not in page
    address = reverse("dossiers_deletion_undo", args=[Deletion.objects.get().pk])
    assert f'href="{address}"' in raw(response) and coordinator_client.get(address).status_code == 200


def test_a_deleted_dossier_in_which_the_name_is_kept_comes_back_as_it_was(coordinator_client, zahra):
    piet = delete(coordinator_client, make_piet())
    forget(coordinator_client, zahra, "keep")
    assert piet.heading in text(coordinator_client.get(reverse("dossiers_deletions")))
    assert restore(coordinator_client, piet).notes == NOTES


def test_a_deleted_dossier_in_which_the_name_is_replaced_comes_back_without_it(coordinator_client, zahra):
    piet = delete(coordinator_client, make_piet())
    forget(coordinator_client, zahra, "replace")
    assert find_in_tables(MARKS) == []
    restored = restore(coordinator_client, piet)
    assert (restored.notes, restored.full_name) == (WITHOUT, "Piet Losstaand")
    assert set(restored.history.values_list("notes", flat=True)) == {WITHOUT}


def test_the_name_of_a_relative_with_the_same_surname_stays_in_the_list_of_deleted_records(coordinator_client, zahra):
    piet = delete(coordinator_client, make_piet(family_name="Testvrouw", notes="Zus van Zahra Testvrouw."))
    forget(coordinator_client, zahra, "replace")
    assert piet.heading in text(coordinator_client.get(reverse("dossiers_deletions")))
    restored = restore(coordinator_client, piet)
    assert (restored.notes, restored.full_name) == ("Zus van ….", "Piet Testvrouw")


def test_what_was_deleted_with_a_record_is_judged_with_it(coordinator_client, zahra):
    piet = make_piet(notes="")
    supply = create_supply(piet, number="P77")
    supply.values, supply.parts = {"notes": NOTES}, {"notes": [["Opmerking", NOTES, True]]}
    supply.save()
    delete(coordinator_client, piet)
    page = text(coordinator_client.get(reverse("dossiers_anonymise", args=[zahra.pk])))
    assert f"{piet.heading}, verwijderd op" in page and "Reist samen met Zahra Testvrouw naar het werk." in page
    forget(coordinator_client, zahra, "replace")
    assert find_in_tables(MARKS) == []
    restore(coordinator_client, piet)
    supply.refresh_from_db()
    assert supply.values["notes"] == WITHOUT and WITHOUT in str(supply.parts)


def test_the_row_of_an_import_comes_back_with_a_deleted_dossier_without_the_name(coordinator_client, zahra, tmp_path):
    line = {"Voornaam": "Piet", "Achternaam": "Losstaand", "Geboortedatum": "09-09-1979", "Opmerkingen": NOTES}
    run = Lists(tmp_path).apply(line, organisation="Werkcorporatie")
    piet = delete(coordinator_client, Dossier.objects.get(family_name="Losstaand"))
    forget(coordinator_client, zahra, "replace")
    assert find_in_tables(MARKS) == []
    restore(coordinator_client, piet)
    assert run.rows.get().given["notes"] == WITHOUT


@pytest.mark.parametrize(("answer", "words"), [("keep", "Zahra Testvrouw bellen"), ("replace", "… bellen")])
def test_a_deleted_action_about_an_employer_is_listed_by_what_was_decided(coordinator_client, zahra, answer, words):
    action = FollowUp.objects.create(employer=make_employer(), text="Zahra Testvrouw bellen", due_on=today())
    delete(coordinator_client, action)
    forget(coordinator_client, zahra, answer)
    assert words in text(coordinator_client.get(reverse("dossiers_deletions")))
    assert restore(coordinator_client, action).text == words


def test_a_deleted_record_about_the_person_itself_can_not_come_back(coordinator_client, zahra):
    moment = ContactMoment.objects.create(dossier=zahra, text="Zahra Testvrouw gebeld", held_on=today())
    piet = make_piet()
    for record in (moment, piet):
        delete(coordinator_client, record)
    page = text(coordinator_client.get(reverse("dossiers_anonymise", args=[zahra.pk])))
    assert f"1 verwijderd gegeven: kan niet meer terug ({moment.heading})" in page
    forget(coordinator_client, zahra, "keep")
    assert [record.key for deletion in Deletion.objects.all() for record in deletion.get_records()] == [piet.pk]


def test_a_first_name_alone_stays_in_a_deleted_dossier_where_nobody_decides(coordinator_client, zahra):
    piet = delete(coordinator_client, make_piet(notes="Zahra belde. Mevrouw Testvrouw ook."))
    anonymize_dossier(zahra.pk, None, "de termijn")
    assert restore(coordinator_client, piet).notes == "Zahra belde. Mevrouw … ook."


def test_deleting_the_person_asks_about_deleted_records_too(coordinator_client, zahra):
    piet = delete(coordinator_client, make_piet())
    address = url(Dossier, "delete", zahra.pk)
    (mention,) = coordinator_client.get(address).context["form"].mentions
    coordinator_client.post(address, {mention.key: "replace"})
    deletion = Deletion.objects.get(records__icontains="Losstaand")
    coordinator_client.post(reverse("dossiers_deletion_undo", args=[deletion.pk]))
    assert Dossier.objects.get(pk=piet.pk).notes == WITHOUT


def test_a_deleted_dossier_that_was_merged_for_a_while_can_come_back(coordinator_client, zahra):
    other = make_dossier(given_name="Safia", family_name="Anders", notes="Zahra Testvrouw gaf dit nummer.")
    undo_merge(merge_dossiers(zahra, other))
    other = delete(coordinator_client, Dossier.objects.get(reference=other.reference))
    page = text(coordinator_client.get(reverse("dossiers_anonymise", args=[zahra.pk])))
    assert f"wordt hiermee niet vergeten. Dezelfde persoon? Vergeet dan ook dat dossier. {other.heading}" in page
    assert "kan niet meer terug" not in page and "Zahra Testvrouw gaf dit nummer." in page
    forget(coordinator_client, zahra, "keep")
    assert restore(coordinator_client, other).notes == "Zahra Testvrouw gaf dit nummer."
    coordinator_client.post(url(Dossier, "delete", other.pk))
    anonymize_deleted(other.pk, None, "op verzoek")
    assert not Deletion.objects.exclude(records=[]).exists()


@pytest.mark.parametrize(("answer", "notes"), [("keep", "Gehoord van Sjoukje Hoekstra"), ("replace", "Gehoord van …")])
def test_a_deleted_interest_of_another_employer_that_names_a_forgotten_contact_comes_back(
    coordinator_client, answer, notes
):
    employer = make_employer(company_name="Kas Noord", **SJOUKJE)
    interest = delete(coordinator_client, make_interest(notes="Gehoord van Sjoukje Hoekstra"))
    address = reverse("dossiers_forget_contact", args=[employer.pk])
    page = coordinator_client.get(address)
    assert f"{interest.heading}, verwijderd op" in text(page) and "kan niet meer terug" not in text(page)
    (mention,) = page.context["form"].mentions
    assert "is vergeten" in text(coordinator_client.post(address, {mention.key: answer}, follow=True))
    assert restore(coordinator_client, interest).notes == notes


def test_a_deleted_employer_with_the_same_contact_comes_back_without_the_contact(coordinator_client):
    employer, other = (
        make_employer(company_name="Kas Noord", **SJOUKJE),
        make_employer(company_name="Kas Zuid", **SJOUKJE),
    )
    delete(coordinator_client, other)
    address = reverse("dossiers_forget_contact", args=[employer.pk])
    mentions = coordinator_client.get(address).context["form"].mentions
    coordinator_client.post(address, dict.fromkeys([mention.key for mention in mentions], "replace"))
    restored = restore(coordinator_client, other)
    assert (restored.company_name, restored.contact_name, restored.email, restored.phone) == ("Kas Zuid", "…", "", "")


def test_a_deleted_interest_that_names_a_former_contact_as_its_own_can_not_come_back(coordinator_client):
    employer = make_employer(company_name="Kas Noord", **SJOUKJE)
    employer.contact_name, employer.email, employer.phone = "Henk Terpstra", "henk@kas.example", ""
    employer.save()
    interest = make_interest(employer=employer, contact_given=SJOUKJE | {"company_name": "Kas Noord"})
    delete(coordinator_client, interest)
    (former,) = find_former_contacts(employer)
    address = reverse("dossiers_forget_former_contact", args=[employer.pk, former.digest])
    page = coordinator_client.get(address)
    assert f"1 verwijderd gegeven: kan niet meer terug ({interest.heading})" in text(page)
    coordinator_client.post(address, dict.fromkeys([each.key for each in page.context["form"].mentions], "replace"))
    assert not Deletion.objects.exclude(records=[]).exists() and EmployerInterest.history.filter(id=interest.pk)
    assert find_in_tables(["Sjoukje", "sjoukje@"]) == []


def test_a_restored_backup_keeps_deleted_records_of_others_without_the_name(coordinator_client, zahra):
    piet = delete(coordinator_client, make_piet(notes=f"{NOTES} Zahra belt."))
    event = Event(Deletion.objects.get().applied_at, Removal.ANONYMIZED, "dossiers.Dossier", [zahra.pk])
    assert replay_events([event]) == 1
    assert restore(coordinator_client, piet).notes == f"{WITHOUT} Zahra belt."
