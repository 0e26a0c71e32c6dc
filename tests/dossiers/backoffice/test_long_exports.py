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
def long_from_three(monkeypatch) -> None:
    monkeypatch.setattr("dossiers.backoffice.exports.MAX_SYNCHRONOUS_RECORDS", 2)


@pytest.fixture
def people(base_data) -> None:
    for given, family, status in (
        ("Aron", "Cilan", "intake"),
        ("Bahar", "Araya", "intake"),
        ("Chanda", "Berhe", "available"),
        ("Dawit", "Dirar", "intake"),
    ):
        make_dossier(given_name=given, family_name=family, status=status)


def ask(client: Client, format: str = "csv", columns: str = "all", model=Dossier, **query) -> ExportRun:
    address = f"{url(model, 'export_choice')}?{'&'.join(f'{k}={v}' for k, v in query.items())}"
    response = client.post(address, {"format": format, "columns": columns})
    assert response.status_code == 302, text(response)
    return ExportRun.objects.latest("pk")


def page(run: ExportRun, part: str = "") -> str:
    return f"/beheer/exports/{run.pk}/{part}"


def names(response) -> list[str]:
    return [row["Voornaam"] for row in csv.DictReader(io.StringIO(raw(response).lstrip("\ufeff")), delimiter=";")]


def expire(run: ExportRun) -> None:
    ExportRun.objects.filter(pk=run.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def destroy() -> str:
    out = io.StringIO()
    call_command("destroy_old_files", stdout=out)
    return out.getvalue()


# The set


def test_a_short_list_comes_at_once_and_leaves_nothing_behind(coordinator_client, people):
    response = coordinator_client.post(
        f"{url(Dossier, 'export_choice')}?q=aron", {"format": "xlsx", "columns": "shown"}
    )
    assert response.url == f"{url(Dossier, 'export', 'xlsx')}?q=aron&what=shown"
    assert coordinator_client.get(response.url).status_code == 200
    assert not ExportRun.objects.exists()


def test_the_address_of_a_long_list_leads_to_the_page_that_asks(coordinator_client, people):
    response = coordinator_client.get(url(Dossier, "export", "csv"), {"status": "intake", "what": "shown"})
    assert response.url == f"{url(Dossier, 'export_choice')}?status=intake&what=shown&format=csv"
    form = coordinator_client.get(response.url).context["form"]
    assert (form["format"].value(), form["columns"].value()) == ("csv", "shown")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Bahar", "Chanda", "Aron", "Dawit"]),
        ({"status": "intake"}, ["Bahar", "Aron", "Dawit"]),
        ({"status": "intake", "ordering": "-family_name", "p": "2"}, ["Dawit", "Aron", "Bahar"]),
        ({"q": "ar"}, ["Bahar", "Aron", "Dawit"]),
    ],
)
def test_it_holds_exactly_what_the_screen_shows(coordinator_client, people, query, found):
    shown = [
        record.given_name
        for record in coordinator_client.get(url(Dossier, "list"), query | {"p": "1"}).context["object_list"]
    ]
    run = ask(coordinator_client, **query)
    assert (run.state, run.rows) == ("ready", len(found))
    assert names(coordinator_client.get(page(run, "file/"))) == found == shown


@pytest.mark.parametrize("format", ["xlsx", "csv", "ods", "json"])
def test_every_format_is_made_in_the_background_too(coordinator_client, people, format):
    run = ask(coordinator_client, format, "shown")
    response = coordinator_client.get(page(run, "file/"))
    assert f'.{format}"' in response["Content-Disposition"] and "no-store" in response["Cache-Control"]
    body = b"".join(response.streaming_content)
    assert body == run.file.open("rb").read() != b""


def test_it_holds_only_what_its_user_may_see_when_it_is_made(coordinator_client, people, coordinator):
    run = ExportRun.objects.create(user=coordinator, kind="dossier", format="csv")
    Group.objects.get(name=COORDINATORS).permissions.remove(Permission.objects.get(codename="view_dossier"))
    make_export.call(run.pk)
    run.refresh_from_db()
    assert (run.state, run.rows) == ("ready", 0)


