"""Tests of exports, which have exactly the rows of the list and require a permission."""

import csv
import io
import json

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError

from dossiers.models import ClosingReason, Dossier, Employer, EmployerInterest, InterestStatus, Organisation, Status
from dossiers.models.exports.formats import EXPORT_FORMATS
from dossiers.models.rights import COORDINATORS
from dossiers.spreadsheets.imports.columns.columns import Headers
from dossiers.spreadsheets.resources import DossierResource, EmployerInterestResource

from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from ..models.placements import make_ready_dossier
from .pages import raw, text, url


def export(client, model, format: str = "csv", **query):
    return client.get(url(model, "export", format), query)


def rows(response, format: str = "csv") -> list[dict]:
    body = b"".join(response.streaming_content)
    if format == "csv":
        return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    header, *lines = openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


@pytest.fixture
def people(base_data) -> None:
    for given_name, family_name, status in (
        ("Aron", "Cilan", "intake"),
        ("Bahar", "Araya", "intake"),
        ("Chanda", "Berhe", "available"),
        ("Dawit", "Araya", "intake"),
    ):
        make_dossier(given_name=given_name, family_name=family_name, status=status, sectors=["Zorg"])


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_unfiltered_export_has_the_whole_list(coordinator_client, people, format):
    response = export(coordinator_client, Dossier, format)
    assert [row["Voornaam"] for row in rows(response, format)] == ["Bahar", "Dawit", "Chanda", "Aron"]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("query", "given_names"),
    [
        ({"status": "intake"}, ["Bahar", "Dawit", "Aron"]),
        ({"q": "araya"}, ["Bahar", "Dawit"]),
        ({"q": "c", "status": "available"}, ["Chanda"]),
        ({"status": "intake", "ordering": "-family_name"}, ["Aron", "Bahar", "Dawit"]),
        ({"q": "xyz"}, []),
    ],
)
def test_a_filtered_export_has_the_rows_and_order_of_the_list(coordinator_client, people, format, query, given_names):
    shown = [record.given_name for record in coordinator_client.get(url(Dossier, "list"), query).context["object_list"]]
    exported = [row["Voornaam"] for row in rows(export(coordinator_client, Dossier, format, **query), format)]
    assert sorted(exported) == sorted(given_names)
    assert exported == shown


def test_an_export_has_every_page_of_the_list(coordinator_client, base_data):
    for number in range(60):
        make_dossier(given_name=f"Kind{number}")
    exported = [row["Voornaam"] for row in rows(export(coordinator_client, Dossier, p=2))]
    assert len(set(exported)) == 60


def test_an_export_has_readable_values_and_no_external_numbers(coordinator_client, people):
    (row,) = rows(export(coordinator_client, Dossier, q="Aron"))
    assert row["Referentie"].startswith("D-")
    assert (row["Status"], row["Sectoren"], row["Geboortedatum"]) == ("intake", "Zorg", "12-03-1990")
    assert "Extern nummer" not in row


def test_formulas_are_exported_as_text(coordinator_client, base_data):
    make_dossier(given_name="=1+1", profession="@kok")
    (row,) = rows(export(coordinator_client, Dossier))
    assert (row["Voornaam"], row["Beroep"]) == ("'=1+1", "'@kok")
    (cell,) = rows(export(coordinator_client, Dossier, "xlsx"), "xlsx")
    assert cell["Voornaam"] == "=1+1"


def test_an_export_is_a_download_that_is_not_cached(coordinator_client, people):
    response = export(coordinator_client, Dossier, "xlsx")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="dossiers-')
    assert response.headers["Content-Disposition"].endswith('.xlsx"')
    assert "no-store" in response.headers["Cache-Control"]
    assert response.streaming


def test_an_export_of_the_shown_columns_has_the_order_of_the_list(coordinator_client, people):
    (row,) = rows(export(coordinator_client, Dossier, q="Aron", what="shown"))
    assert list(row) == [
        "Naam", "Referentie", "Status", "Nog nodig voor betaald werk", "Beroep", "Niveau Nederlands", "Begeleider",
    ]  # fmt: skip
    assert (row["Naam"], row["Status"]) == ("Aron Cilan", "intake")
    assert row["Nog nodig voor betaald werk"].count(", ") >= 2


def test_an_export_tells_a_ready_candidate_from_a_closed_dossier(coordinator_client):
    make_ready_dossier(given_name="Klaar")
    make_dossier(given_name="Gesloten", status=Status.WITHDRAWN, closing_reason=ClosingReason.objects.first())
    missing = {
        row["Naam"].split()[0]: row["Nog nodig voor betaald werk"]
        for row in rows(export(coordinator_client, Dossier, what="shown"))
    }
    assert missing == {"Klaar": "niets", "Gesloten": ""}


def test_an_export_names_the_coordinator_as_the_list_does_and_can_be_read_again(
    coordinator_client, coordinator, make_user
):
    coordinator.first_name, coordinator.last_name = "Nel", "Voorbeeld"
    coordinator.save()
    make_dossier(given_name="Aron", coordinator=coordinator, dutch_level="A0")
    listed = text(coordinator_client.get(url(Dossier, "list")))
    for what in ("shown", "all"):
        (row,) = rows(export(coordinator_client, Dossier, q="Aron", what=what))
        assert (row["Begeleider"], row["Niveau Nederlands"]) == ("Nel Voorbeeld", "A0")
        assert row["Begeleider"] in listed and "A0" in listed and "A0 (" not in listed
    widget = DossierResource().sheet_fields()["coordinator"].widget
    for name in ("Nel Voorbeeld", "nel voorbeeld", coordinator.username):
        assert widget.clean(name) == coordinator.username
    other = make_user("other", COORDINATORS)
    other.first_name, other.last_name = "Nel", "Voorbeeld"
    other.save()
    widget = DossierResource().sheet_fields()["coordinator"].widget
    with pytest.raises(ValidationError):  # which of the two is unknown
        widget.clean("Nel Voorbeeld")
    assert [widget.render(user.username) for user in (coordinator, other)] == [coordinator.username, "other"]


