"""Administrators see on one page whether work in the background goes on, what failed and what waits."""

import html
import re
from datetime import timedelta
from smtplib import SMTPAuthenticationError
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult
from modelsearch import tasks as search_tasks
from wagtail import tasks as wagtail_tasks
from wagtail.images import tasks as image_tasks

from backups.models import OVERDUE_AFTER, Backup
from config.lane_worker import LaneWorker
from config.system.task_kinds import KINDS
from dossiers import tasks as dossier_tasks
from dossiers.emails import base as emails
from dossiers.emails.base import NotSent, send_email
from dossiers.emails.daily_digest import DigestEmail
from dossiers.models import ImportRun
from dossiers.tasks import count_ahead, each_morning, read_import
from pilot_pages.link_checks import tasks as link_tasks
from pilot_pages.webhooks import deliveries
from workers.models import ALIVE_FOR, WorkerHeartbeat

URL = "/beheer/system/"
SECRET = "Selam Haile"


@pytest.fixture
def page(admin_client, tasks_wait):
    """Return a function that returns the text of the page, without what surrounds it."""

    def read() -> str:
        content = admin_client.get(URL).content.decode()
        main = content[content.index("<main") : content.index("</main")]
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())

    return read


@pytest.fixture
def fail(monkeypatch, make_waiting_task):
    """Return a function that lets a task fail in a worker, with an error that names somebody."""

    def run(task: Task, *args: object, error: BaseException | None = None) -> DBTaskResult:
        def raise_error(*_args: object, **_kwargs: object) -> None:
            raise error or ValueError(f"{SECRET} can't be read")

        with monkeypatch.context() as patch:
            patch.setattr(type(task), "call", raise_error)
            result = task.enqueue(*args)
            LaneWorker("w", ["*"]).run_task(DBTaskResult.objects.get(pk=result.id))
        return DBTaskResult.objects.get(pk=result.id)

    return run


def press(client: Any, button: str, task: DBTaskResult) -> str:
    response = client.post(reverse(f"system_{button}", args=[task.pk]), follow=True)
    return html.unescape(response.content.decode())


# --- Who sees it


@pytest.mark.parametrize("role", ["coordinator", "editor", "reader", "partner"])
def test_the_page_does_not_exist_for_others(client, request, role, fail):
    task = fail(count_ahead)
    client.force_login(request.getfixturevalue(role))
    assert client.get(URL).status_code == 404
    assert URL not in client.get("/beheer/settings/").content.decode()
    for button in ("retry", "put_away"):
        assert client.post(reverse(f"system_{button}", args=[task.pk])).status_code == 404
    task.refresh_from_db()
    assert (task.status, task.exception_class_path) == (TaskResultStatus.FAILED, "builtins.ValueError")


def test_an_administrator_finds_the_page_in_the_settings(admin_client):
    assert f'href="{URL}"' in admin_client.get("/beheer/settings/").content.decode()


# --- Workers and lanes


def test_without_workers_the_page_says_what_stands_still_and_since_when(page, make_waiting_task):
    task = make_waiting_task("mail", minutes=10)
    since = timezone.localtime(DBTaskResult.objects.get(pk=task.pk).enqueued_at)
    text = page()
    assert "Er draait geen worker voor:" in text
    assert f"E-mail versturen geen 1, sinds {since:%d-%m-%Y %H:%M}" in text
    assert "In de laatste 24 uur is geen worker gezien." in text


def test_with_a_worker_for_each_lane_the_page_says_that_all_is_well(page, start_worker, settings):
    start_worker()
    text = page()
    assert "Voor al het werk op de achtergrond draait een worker." in text
    assert "geen worker voor" not in text
    heartbeat = WorkerHeartbeat.objects.get()
    assert f"draait {timezone.localtime(heartbeat.seen_at):%d-%m-%Y %H:%M} {heartbeat.host}" in text
    assert "anders dan de site" not in text


def test_a_killed_worker_and_one_of_another_version_stand_out(page, start_worker):
    start_worker("mail")
    WorkerHeartbeat.objects.update(seen_at=timezone.now() - 2 * ALIVE_FOR, version="0.9")
    text = page()
    assert "afgebroken of loopt vast" in text
    assert "0.9 anders dan de site" in text


