"""Staff see it when work in the background stands still because no worker runs."""

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.models import BulkChange, ExportRun, ImportRun

BANNER = "Werk op de achtergrond staat stil:"
STALLED = "Dit werk staat stil."


def read_banner(client: Any, path: str = "/beheer/") -> str:
    page = client.get(path).content.decode()
    match = re.search(r'<aside class="stalled-work".*?</aside>', page, re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", match[0])).split()) if match else ""


@pytest.fixture
def stalled_mail(make_waiting_task, start_worker):
    """An e-mail that has been waiting for ten minutes, while only the other lanes have a worker."""
    start_worker("default")
    start_worker("reading")
    return make_waiting_task("mail", minutes=10)


@pytest.mark.parametrize("role", ["coordinator", "editor", "reader", "partner"])
def test_staff_read_what_stands_still_and_whom_to_tell(as_user, request, role, admin, stalled_mail):
    admin.first_name, admin.last_name = "Bea", "Beheer"
    admin.save()
    stalled_mail.refresh_from_db()
    since = f"{timezone.localtime(stalled_mail.enqueued_at):%d-%m-%Y %H:%M}"
    banner = read_banner(as_user(request.getfixturevalue(role)))
    assert f"{BANNER} e-mail versturen (sinds {since})." in banner
    assert "Geef het door aan een beheerder: Bea Beheer." in banner
    assert "lezen" not in banner


def test_an_administrator_gets_a_link_to_the_page_of_the_system(admin_client, stalled_mail):
    assert "Bekijk wat er aan de hand is" in read_banner(admin_client)
    assert "Geef het door" not in read_banner(admin_client)
    assert f'<a href="{reverse("system")}">' in admin_client.get("/beheer/").content.decode()


def test_the_banner_is_on_each_page_once_and_not_on_that_of_the_login(coordinator_client, client, stalled_mail):
    for path in ("/beheer/dossiers/", "/beheer/imports/", "/beheer/account/"):
        assert read_banner(coordinator_client, path).count(BANNER) == 1
    assert read_banner(client, "/inloggen/") == ""


def test_without_a_standstill_there_is_no_banner(coordinator_client, stalled_mail, start_worker):
    assert read_banner(coordinator_client)
    start_worker("mail")
    assert read_banner(coordinator_client) == ""


def test_a_page_asks_no_query_for_the_banner(coordinator_client, start_worker):
    start_worker()
    coordinator_client.get("/beheer/imports/")
    with CaptureQueriesContext(connection) as queries:
        assert read_banner(coordinator_client, "/beheer/imports/") == ""
    assert [query for query in queries if "workers_" in query["sql"] or "django_tasks" in query["sql"]] == []


@pytest.mark.parametrize(
    ("model", "lane", "other", "page", "progress"),
    [
        (ImportRun, "reading", "default", "dossiers_import", "dossiers_import_progress"),
        (BulkChange, "default", "reading", "dossiers_bulk_change", "dossiers_bulk_progress"),
        (ExportRun, "default", "reading", "dossiers_export", "dossiers_export_progress"),
    ],
)
def test_progress_says_that_nothing_works_on_it(
    coordinator_client, coordinator, start_worker, model, lane, other, page, progress
):
    fields = {
        ImportRun: {"state": ImportRun.State.READING, "record": "dossiers"},
        BulkChange: {"state": BulkChange.State.PREPARING, "kind": "dossier", "field": "location"},
        ExportRun: {"state": ExportRun.State.WAITING, "kind": "dossier", "format": "csv"},
    }
    run = model.objects.create(user=coordinator, **fields[model])
    page_url, progress_url = reverse(page, args=[run.pk]), reverse(progress, args=[run.pk])
    start_worker(other)
    text = html.unescape(coordinator_client.get(page_url).content.decode())
    assert re.search(r"data-progress-stalled\s*>", text) and "data-progress-text hidden" in text and STALLED in text
    assert coordinator_client.get(progress_url).json()["stalled"] is True
    start_worker(lane)
    text = coordinator_client.get(page_url).content.decode()
    assert "data-progress-stalled hidden" in text and "data-progress-text hidden" not in text
    assert coordinator_client.get(progress_url).json()["stalled"] is False