def test_who_lost_the_right_meanwhile_gets_no_file(coordinator_client, people, coordinator):
    run = ExportRun.objects.create(user=coordinator, kind="dossier", format="csv")
    Group.objects.get(name=COORDINATORS).permissions.remove(Permission.objects.get(codename="export_csv_dossier"))
    make_export.call(run.pk)
    run.refresh_from_db()
    assert (run.state, bool(run.file)) == ("failed", False)
    assert "niet meer" in text(coordinator_client.get(page(run)))


def test_employers_go_out_in_the_background_too(coordinator_client, base_data):
    for number in range(3):
        make_employer(company_name=f"Kas {number}")
    run = ask(coordinator_client, model=Employer, q="Kas")
    assert raw(coordinator_client.get(page(run, "file/"))).count("Kas ") == 3


# Whose it is


def test_nobody_else_opens_it_whatever_their_rights(coordinator_client, people, admin, as_user):
    run = ask(coordinator_client)
    other = as_user(admin)
    for part in ("", "file/", "progress/"):
        assert other.get(page(run, part)).status_code == 404
    assert Client().get(page(run, "file/")).status_code == 302
    assert coordinator_client.get(page(run, "file/")).status_code == 200


def test_who_may_not_take_out_that_format_any_more_does_not_open_it(coordinator_client, people):
    run = ask(coordinator_client)
    Group.objects.get(name=COORDINATORS).permissions.remove(Permission.objects.get(codename="export_csv_dossier"))
    assert coordinator_client.get(page(run, "file/")).status_code == 302


@pytest.mark.parametrize("user", ["partner", "reader", "editor"])
def test_who_may_export_nothing_can_ask_nothing(as_user, people, user, request):
    client = as_user(request.getfixturevalue(user))
    assert client.get(url(Dossier, "export_choice")).status_code == 302
    client.post(url(Dossier, "export_choice"), {"format": "csv", "columns": "all"})
    assert not ExportRun.objects.exists()


def test_a_format_without_the_right_can_not_be_asked(as_user, people, coordinator):
    Group.objects.get(name=COORDINATORS).permissions.remove(Permission.objects.get(codename="export_csv_dossier"))
    client = as_user(get_user_model().objects.get(pk=coordinator.pk))
    response = client.post(url(Dossier, "export_choice"), {"format": "csv", "columns": "all"})
    assert response.status_code == 200 and response.context["form"].errors
    assert not ExportRun.objects.exists()


# How it is told


def test_its_page_shows_how_far_it_is(coordinator_client, people, coordinator):
    run = ExportRun.objects.create(user=coordinator, kind="dossier", format="csv", state="writing")
    Progress.of(run).report(1_000, 4_000)
    assert coordinator_client.get(page(run, "progress/")).json() == {"busy": True, "done": 1000, "total": 4000}
    assert "1.000" in text(coordinator_client.get(page(run)))
    assert coordinator_client.get(page(run, "file/")).status_code == 404


def test_its_user_is_told_once_on_the_next_page_and_nobody_else(coordinator_client, people, admin, as_user):
    run = ask(coordinator_client)
    assert "bestand" not in text(as_user(admin).get("/beheer/"))
    told = coordinator_client.get("/beheer/").content.decode()
    assert "Uw bestand staat klaar." in told and page(run) in told
    assert page(run) not in coordinator_client.get("/beheer/").content.decode()


def test_who_looks_at_its_own_page_needs_no_telling(coordinator_client, people):
    run = ask(coordinator_client)
    assert coordinator_client.get(page(run)).content.decode().count("Uw bestand staat klaar.") == 0
    assert page(run) not in coordinator_client.get("/beheer/").content.decode()


def test_the_mail_holds_the_link_and_nothing_of_anybody(coordinator_client, people, coordinator):
    run = ask(coordinator_client, q="a")
    (sent,) = mail.outbox
    assert sent.to == [coordinator.email]
    assert page(run) in sent.body
    whole = f"{sent.subject} {sent.body}"
    for word in ("Aron", "Araya", "Bahar", "q=a", coordinator.username, "dossier"):
        assert word not in whole


def test_a_failure_is_told_and_can_be_asked_again(coordinator_client, people, monkeypatch):
    monkeypatch.setattr("dossiers.spreadsheets.exports.export_files.FORMATS", {})
    run = ask(coordinator_client)
    assert run.state == "failed"
    assert page(run) in coordinator_client.get("/beheer/").content.decode()
    assert "niet gemaakt" in text(coordinator_client.get(page(run)))
    assert mail.outbox == []


