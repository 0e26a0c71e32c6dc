"""Tests of the undo of deletions: what was deleted comes back as it was, within 30 days."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dates.format import format_date
from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.models import (
    ContactMoment,
    Deletion,
    Dossier,
    Employer,
    EmployerInterest,
    Expense,
    FollowUp,
    Organisation,
    Placement,
    Sector,
    Status,
    Step,
    Supply,
)
from dossiers.models.activity.record_mail import RecordMail
from dossiers.models.change_set import UNDO_WITHIN
from dossiers.models.snapshots import create_snapshot
from dossiers.spreadsheets.expiry import destroy_expired

from ..models.factories import make_dossier, make_employer, make_interest
from ..models.merges import merge_dossiers, undo_merge
from ..models.placements import make_placement
from .bulk import apply_change, change_url
from .pages import text, url
from .test_deletion import bulk_delete_url, confirm


def delete(client, record):
    """Delete a record on its page, and return the URL of the undo that the message offers."""
    assert client.post(url(type(record), "delete", record.pk)).status_code == 302
    return undo_url(Deletion.objects.latest("pk"))


def list_terms(client) -> dict[str, str]:
    """Return until when each deletion in the list can be undone."""
    page = client.get(reverse("dossiers_deletions"))
    name, *_others, until = page.context["view"].columns
    return {name.get_value(each): until.get_value(each) for each in page.context["object_list"]}


def undo_url(deletion) -> str:
    return reverse("dossiers_deletion_undo", args=[deletion.pk])


def test_a_deleted_dossier_comes_back_as_it_was(coordinator_client):
    dossier = make_dossier(given_name="Selam", family_name="Haile", notes="Werkt graag buiten")
    sector = Sector.objects.first()
    dossier.sectors.add(sector)
    organisation = Organisation.objects.first()
    Supply.objects.create(dossier=dossier, organisation=organisation, external_id="A-17", values={"city": "Emmeloord"})
    FollowUp.objects.create(dossier=dossier, text="Bellen", due_on=timezone.localdate())
    dossier.refresh_from_db()
    before = create_snapshot(dossier)
    address = delete(coordinator_client, dossier)
    assert not Dossier.objects.exists() and not Supply.objects.exists() and not FollowUp.objects.exists()
    page = text(coordinator_client.get(address))
    assert "Selam Haile" in page and "1 aanlevering" in page and "1 actie" in page
    assert text(coordinator_client.post(address, follow=True)).count("Selam Haile is terug") == 1
    assert create_snapshot(Dossier.objects.get()) == before
    supply = Supply.objects.get()
    assert (supply.external_id, supply.values, supply.organisation) == ("A-17", {"city": "Emmeloord"}, organisation)
    assert FollowUp.objects.get().dossier == dossier
    step = dossier.history.latest()
    assert step.sector_names == sector.name
    assert "Verwijderen ongedaan gemaakt" in text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))


def test_the_message_after_a_deletion_offers_the_undo(coordinator_client):
    response = coordinator_client.post(url(Employer, "delete", make_employer().pk), follow=True)
    assert undo_url(Deletion.objects.get()) in response.content.decode()


def test_records_deleted_together_come_back_together(coordinator_client):
    actions = [FollowUp.objects.create(text=f"Taak {n}", due_on=timezone.localdate()) for n in range(5)]
    confirm(coordinator_client, bulk_delete_url(FollowUp, id=[action.pk for action in actions]))
    assert not FollowUp.objects.exists()
    page = text(coordinator_client.get(reverse("dossiers_deletions")))
    assert "en nog 2" in page
    assert "5 acties" in text(coordinator_client.post(undo_url(Deletion.objects.get()), follow=True))
    assert set(FollowUp.objects.values_list("pk", flat=True)) == {action.pk for action in actions}


def test_a_deleted_proposal_that_comes_back_sets_the_status_of_the_dossier_again(coordinator_client):
    placement = make_placement()
    address = delete(coordinator_client, placement)
    placement.dossier.refresh_from_db()
    assert placement.dossier.status == Status.AVAILABLE
    assert f"De status wordt “gekoppeld”: {placement.dossier.reference}" in text(coordinator_client.get(address))
    coordinator_client.post(address)
    placement.dossier.refresh_from_db()
    assert placement.dossier.status == Status.MATCHED


@pytest.mark.parametrize("other_works", [True, False])
def test_a_placement_that_comes_back_and_changes_no_status_announces_none(coordinator_client, other_works):
    placement = make_placement()
    dossier = placement.dossier
    if other_works:
        make_placement(dossier=dossier)
        dossier.placements.exclude(pk=placement.pk).update(status=Step.WORKING)
        Dossier.objects.update(status=Status.WORKING)
    else:
        Placement.objects.update(status=Step.ENDED)
    address = delete(coordinator_client, placement)
    dossier.refresh_from_db()
    before = dossier.status
    assert "De status wordt" not in text(coordinator_client.get(address))
    coordinator_client.post(address)
    dossier.refresh_from_db()
    assert dossier.status == before


@pytest.mark.parametrize(
    ("values", "is_similar"),
    [
        ({"family_name": "Hayle"}, True),
        ({"given_name": "haile", "family_name": "Selam"}, True),
        ({"date_of_birth": date(1990, 12, 3)}, True),
        ({"family_name": "Tesfay"}, False),
    ],
)
def test_a_dossier_that_may_be_of_the_same_person_is_named_before_a_restore(coordinator_client, values, is_similar):
    person = {"given_name": "Selam", "family_name": "Haile", "date_of_birth": date(1990, 3, 12)}
    deleted = make_dossier(**person)
    address = delete(coordinator_client, deleted)
    other = make_dossier(**person | values)
    page = coordinator_client.get(address)
    expected = f"Mogelijk is er al een dossier van deze persoon: {other.reference} ."
    assert (expected in text(page)) == is_similar
    assert (f'href="{url(Dossier, "inspect", other.pk)}"' in page.content.decode()) == is_similar
    coordinator_client.post(address)
    assert set(Dossier.objects.all()) == {deleted, other}


@pytest.mark.parametrize(
    ("values", "is_similar"),
    [
        ({"company_name": "Bakkerij Verzonnen B.V."}, True),
        ({"email": "RIA@bos.example"}, True),
        ({"phone": "+31361234567"}, True),
        ({}, False),
    ],
)
def test_an_employer_that_may_be_the_same_is_named_before_a_restore(coordinator_client, values, is_similar):
    deleted = make_employer(company_name="Bakkerij Verzonnen", email="ria@bos.example", phone="+31361234567")
    address = delete(coordinator_client, deleted)
    other = make_employer(**{"company_name": "Kas & Fruit"} | values)
    page = coordinator_client.get(address)
    expected = f"Mogelijk is deze werkgever er al: {other.heading} ."
    assert (expected in text(page)) == is_similar
    assert (f'href="{url(Employer, "inspect", other.pk)}"' in page.content.decode()) == is_similar
    coordinator_client.post(address)
    assert set(Employer.objects.all()) == {deleted, other}


def test_a_proposal_of_a_dossier_that_was_closed_since_stays_away(coordinator_client):
    placement = make_placement()
    address = delete(coordinator_client, placement)
    Dossier.objects.update(status=Status.COMPLETED)
    assert "Open die eerst" in text(coordinator_client.get(address))
    coordinator_client.post(address)
    assert not Placement.objects.exists()


def test_a_record_whose_employer_was_deleted_says_what_to_restore_first(coordinator_client):
    interest = make_interest()
    employer = interest.employer
    of_interest = delete(coordinator_client, interest)
    of_employer = delete(coordinator_client, employer)
    assert f"Haal dat eerst terug: {employer.heading}" in text(coordinator_client.get(of_interest))
    assert list_terms(coordinator_client) == {
        employer.heading: format_date(Deletion.objects.get(model_label="dossiers.Employer").undo_until),
        interest.heading: "kan nu niet terug",
    }
    coordinator_client.post(of_interest)
    assert not EmployerInterest.objects.exists()
    coordinator_client.post(of_employer)
    coordinator_client.post(of_interest)
    assert EmployerInterest.objects.get().employer == employer


def test_a_value_that_must_be_unique_and_was_given_to_another_keeps_the_record_away(coordinator_client):
    employer = make_employer(kvk_number="12345678")
    address = delete(coordinator_client, employer)
    make_employer(kvk_number="12345678")
    page = text(coordinator_client.get(address))
    assert "Dit kan nu niet terug" in page
    coordinator_client.post(address)
    assert Employer.objects.count() == 1


@pytest.mark.parametrize("about", ["dossier", "interest"])
def test_an_action_that_its_rule_made_again_stays_with_the_other_record(coordinator_client, about):
    records = [make_dossier() if about == "dossier" else make_interest() for _number in range(2)]
    by_rule = {"rule": "silent_candidate", "occasion": "7", "due_on": timezone.localdate()}
    FollowUp.objects.create(**{about: records[0]}, text="Bel eens", **by_rule)
    FollowUp.objects.create(**{about: records[0]}, text="Mail ook", due_on=timezone.localdate())
    address = delete(coordinator_client, records[0])
    again = FollowUp.objects.create(**{about: records[1]}, text="Bel nog eens", **by_rule)
    page = text(coordinator_client.get(address))
    assert f"De actie Bel eens komt niet terug: die hoort nu bij {records[1].reference}." in page
    assert "met 1 actie" in page
    coordinator_client.post(address)
    assert type(records[0]).objects.filter(pk=records[0].pk).exists()
    assert {action.text for action in FollowUp.objects.all()} == {"Mail ook", "Bel nog eens"}
    assert getattr(FollowUp.objects.get(pk=again.pk), about) == records[1]


def test_the_list_names_who_deleted_one_record_and_who_deleted_several(coordinator_client):
    delete(coordinator_client, make_employer())
    confirm(coordinator_client, bulk_delete_url(Employer, id=[make_employer().pk for _number in range(2)]))
    page = coordinator_client.get(reverse("dossiers_deletions"))
    assert {deletion.user.username for deletion in page.context["object_list"]} == {"coordinator"}


def test_pressing_restore_twice_restores_once(coordinator_client):
    address = delete(coordinator_client, make_employer())
    coordinator_client.post(address)
    assert coordinator_client.post(address).status_code == 302
    assert Employer.objects.count() == 1


def test_the_page_of_a_deleted_record_leads_to_its_undo(coordinator_client):
    employer = make_employer()
    address = delete(coordinator_client, employer)
    response = coordinator_client.post(url(Employer, "edit", employer.pk), {"company_name": "Kaasmakerij"})
    assert response.status_code == 404 and address in response.content.decode()


def test_after_thirty_days_nothing_can_be_restored_and_nothing_is_kept(coordinator_client):
    address = delete(coordinator_client, make_employer())
    Deletion.objects.update(applied_at=timezone.now() - UNDO_WITHIN - timedelta(minutes=1))
    assert destroy_expired()
    assert Deletion.objects.get().records == []
    assert coordinator_client.get(address).status_code == 404


def test_forgetting_somebody_keeps_only_what_was_deleted_about_them_away(coordinator_client):
    dossier = make_dossier(given_name="Zarimah", family_name="Qoltaxani")
    other = make_dossier(given_name="Selam", family_name="Haile")
    about = ContactMoment.objects.create(dossier=dossier, text="Gebeld")
    naming = ContactMoment.objects.create(dossier=other, text="Werkt samen met Zarimah Qoltaxani")
    neither = ContactMoment.objects.create(dossier=other, text="Gebeld over de reistijd")
    addresses = [delete(coordinator_client, contact) for contact in (about, naming, neither)]
    Dossier.objects.filter(pk=dossier.pk).update(status=Status.COMPLETED)
    anonymize_dossier(dossier.pk, None, "op verzoek")
    assert [coordinator_client.get(address).status_code for address in addresses] == [404, 200, 200]
    assert "Qoltaxani" not in str(list(Deletion.objects.values_list("records", flat=True)))
    coordinator_client.post(addresses[1])
    assert ContactMoment.objects.get(pk=naming.pk).text == "Werkt samen met …"


@pytest.mark.parametrize("role", ["partner", "reader", "editor"])
def test_who_may_delete_nothing_sees_no_deletions(as_user, request, coordinator_client, role):
    address = delete(coordinator_client, make_employer())
    client = as_user(request.getfixturevalue(role))
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    assert client.get(reverse("dossiers_deletions")).status_code == 404


def test_an_expense_can_be_restored_too(coordinator_client):
    expense = Expense.objects.create(category="guidance", description="Reiskosten", amount=10)
    coordinator_client.post(delete(coordinator_client, expense))
    assert Expense.objects.get().amount == 10


def test_a_mail_that_was_deleted_while_it_waited_is_restored_as_not_sent(coordinator_client):
    contact = ContactMoment.objects.create(kind="mail", text="Vrijdag\n\nTot dan", dossier=make_dossier())
    RecordMail.objects.create(contact=contact, recipient="candidate")
    coordinator_client.post(delete(coordinator_client, contact))
    assert (
        RecordMail.objects.get(contact=contact).get_state_display() == "niet verzonden: verwijderd toen de mail wachtte"
    )


def test_the_second_who_restores_reads_who_did_so_already(coordinator_client, as_user, reader):
    address = delete(coordinator_client, make_dossier())
    assert as_user(reader).get(address).status_code == 404
    coordinator_client.post(address)
    for response in (coordinator_client.get(address, follow=True), coordinator_client.post(address, follow=True)):
        assert "Dit is al teruggehaald door coordinator op" in text(response)
    assert as_user(reader).get(address).status_code == 404


def test_a_person_who_was_entered_again_since_is_named_before_the_dossier_comes_back(coordinator_client):
    person = {"given_name": "Selam", "family_name": "Haile", "date_of_birth": date(1990, 3, 4)}
    address = delete(coordinator_client, make_dossier(**person))
    again = make_dossier(**person | {"given_name": "SELAM"})
    assert f"een dossier van deze persoon: {again.reference}" in text(coordinator_client.get(address))


def test_a_bulk_change_can_be_undone_for_a_dossier_that_was_deleted_and_restored(coordinator_client):
    dossier = make_dossier(location="Emmeloord")
    change = apply_change(coordinator_client, Dossier, "location", "Urk")
    coordinator_client.post(delete(coordinator_client, dossier))
    coordinator_client.post(change_url(change, "undo/"))
    assert Dossier.objects.get().location == "Emmeloord"


def test_a_restored_dossier_keeps_what_a_bulk_change_filled_in_that_was_undone_meanwhile(coordinator_client):
    dossier = make_dossier(location="Emmeloord")
    make_dossier(location="Emmeloord")
    change = apply_change(coordinator_client, Dossier, "location", "Urk")
    address = delete(coordinator_client, dossier)
    coordinator_client.post(change_url(change, "undo/"))
    expected = f"Bulkwijziging {change.pk} is daarna ongedaan gemaakt. Wat die heeft ingevuld, komt mee terug"
    assert expected in text(coordinator_client.get(address))
    coordinator_client.post(address)
    page = text(coordinator_client.get(change_url(change)))
    assert "Was toen verwijderd, en is daarna teruggehaald" in page and "Daarna verwijderd" not in page


def test_the_empty_list_says_what_does_not_come_here(coordinator_client):
    dossiers = [make_dossier(status=Status.AVAILABLE) for _number in range(2)]
    change = apply_change(coordinator_client, Dossier, "status", Status.WITHDRAWN)
    coordinator_client.post(change_url(change, "undo/"))
    action = FollowUp.objects.create(dossier=dossiers[0], text="Bellen", due_on=timezone.localdate())
    delete(coordinator_client, action)
    assert "Bellen" in text(coordinator_client.get(reverse("dossiers_deletions")))
    Dossier.objects.update(status=Status.WITHDRAWN)
    anonymize_dossier(dossiers[0].pk, None, "op verzoek")
    page = text(coordinator_client.get(reverse("dossiers_deletions")))
    assert "is er niets verwijderd" not in page
    assert "Er staat hier niets dat u kunt terughalen." in page
    assert "tenzij iemand die erin voorkomt wordt vergeten" in page
    assert "doordat een import of een bulkwijziging ongedaan is gemaakt, staat hier niet" in page


def test_the_log_of_each_restored_record_says_that_it_was_restored(coordinator_client):
    dossiers = [make_dossier(), make_dossier()]
    confirm(coordinator_client, bulk_delete_url(Dossier, id=[dossier.pk for dossier in dossiers]))
    coordinator_client.post(undo_url(Deletion.objects.get()))
    for dossier in dossiers:
        assert "Verwijderen ongedaan gemaakt" in text(coordinator_client.get(url(Dossier, "history", dossier.pk)))


def test_an_undone_merge_names_its_dossier_again_after_that_was_deleted_and_restored(coordinator_client):
    dossier = make_dossier(given_name="Selam", family_name="Haile")
    merge = merge_dossiers(dossier, make_dossier())
    undo_merge(merge)
    coordinator_client.post(delete(coordinator_client, dossier))
    merge.refresh_from_db()
    assert merge.kept == dossier


def test_what_was_deleted_during_a_mistaken_merge_comes_back_to_the_person_whose_it_was(coordinator_client):
    target, other = make_dossier(), make_dossier()
    contacts = [ContactMoment.objects.create(dossier=dossier, text="Wil niet") for dossier in (target, other)]
    merge = merge_dossiers(target, other)
    addresses = [delete(coordinator_client, ContactMoment.objects.get(pk=contact.pk)) for contact in contacts]
    undo_merge(merge)
    files = [
        text(coordinator_client.get(reverse("dossiers_person_file", args=[who.pk, "html"]))) for who in (target, other)
    ]
    assert [page.count("Waarover: Wil niet") for page in files] == [1, 1]
    for address in addresses:
        coordinator_client.post(address)
    assert [contact.dossier for contact in ContactMoment.objects.order_by("pk")] == [target, other]


def test_what_was_deleted_before_its_dossier_was_merged_comes_back_after_the_undo_of_the_merge(coordinator_client):
    target, other = make_dossier(), make_dossier()
    address = delete(coordinator_client, ContactMoment.objects.create(dossier=other, text="Gebeld"))
    merge = merge_dossiers(target, other)
    page = text(coordinator_client.get(address))
    assert f"is samengevoegd met {target.reference}. Maak eerst die samenvoeging ongedaan." in page
    later = merge_dossiers(target, make_dossier())
    assert f"{later.reference} is daarna" in text(coordinator_client.get(address))
    undo_merge(later)
    undo_merge(merge)
    coordinator_client.post(address)
    assert ContactMoment.objects.get().dossier == other