def test_a_json_export_of_the_shown_columns_has_typed_values(coordinator_client, base_data):
    employer = make_employer(company_name="Kas Zon")
    make_interest(employer=employer)
    (employer_data,) = json.loads(raw(export(coordinator_client, Employer, "json", what="shown")))
    assert (employer_data["company_name"], employer_data["interest_count"]) == ("Kas Zon", 1)


def test_the_company_of_a_sign_up_is_exported_in_a_column_that_imports_ignore(coordinator_client, base_data):
    make_sign_up(status=InterestStatus.NEW)
    (row,) = rows(export(coordinator_client, EmployerInterest, what="shown"))
    assert row["Bedrijf"] == ""
    assert row["Bedrijf volgens de aanmelding"] == EmployerInterest.objects.get().company_name != ""
    assert Headers(EmployerInterestResource()).exact("Bedrijf volgens de aanmelding") is None


@pytest.mark.parametrize("columns", ["shown", "all"])
def test_external_numbers_are_exported_only_when_filtered_by_organisation(coordinator_client, people, columns):
    azc = Organisation.objects.named("AZC Luttelgeest")
    Dossier.objects.get(given_name="Aron").supplies.create(organisation=azc, external_id="P1")
    (row,) = rows(export(coordinator_client, Dossier, organisation=azc.pk, what=columns))
    assert (row["Extern nummer"], row["Referentie"]) == ("P1", Dossier.objects.get(given_name="Aron").reference)
    assert "Extern nummer" not in rows(export(coordinator_client, Dossier, what=columns))[0]


def test_exported_interests_have_their_employer_and_leave_out_unconfirmed_ones(coordinator_client, base_data):
    make_interest(employer=make_employer(company_name="Kas Zon"))
    make_sign_up(status=InterestStatus.UNCONFIRMED)
    assert [row["Bedrijf"] for row in rows(export(coordinator_client, EmployerInterest))] == ["Kas Zon"]


def test_employers_can_be_exported(coordinator_client, base_data):
    make_employer(company_name="Kas Zon", kvk_number="01234567")
    (row,) = rows(export(coordinator_client, Employer))
    assert (row["Bedrijf"], row["KvK-nummer"]) == ("Kas Zon", "01234567")


# Who may


@pytest.mark.parametrize("model", [Dossier, Employer, EmployerInterest])
@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_each_export_format_of_each_record_has_its_own_permission(as_user, coordinator, people, model, format):
    codename = f"export_{format}_{model._meta.model_name}"
    Group.objects.get(name=COORDINATORS).permissions.remove(Permission.objects.get(codename=codename))
    client = as_user(get_user_model().objects.get(pk=coordinator.pk))
    other_format = "xlsx" if format == "csv" else "csv"
    refused = export(client, model, format)
    assert refused.status_code in (302, 403)
    assert "Bahar" not in raw(refused)
    assert export(client, model, other_format).status_code == 200
    page = client.get(url(model, "list")).content.decode()
    assert url(model, "export", format) not in page
    assert url(model, "export", other_format) in page


def test_a_user_who_may_export_but_not_view_exports_nothing(as_user, reader, people):
    reader.user_permissions.add(Permission.objects.get(codename="export_csv_dossier"))
    client = as_user(get_user_model().objects.get(pk=reader.pk))
    response = export(client, Dossier)
    assert response.status_code in (302, 403) or rows(response) == []


@pytest.mark.parametrize("format", ["pdf", "exe"])
def test_an_unknown_format_is_refused(coordinator_client, people, format):
    assert export(coordinator_client, Dossier, format).status_code in (302, 403, 404)


def test_a_forbidden_format_is_refused_like_an_unknown_one(as_user, coordinator, people):
    codename = "export_json_dossier"
    Group.objects.get(name=COORDINATORS).permissions.remove(Permission.objects.get(codename=codename))
    client = as_user(get_user_model().objects.get(pk=coordinator.pk))
    forbidden, unknown = (export(client, Dossier, format) for format in ("json", "exe"))
    assert (forbidden.status_code, forbidden.url) == (unknown.status_code, unknown.url)
    assert "json" not in text(client.get(url(Dossier, "list")))
    assert "json" not in text(client.get(url(Dossier, "export_choice")))


def test_the_export_buttons_include_the_filters_of_the_list(coordinator_client, people):
    page = coordinator_client.get(url(Dossier, "list"), {"q": "araya", "status": "intake"}).content.decode()
    assert "/beheer/dossiers/export/csv/?q=araya&amp;status=intake&amp;what=shown" in page
    assert "/beheer/dossiers/export/?q=araya&amp;status=intake" in page


def test_a_user_without_permission_gets_a_message(as_user, reader, people):
    response = as_user(reader).get(url(Dossier, "export", "csv"), follow=True)
    assert "geen toegang" in text(response) or "toestemming" in text(response)
