"""The file with all data of a person has no data of others, and its export is logged."""

import io
import json
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.urls import reverse

from access_log.models import AccessLogEntry
from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.models import ContactMoment, Dossier, Expense, FollowUp, OwnField, Status, Step

from ..backoffice.pages import raw, text, url
from ..models.factories import make_dossier, make_employer, make_interest
from ..models.merges import merge_dossiers
from ..models.placements import make_placement, make_ready_dossier, today
from ..models.test_activity import make_finding
from ..spreadsheets.imports import Lists


@pytest.fixture
def filled_dossier(base_data, tmp_path, coordinator) -> Dossier:
    row = {"Extern nummer": "P77", "Voornaam": "Selamawit", "Achternaam": "Haile", "Geboortedatum": "12-03-1990"}
    Lists(tmp_path).apply(row, {**row, "Extern nummer": "P78", "Voornaam": "Omar", "Achternaam": "Said"})
    dossier = Dossier.objects.get(given_name="Selamawit")
    merge_dossiers(dossier, make_dossier(given_name="Selam", profession="bakker"), coordinator)
    able = make_ready_dossier()
    for name in ("status", "expectation_talk_on", "privacy_notice_on", "application_date", "in_reception"):
        setattr(dossier, name, getattr(able, name))
    dossier.document_expires_on = able.document_expires_on
    dossier.save()
    employer = make_employer(company_name="Kas aan de Vaart", contact_name="Henk de Fictie", email="henk@example.org")
    placement = make_placement(Step.INTERVIEW, dossier, make_interest(employer=employer))
    ContactMoment.objects.create(placement=placement, text="Belde over de fiets", held_on=today())
    make_finding(dossier=dossier, description="Geen bus om zes uur").save()
    FollowUp.objects.create(dossier=dossier, text="Fiets regelen", due_on=today())
    Expense.objects.create(dossier=dossier, category="guidance", description="Taalles", amount=1040)
    return Dossier.objects.get(pk=dossier.pk)


EVERYTHING = (
    *("Selamawit", "12-03-1990", "P77", "AZC Luttelgeest", "Kas aan de Vaart", "Belde over de fiets"),
    *(
        "Geen bus om zes uur",
        "Fiets regelen",
        "Taalles",
        "€ 1.040,00",
        "bakker",
        "lijst-1.csv, regel 2",
        "kennismaking",
    ),
)
OF_OTHERS = ("Henk de Fictie", "henk@example.org", "Omar", "P78")


def address(dossier: Dossier, format: str = "html") -> str:
    return reverse("dossiers_person_file", args=[dossier.pk, format])


def test_the_file_contains_all_data_of_the_person_and_no_data_of_others(filled_dossier, coordinator_client):
    page = text(coordinator_client.get(address(filled_dossier)))
    assert [phrase for phrase in EVERYTHING if phrase not in page] == []
    assert [phrase for phrase in OF_OTHERS if phrase in page] == []


def test_the_days_of_a_supply_are_those_on_which_it_was_taken_over(filled_dossier, coordinator_client):
    days = {"first_seen": datetime(2026, 3, 2, tzinfo=UTC), "last_seen": datetime(2026, 5, 4, tzinfo=UTC)}
    filled_dossier.supplies.update(**days)
    page = text(coordinator_client.get(address(filled_dossier)))
    assert "voor het eerst overgenomen op 02-03-2026, voor het laatst op 04-05-2026" in page


def test_the_file_has_the_history_of_a_merged_dossier_and_who_looked_at_it(base_data, coordinator, coordinator_client):
    OwnField.objects.create(record="dossiers", label="Schoenmaat", key="own_size", kind=OwnField.Kind.TEXT)
    stays, other = (
        make_dossier(given_name="Selam"),
        make_dossier(given_name="Selamawit", location="Geheimstad", languages=["ti"]),
    )
    other.location, other.extra = "Ens", {"own_size": "40"}
    other.save()
    coordinator_client.get(url(Dossier, "inspect", other.pk))
    merge_dossiers(stays, other, coordinator)
    page = text(coordinator_client.get(address(stays)))
    assert "Verblijfplaats: Geheimstad → Ens" in page and "Schoenmaat: 40" in page and "own_" not in page
    assert "Talen: Tigrinya" in page and "Status: aangemeld" in page
    assert AccessLogEntry.objects.filter(about=other.reference).count() == 1
    assert "bekeek" in page[page.index("Wie heeft gekeken") :]


@pytest.mark.parametrize("format", ["xlsx", "json"])
def test_the_spreadsheet_and_the_json_have_the_same_content(filled_dossier, coordinator_client, format):
    response = coordinator_client.get(address(filled_dossier, format))
    body = b"".join(response.streaming_content)
    if format == "json":
        rows = [list(record.values()) for record in json.loads(body)]
    else:
        rows = list(openpyxl.load_workbook(io.BytesIO(body)).active.values)
    whole = "\n".join(str(cell) for row in rows for cell in row)
    assert [phrase for phrase in EVERYTHING if phrase not in whole] == []
    assert [phrase for phrase in OF_OTHERS if phrase in whole] == []
    assert "no-store" in response["Cache-Control"]


def test_an_export_is_logged_and_listed_in_the_next_export(filled_dossier, coordinator_client):
    coordinator_client.get(address(filled_dossier))
    entry = AccessLogEntry.objects.get()
    assert (entry.user_name, entry.about, entry.what) == (
        "coordinator",
        filled_dossier.reference,
        AccessLogEntry.What.EXPORTED,
    )
    assert "alles wat over deze persoon bewaard is (html)" in entry.detail
    assert "alles wat over deze persoon bewaard is (html)" in text(coordinator_client.get(address(filled_dossier)))


def test_the_page_of_a_dossier_links_to_the_file(filled_dossier, coordinator_client):
    page = raw(coordinator_client.get(url(Dossier, "inspect", filled_dossier.pk)))
    assert all(address(filled_dossier, format) in page for format in ("html", "xlsx", "json"))


def test_an_anonymized_person_has_no_file(filled_dossier, coordinator_client):
    filled_dossier.placements.update(status="ended")
    Dossier.objects.filter(pk=filled_dossier.pk).update(status=Status.WITHDRAWN)
    anonymize_dossier(filled_dossier.pk, None, "op verzoek")
    assert coordinator_client.get(address(filled_dossier)).status_code == 404


@pytest.mark.parametrize("format", ["csv", "ods", "exe"])
def test_an_unknown_format_returns_404(filled_dossier, coordinator_client, format):
    assert coordinator_client.get(address(filled_dossier, format)).status_code == 404


@pytest.mark.parametrize("role", ["reader", "editor", "partner"])
def test_only_coordinators_can_download_the_file(filled_dossier, as_user, request, role):
    assert as_user(request.getfixturevalue(role)).get(address(filled_dossier)).status_code == 404
    assert not AccessLogEntry.objects.exists()


def test_the_file_of_an_empty_dossier_says_that_there_is_nothing(coordinator_client, base_data):
    page = text(coordinator_client.get(address(make_dossier(date_of_birth=date(1990, 3, 12)))))
    assert "Bevindingen Niets." in page