def test_where_tasks_need_no_worker_the_page_says_so(admin_client):
    text = html.unescape(admin_client.get(URL).content.decode())
    assert "Het werk op de achtergrond gebeurt hier in de webserver" in text
    assert "geen worker voor" not in text


def test_work_that_runs_and_work_for_later_is_counted(page, make_waiting_task, start_worker):
    start_worker()
    make_waiting_task("reading", minutes=1, status=TaskResultStatus.RUNNING, started_at=timezone.now())
    make_waiting_task("reading", minutes=1, run_after=timezone.now() + timedelta(hours=1))
    assert re.search(r"Geüploade lijsten lezen 1 niets 1, sinds [\d-]+ [\d:]+ 1 ", page())


# --- Failed tasks


def test_nothing_failed(page):
    assert "In de laatste 30 dagen is geen taak mislukt, of alles is opgeruimd." in page()


def test_a_failed_task_is_shown_with_its_place_in_the_program_and_nothing_of_a_person(page, fail):
    task = fail(count_ahead)
    text = page()
    assert f"Cijfers vooraf tellen {timezone.localtime(task.finished_at):%d-%m-%Y %H:%M}" in text
    assert "Een fout in het programma: ValueError in tests/site/test_system_page.py:" in text
    assert SECRET in task.traceback and SECRET not in text


def test_a_task_is_tried_again_once(admin_client, page, fail):
    task = fail(count_ahead)
    assert "wordt opnieuw uitgevoerd" in press(admin_client, "retry", task)
    assert "geen taak mislukt" in page()
    assert "De taak is niet opnieuw gestart" in press(admin_client, "retry", task)
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY and task in DBTaskResult.objects.ready()
    LaneWorker("w", ["*"]).run_task(task)
    assert task.status == TaskResultStatus.SUCCESSFUL


def test_a_task_that_was_put_away_is_not_shown_and_not_started_anew(admin_client, page, fail):
    task = fail(each_morning)
    assert "De taak is opgeruimd." in press(admin_client, "put_away", task)
    assert "geen taak mislukt" in page()
    assert "De taak staat niet meer in de lijst." in press(admin_client, "put_away", task)
    task.refresh_from_db()
    assert (task.status, task.traceback) == (TaskResultStatus.FAILED, "")


def test_an_import_is_started_again_from_its_own_page_only(admin_client, page, fail, coordinator):
    run = ImportRun.objects.create(user=coordinator, state=ImportRun.State.PREVIEWED)
    task = fail(read_import, run.pk)
    assert "Open de import" in page() and "Opnieuw proberen" not in page()
    assert f'href="{reverse("dossiers_import", args=[run.pk])}"' in admin_client.get(URL).content.decode()
    assert "De taak is niet opnieuw gestart" in press(admin_client, "retry", task)
    task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED


def test_an_import_that_is_gone_has_no_link(page, fail):
    fail(read_import, 4711)
    assert "Een lijst lezen" in page() and "Open de import" not in page()


def test_what_recurs_is_shown_until_it_succeeds(page, fail):
    fail(count_ahead)
    assert "Cijfers vooraf tellen" in page()
    count_ahead.enqueue()
    LaneWorker("w", ["*"]).run_task(DBTaskResult.objects.ready().get())
    assert "geen taak mislukt" in page()


def test_an_email_that_was_given_up_can_be_tried_again_unless_its_record_says_so(page, fail):
    fail(send_email, DigestEmail.name, [1, "2026-01-02"], error=NotSent("SMTPServerDisconnected"))
    text = page()
    assert "E-mail: acties van de dag" in text and "De mailserver is niet bereikbaar." in text
    assert "Opnieuw proberen" in text
    DBTaskResult.objects.all().delete()
    fail(send_email, "mail_other", [1], error=NotSent("SMTPServerDisconnected"))
    assert "Opnieuw proberen" not in page()


