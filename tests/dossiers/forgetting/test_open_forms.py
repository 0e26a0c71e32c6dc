"""A form or a reading of the API from before somebody was forgotten can't bring the person back."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.forgetting.employers import anonymize_contact
from dossiers.forgetting.mentions import find_mentions
from dossiers.forgetting.personal_data import Person
from dossiers.models import (
    ContactMoment,
    Dossier,
    Employer,
    EmployerInterest,
    Expense,
    ImportProfile,
    InterestStatus,
    Placement,
    SavedView,
    Status,
    Step,
)

from ...site.every_url.test_edit_forms import find_edit_form, get_form_data
from ..api.conftest import ApiClient
from ..backoffice.pages import text, url
from ..models.factories import make_employer, make_interest
from ..models.placements import make_placement, make_ready_dossier
from ..models.test_activity import make_finding
from ..text_search import find_in_tables
from .test_mentions import fill_searched_fields, make_searched_records

pytestmark = pytest.mark.usefixtures("base_data")


def open_forms(client: Client, records: list) -> dict[str, dict]:
    """Return {address: what a browser would send} of the forms of these records that have one."""
    forms = {}
    for record in records:
        try:
            address = url(type(record), "edit", record.pk)
        except (AttributeError, NoReverseMatch):
            continue
        forms[address] = get_form_data(find_edit_form(client.get(address)))
    return forms


def save_forms(client: Client, forms: dict[str, dict]) -> list[str]:
    """Send the forms, and return the addresses of those that were saved."""
    return [
        address
        for address, data in forms.items()
        if client.post(address, data).headers.get("Location", address) not in (address, "/beheer/")
    ]


def make_placed_person() -> tuple[Placement, list]:
    """Return an ended placement of a closed dossier, and records about it, in each of which the name stands."""
    dossier = make_ready_dossier(given_name="Selamawit", family_name="Haile")
    placement = make_placement(Step.ENDED, dossier, notes="Haile begint om acht uur")
    finding = make_finding(dossier=dossier, description="Haile leert Nederlands")
    finding.save()
    records = [
        finding,
        ContactMoment.objects.create(placement=placement, text="Haile gesproken"),
        Expense.objects.create(dossier=dossier, description="Reis van Haile", amount=1, category="incidental"),
    ]
    dossier.refresh_from_db()
    dossier.status = Status.COMPLETED
    dossier.save()
    return placement, records


def test_no_form_from_before_a_person_was_forgotten_is_saved(coordinator_client, coordinator):
    placement, own = make_placed_person()
    searched = make_searched_records(coordinator)
    fill_searched_fields(searched, "Selamawit Haile")
    ImportProfile.objects.update(values={"status": {"bij Haile": "x"}})
    view = SavedView.objects.create(kind="dossier", name="Samen met Haile", query="status=intake", owner=coordinator)
    forms = open_forms(coordinator_client, [placement, *own, *searched.values()])
    address = reverse("dossiers_view", args=[view.pk])
    forms[address] = get_form_data(find_edit_form(coordinator_client.get(address)))
    assert len(forms) >= 14
    decisions = {mention.key: True for mention in find_mentions(Person(placement.dossier))}
    anonymize_dossier(placement.dossier_id, None, "met de hand", decisions)
    assert save_forms(coordinator_client, forms) == []
    assert find_in_tables(["Haile"]) == []


def test_the_form_of_a_dossier_from_before_it_was_forgotten_says_that_nothing_was_saved(coordinator_client):
    placement, _records = make_placed_person()
    address = url(Dossier, "edit", placement.dossier_id)
    form = get_form_data(find_edit_form(coordinator_client.get(address)))
    anonymize_dossier(placement.dossier_id, None, "termijn")
    page = text(coordinator_client.post(address, form | {"profession": "kapper in opleiding"}))
    assert "Er is niets opgeslagen: de gegevens van deze persoon zijn gewist." in page and "kapper" not in page
    assert "Dit dossier is geanonimiseerd op" in text(coordinator_client.get(address, follow=True))


def test_a_placement_of_a_forgotten_person_takes_no_new_text(coordinator_client):
    placement, _own = make_placed_person()
    anonymize_dossier(placement.dossier_id, None, "termijn")
    address = url(Placement, "edit", placement.pk)
    form = get_form_data(find_edit_form(coordinator_client.get(address)))
    answer = coordinator_client.post(address, form | {"notes": "Selamawit belde"})
    assert "Deze persoon is geanonimiseerd" in text(answer)
    assert find_in_tables(["Selamawit"]) == []


def make_closed_employer() -> tuple[Employer, EmployerInterest, ContactMoment]:
    employer = make_employer(contact_name="Henk Zwart", email="henk@example.org", phone="+31527000160")
    interest = make_interest(employer=employer, notes="Bel Henk Zwart", status=InterestStatus.CLOSED)
    return employer, interest, ContactMoment.objects.create(employer=employer, text="Henk Zwart gesproken")


def test_no_form_from_before_a_contact_was_forgotten_is_saved(coordinator_client):
    records = make_closed_employer()
    forms = open_forms(coordinator_client, list(records))
    anonymize_contact(records[0])
    assert save_forms(coordinator_client, forms) == []
    assert find_in_tables(["Zwart", "henk@", "527000160"]) == []


def test_a_change_by_the_api_of_what_was_read_before_a_contact_was_forgotten_is_refused(coordinator):
    api, (employer, interest, _moment) = ApiClient(coordinator), make_closed_employer()
    changes = {
        f"employers/{employer.pk}": {"contact_name": "Henk Zwart"},
        f"employer-interests/{interest.reference}": {"notes": "Bel Henk Zwart"},
    }
    read = {path: api.send("get", path).headers["ETag"] for path in changes}
    anonymize_contact(employer)
    answers = [api.send("patch", path, payload, If_Match=read[path]) for path, payload in changes.items()]
    assert [answer.status_code for answer in answers] == [412, 412]
    assert find_in_tables(["Zwart"]) == []
