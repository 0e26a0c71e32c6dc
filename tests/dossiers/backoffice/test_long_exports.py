"""Tests of exports in the background: for their user only, with the rows on the screen, and for one day."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from dossiers.models import Dossier, Employer, EmployerInterest, ExportRun, ImportRun
from dossiers.models.imports.import_run import private_storage
from dossiers.models.rights import COORDINATORS
from dossiers.progress import Progress
from dossiers.tasks import make_export

from ..models.factories import make_dossier, make_employer
from .pages import raw, text, url


@pytest.fixture(autouse=True)
def limit_of_two_records(monkeypatch) -> None:
    monkeypatch.setattr("dossiers.backoffice.exports.MAX_SYNCHRONOUS_RECORDS", 2)


@pytest.fixture
def people(base_data) -> None:
    for given_name, family_name, status in (
        ("Aron", "Cilan", "intake"),
        ("Bahar", "Araya", "intake"),
        ("Chanda", "Berhe", "available"),
        ("Dawit", "Dirar", "intake"),
    ):
        make_dossier(given_name=given_name, family_name=family_name, status=status)


def request_export(client: Client, format: str = "csv", columns: str = "all", model=Dossier, **query) -> ExportRun:
    address = f"{url(model, 'export_choice')}?{'&'.join(f'{k}={v}' for k, v in query.items())}"
    response = client.post(address, {"format": format, "columns": columns})
    assert response.status_code == 302, text(response)
    return ExportRun.objects.latest("pk")


def export_url(run: ExportRun, part: str = "") -> str:
    return f"/beheer/exports/{run.pk}/{part}"


def get_given_names(response) -> list[str]:
    return [row["Voornaam"] for row in csv.DictReader(io.StringIO(raw(response).lstrip("\ufeff")), delimiter=";")]


def expire(run: ExportRun) -> None:
    ExportRun.objects.filter(pk=run.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def destroy_old_files() -> str:
    out = io.StringIO()
    call_command("destroy_old_files", stdout=out)
    return out.getvalue()


# The set


def test_a_short_export_is_immediate_and_stores_nothing(coordinator_client, people):
    response = coordinator_client.post(
        f"{url(Dossier, 'export_choice')}?q=aron", {"format": "xlsx", "columns": "shown"}
    )
    assert response.url == f"{url(Dossier, 'export', 'xlsx')}?q=aron&what=shown"
    assert coordinator_client.get(response.url).status_code == 200
    assert not ExportRun.objects.exists()


def test_the_url_of_a_long_export_redirects_to_the_choice_page(coordinator_client, people):
    response = coordinator_client.get(url(Dossier, "export", "csv"), {"status": "intake", "what": "shown"})
    assert response.url == f"{url(Dossier, 'export_choice')}?status=intake&what=shown&format=csv"
    form = coordinator_client.get(response.url).context["form"]
    assert (form["format"].value(), form["columns"].value()) == ("csv", "shown")


@pytest.mark.parametrize(
    ("query", "given_names"),
    [
        ({}, ["Bahar", "Chanda", "Aron", "Dawit"]),
        ({"status": "intake"}, ["Bahar", "Aron", "Dawit"]),
        ({"status": "intake", "ordering": "-family_name", "p": "2"}, ["Dawit", "Aron", "Bahar"]),
        ({"q": "d-2", "status": "intake"}, ["Bahar", "Aron", "Dawit"]),
    ],
)
def test_a_background_export_has_the_rows_of_the_list(coordinator_client, people, query, given_names):
    shown = [
        record.given_name
        for record in coordinator_client.get(url(Dossier, "list"), query | {"p": "1"}).context["object_list"]
    ]
    run = request_export(coordinator_client, **query)
    assert (run.state, run.rows) == ("ready", len(given_names))
    assert get_given_names(coordinator_client.get(export_url(run, "file/"))) == given_names == shown


@pytest.mark.parametrize("format", ["xlsx", "csv", "ods", "json"])
def test_every_format_can_be_made_in_the_background(coordinator_client, people, format):
    run = request_export(coordinator_client, format, "shown")
    response = coordinator_client.get(export_url(run, "file/"))
    assert f'.{format}"' in response["Content-Disposition"] and "no-store" in response["Cache-Control"]
    body = b"".join(response.streaming_content)
    assert body == run.file.open("rb").read() != b""


def test_a_background_export_has_only_records_that_its_user_may_see(coordinator_client, people, coordinator):
    run = ExportRun.objects.create(user=coordinator, kind="dossier", format="csv")
    Group.objects.get(name=COORDINATORS).permissions.remove(Permission.objects.get(codename="view_dossier"))
    make_export.call(run.pk)
    run.refresh_from_db()
    assert (run.state, run.rows) == ("ready", 0)


def test_a_user_who_lost_the_permission_meanwhile_gets_no_file(coordinator_client, people, coordinator):
    run = ExportRun.objects.create(user=coordinator, kind="dossier", format="csv")
    Group.objects.get(name=COORDINATORS).permissions.remove(Permission.objects.get(codename="export_csv_dossier"))
    make_export.call(run.pk)
    run.refresh_from_db()
    assert (run.state, bool(run.file)) == ("failed", False)
    assert "niet meer" in text(coordinator_client.get(export_url(run)))


def test_employers_can_be_exported_in_the_background(coordinator_client, base_data):
    for number in range(3):
        make_employer(company_name=f"Kas {number}")
    run = request_export(coordinator_client, model=Employer, q="Kas")
    assert raw(coordinator_client.get(export_url(run, "file/"))).count("Kas ") == 3


# Whose it is


def test_an_export_can_only_be_opened_by_its_user(coordinator_client, people, admin, as_user):
    run = request_export(coordinator_client)
    admin_client = as_user(admin)
    for part in ("", "file/", "progress/"):
        assert admin_client.get(export_url(run, part)).status_code == 404
    assert Client().get(export_url(run, "file/")).status_code == 302
    assert coordinator_client.get(export_url(run, "file/")).status_code == 200


def test_a_user_who_lost_the_permission_cannot_open_the_file(coordinator_client, people):
    run = request_export(coordinator_client)
    Group.objects.get(name=COORDINATORS).permissions.remove(Permission.objects.get(codename="export_csv_dossier"))
    assert coordinator_client.get(export_url(run, "file/")).status_code == 302


@pytest.mark.parametrize("user", ["partner", "reader", "editor"])
def test_a_user_without_export_permission_cannot_request_an_export(as_user, people, user, request):
    client = as_user(request.getfixturevalue(user))
    assert client.get(url(Dossier, "export_choice")).status_code == 302
    client.post(url(Dossier, "export_choice"), {"format": "csv", "columns": "all"})
    assert not ExportRun.objects.exists()


def test_a_format_without_permission_cannot_be_requested(as_user, people, coordinator):
    Group.objects.get(name=COORDINATORS).permissions.remove(Permission.objects.get(codename="export_csv_dossier"))
    client = as_user(get_user_model().objects.get(pk=coordinator.pk))
    response = client.post(url(Dossier, "export_choice"), {"format": "csv", "columns": "all"})
    assert response.status_code == 200 and response.context["form"].errors
    assert not ExportRun.objects.exists()


# How it is told


def test_the_page_of_an_export_shows_its_progress(coordinator_client, people, coordinator):
    run = ExportRun.objects.create(user=coordinator, kind="dossier", format="csv", state="writing")
    Progress.of(run).report(1_000, 4_000)
    assert coordinator_client.get(export_url(run, "progress/")).json() == {
        "busy": True,
        "done": 1000,
        "total": 4000,
        "stalled": False,
    }
    assert "1.000" in text(coordinator_client.get(export_url(run)))
    assert coordinator_client.get(export_url(run, "file/")).status_code == 404


def test_only_the_user_is_notified_once_on_the_next_page(coordinator_client, people, admin, as_user):
    run = request_export(coordinator_client)
    assert "bestand" not in text(as_user(admin).get("/beheer/"))
    html = coordinator_client.get("/beheer/").content.decode()
    assert "Uw bestand staat klaar." in html and export_url(run) in html
    assert export_url(run) not in coordinator_client.get("/beheer/").content.decode()


def test_opening_the_page_of_an_export_replaces_the_notification(coordinator_client, people):
    run = request_export(coordinator_client)
    assert coordinator_client.get(export_url(run)).content.decode().count("Uw bestand staat klaar.") == 0
    assert export_url(run) not in coordinator_client.get("/beheer/").content.decode()


def test_the_download_starts_by_itself_once_when_the_file_is_ready(coordinator_client, people, coordinator):
    run = request_export(coordinator_client)
    start = f'<meta http-equiv="refresh" content="0; url={export_url(run, "file/")}">'
    link = f'href="{export_url(run, "file/")}"'
    page = coordinator_client.get(export_url(run)).content.decode()
    assert start in page and link in page and "begint vanzelf" in page
    page = coordinator_client.get(export_url(run)).content.decode()
    assert start not in page and link in page and "begint vanzelf" not in page
    busy = ExportRun.objects.create(user=coordinator, kind="dossier", format="csv", state="writing")
    assert export_url(busy, "file/") not in coordinator_client.get(export_url(busy)).content.decode()


def test_the_notification_downloads_the_file(coordinator_client, people):
    run = request_export(coordinator_client)
    assert f'href="{export_url(run, "file/")}"' in coordinator_client.get("/beheer/").content.decode()


def test_the_email_about_an_export_has_a_link_and_no_personal_data(coordinator_client, people, coordinator):
    run = request_export(coordinator_client, q="d-2")
    (message,) = mail.outbox
    assert message.to == [coordinator.email]
    assert export_url(run) in message.body
    message_text = f"{message.subject} {message.body}"
    for word in ("Aron", "Araya", "Bahar", "q=d", coordinator.username, "dossier"):
        assert word not in message_text


def test_a_failed_export_is_reported(coordinator_client, people, monkeypatch):
    monkeypatch.setattr("dossiers.spreadsheets.exports.export_files.FORMATS", {})
    run = request_export(coordinator_client)
    assert run.state == "failed"
    assert export_url(run) in coordinator_client.get("/beheer/").content.decode()
    assert "niet gemaakt" in text(coordinator_client.get(export_url(run)))
    assert mail.outbox == []


def test_a_list_too_long_for_a_workbook_is_refused_with_the_reason(coordinator_client, people, monkeypatch):
    short = type("Short", (), {"max_rows": 3})()
    monkeypatch.setattr("dossiers.spreadsheets.exports.export_files.FORMATS", {"xlsx": short})
    assert "csv" in request_export(coordinator_client, "xlsx").reason


def test_a_repeated_task_makes_one_file_and_one_email(coordinator_client, people):
    run = request_export(coordinator_client)
    before = run.file.name
    make_export.call(run.pk)
    run.refresh_from_db()
    assert run.file.name == before and len(mail.outbox) == 1
    assert len(private_storage().listdir("exports")[1]) == 1


# How it ends


def test_an_expired_export_cannot_be_opened(coordinator_client, people):
    run = request_export(coordinator_client)
    expire(run)
    assert coordinator_client.get(export_url(run, "file/")).status_code == 404
    assert "vernietigd" in text(coordinator_client.get(export_url(run)))


def test_the_command_destroys_and_reports_an_expired_export(coordinator_client, people):
    run, recent_run = request_export(coordinator_client, q="d-2"), request_export(coordinator_client)
    place = run.file.name
    expire(run)
    assert destroy_old_files() == f"Vernietigd: export {run.pk} (csv).\n"
    run.refresh_from_db()
    assert (run.state, run.query, bool(run.file), private_storage().exists(place)) == ("gone", "", False, False)
    assert coordinator_client.get(export_url(recent_run, "file/")).status_code == 200
    assert destroy_old_files() == "Er was niets te vernietigen.\n"


def test_the_command_destroys_the_file_of_a_deleted_user(coordinator_client, people, coordinator, monkeypatch):
    place = request_export(coordinator_client).file.name
    coordinator.delete()
    assert destroy_old_files() == "Er was niets te vernietigen.\n"  # it may be one that is being written
    monkeypatch.setattr("dossiers.spreadsheets.expiry.UNKNOWN_FILE_RETENTION", timedelta(seconds=-5))
    assert "exports" in destroy_old_files()
    assert not private_storage().exists(place)


@pytest.mark.parametrize(
    ("state", "age", "state_and_upload"),
    [
        ("reading", timedelta(minutes=59), ("reading", True)),
        ("reading", timedelta(minutes=61), ("refused", False)),
        ("asking", timedelta(minutes=61), ("refused", False)),
        ("previewed", timedelta(minutes=61), ("previewed", False)),
    ],
)
def test_an_uploaded_list_is_stored_for_at_most_an_hour(base_data, state, age, state_and_upload):
    name = private_storage().save("uploads/Jansen.csv", io.BytesIO(b"Voornaam\nSelam"))
    run = ImportRun.objects.create(
        record="dossiers", file_name="Jansen.csv", upload=name, state=state, created_at=timezone.now() - age
    )
    printed = destroy_old_files()
    run.refresh_from_db()
    assert (run.state, bool(run.upload)) == state_and_upload
    assert private_storage().exists(name) == state_and_upload[1]
    assert "Jansen" not in printed
    assert (str(run.pk) in printed) == (not state_and_upload[1])
    assert bool(run.reason) == (state_and_upload[0] == "refused")
    assert destroy_old_files() == "Er was niets te vernietigen.\n"


# The template


@pytest.mark.parametrize(("record", "model"), [("dossiers", Dossier), ("employer_interest", EmployerInterest)])
def test_the_template_is_linked_from_the_import_page_and_the_list(coordinator_client, base_data, record, model):
    address = f"/beheer/imports/template/{record}/"
    assert address in coordinator_client.get(f"/beheer/imports/new/{record}/").content.decode()
    assert address in coordinator_client.get(url(model, "list")).content.decode()
    response = coordinator_client.get(address)
    assert response["Content-Disposition"].endswith('.xlsx"') and b"".join(response.streaming_content)[:2] == b"PK"


def test_the_template_needs_permission_to_import(as_user, reader, coordinator_client, base_data):
    assert as_user(reader).get("/beheer/imports/template/dossiers/").status_code == 302
    assert coordinator_client.get("/beheer/imports/template/nothing/").status_code == 404