def test_each_task_has_a_name_of_its_own():
    modules = (dossier_tasks, emails, link_tasks, deliveries, search_tasks, wagtail_tasks, image_tasks)
    paths = {value.module_path for module in modules for value in vars(module).values() if isinstance(value, Task)}
    assert paths == set(KINDS)


# --- E-mails that wait


def test_emails_that_wait_are_counted_with_the_reason(page, start_worker, monkeypatch, coordinator):
    start_worker()
    error = SMTPAuthenticationError(535, f"{SECRET} is no user".encode())

    def refuse(*_args: object) -> None:
        raise error

    monkeypatch.setattr(DigestEmail, "find", classmethod(lambda cls, *_keys: cls(coordinator.email)))
    monkeypatch.setattr(DigestEmail, "send", refuse)
    send_email.call(DigestEmail.name, [coordinator.pk, "2026-01-02"])
    send_email.call(DigestEmail.name, [coordinator.pk, "2026-01-02"], 3)
    DigestEmail.enqueue(coordinator.pk, "2026-01-02")
    text = page()
    assert "Acties van de dag 2 De mailserver weigert de gebruikersnaam of het wachtwoord in EMAIL_URL. 3 " in text
    assert "Acties van de dag 1 Zij wachten op hun beurt. 0 zodra een worker vrij is" in text
    assert SECRET not in text and not mail.outbox


def test_emails_wait_because_no_worker_runs(page, coordinator):
    DigestEmail.enqueue(coordinator.pk, "2026-01-02")
    assert "Acties van de dag 1 Er draait geen worker die e-mail verstuurt." in page()


def test_no_email_waits(page):
    assert "Er wacht geen e-mail." in page()


# --- Backups


@pytest.fixture
def make_backup(settings):
    """Return a function that records a backup of some days ago."""
    settings.BACKUP_RECIPIENTS = ["age1…"]

    def make(days: float, **fields: Any) -> Backup:
        return Backup.objects.create(started_at=timezone.now() - timedelta(days=days), host="web-1", **fields)

    return make


def test_the_last_backup_is_shown_with_its_size(page, make_backup):
    make_backup(3, size=1)
    backup = make_backup(0.1, size=5_000_000)
    started = timezone.localtime(backup.started_at)
    text = page()
    assert f"De laatste gelukte back-up is van {started:%d-%m-%Y %H:%M} en is 4,8 MB groot." in text
    assert "geen back-up gelukt" not in text and "mislukt op" not in text


def test_a_backup_that_failed_is_shown_beside_the_last_that_succeeded(page, make_backup):
    make_backup(1, size=5_000_000)
    failed = timezone.localtime(make_backup(0.1, problem=Backup.Problem.DISK_FULL).started_at)
    text = page()
    assert f"De back-up van {failed:%d-%m-%Y %H:%M} is mislukt op web-1: De schijf was vol." in text
    assert "De laatste gelukte back-up is van" in text and "dagen is geen back-up gelukt" not in text


def test_administrators_are_warned_when_no_backup_succeeded_for_days(page, make_backup, settings):
    make_backup(OVERDUE_AFTER.days + 0.1, size=5_000_000)
    make_backup(1, problem=Backup.Problem.FILES)
    assert "De afgelopen 2 dagen is geen back-up gelukt. Laat “manage.py backup” elke nacht lopen" in page()
    settings.BACKUP_RECIPIENTS = []
    text = page()
    assert "dagen is geen back-up gelukt" not in text
    assert "“manage.py backup” is hier niet ingesteld: BACKUP_RECIPIENTS is leeg." in text


def test_without_any_backup_administrators_are_warned_too(page, settings):
    settings.BACKUP_RECIPIENTS = ["age1…"]
    text = page()
    assert "De afgelopen 2 dagen is geen back-up gelukt." in text and "Er is nog geen back-up gelukt." in text


# --- Versions


def test_the_page_has_the_versions(page, settings):
    text = page()
    for name in ("Asielzoekers naar werk", "Python", "Django", "Wagtail"):
        assert re.search(rf"{name} \d+\.\d+\.\d+", text[text.index("Versies") :]), name
    assert re.search(r"(SQLite|PostgreSQL) \d+\.\d+", text)