def test_a_list_too_long_for_a_workbook_is_refused_in_words(coordinator_client, people, monkeypatch):
    short = type("Short", (), {"max_rows": 3})()
    monkeypatch.setattr("dossiers.spreadsheets.exports.export_files.FORMATS", {"xlsx": short})
    assert "csv" in ask(coordinator_client, "xlsx").reason


def test_a_task_that_runs_twice_makes_one_file_and_tells_once(coordinator_client, people):
    run = ask(coordinator_client)
    before = run.file.name
    make_export.call(run.pk)
    run.refresh_from_db()
    assert run.file.name == before and len(mail.outbox) == 1
    assert len(private_storage().listdir("exports")[1]) == 1


# How it ends


def test_after_a_day_it_can_not_be_opened_also_when_nothing_destroyed_it_yet(coordinator_client, people):
    run = ask(coordinator_client)
    expire(run)
    assert coordinator_client.get(page(run, "file/")).status_code == 404
    assert "vernietigd" in text(coordinator_client.get(page(run)))


def test_the_command_destroys_the_file_and_the_search_words_and_says_so(coordinator_client, people):
    run, kept = ask(coordinator_client, q="r"), ask(coordinator_client)
    place = run.file.name
    expire(run)
    assert destroy() == f"Vernietigd: export {run.pk} (csv).\n"
    run.refresh_from_db()
    assert (run.state, run.query, bool(run.file), private_storage().exists(place)) == ("gone", "", False, False)
    assert coordinator_client.get(page(kept, "file/")).status_code == 200
    assert destroy() == "Er was niets te vernietigen.\n"


def test_the_command_destroys_the_file_of_a_user_who_is_gone(coordinator_client, people, coordinator, monkeypatch):
    place = ask(coordinator_client).file.name
    coordinator.delete()
    assert destroy() == "Er was niets te vernietigen.\n"  # it may be one that is being written
    monkeypatch.setattr("dossiers.spreadsheets.expiry.UNKNOWN_FILE_RETENTION", timedelta(seconds=-5))
    assert "exports" in destroy()
    assert not private_storage().exists(place)


@pytest.mark.parametrize(
    ("state", "age", "after"),
    [
        ("reading", timedelta(minutes=59), ("reading", True)),
        ("reading", timedelta(minutes=61), ("refused", False)),
        ("asking", timedelta(minutes=61), ("refused", False)),
        ("previewed", timedelta(minutes=61), ("previewed", False)),
    ],
)
def test_an_uploaded_list_lives_for_an_hour_at_most(base_data, state, age, after):
    name = private_storage().save("uploads/Jansen.csv", io.BytesIO(b"Voornaam\nSelam"))
    run = ImportRun.objects.create(
        record="dossiers", file_name="Jansen.csv", upload=name, state=state, created_at=timezone.now() - age
    )
    printed = destroy()
    run.refresh_from_db()
    assert (run.state, bool(run.upload)) == after
    assert private_storage().exists(name) == after[1]
    assert "Jansen" not in printed
    assert (str(run.pk) in printed) == (not after[1])
    assert bool(run.reason) == (after[0] == "refused")
    assert destroy() == "Er was niets te vernietigen.\n"


# The template


@pytest.mark.parametrize(("record", "model"), [("dossiers", Dossier), ("employer_interest", EmployerInterest)])
def test_the_template_stands_beside_the_import_and_in_the_lists_menu(coordinator_client, base_data, record, model):
    address = f"/beheer/imports/template/{record}/"
    assert address in coordinator_client.get(f"/beheer/imports/new/{record}/").content.decode()
    assert address in coordinator_client.get(url(model, "list")).content.decode()
    response = coordinator_client.get(address)
    assert response["Content-Disposition"].endswith('.xlsx"') and b"".join(response.streaming_content)[:2] == b"PK"


def test_the_template_is_for_who_may_import(as_user, reader, coordinator_client, base_data):
    assert as_user(reader).get("/beheer/imports/template/dossiers/").status_code == 302
    assert coordinator_client.get("/beheer/imports/template/nothing/").status_code == 404
