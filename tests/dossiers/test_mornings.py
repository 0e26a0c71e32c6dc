"""A daily task runs once a day, whichever workers start and stop in the meantime."""

from datetime import datetime, timedelta
from smtplib import SMTPException

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.orphaned_tasks import correct_future_dates
from dossiers import tasks
from dossiers.emails import daily_digest
from dossiers.emails.base import NotSent, send_email
from dossiers.emails.daily_digest import DigestEmail
from dossiers.models import DailyDigest, FollowUp

from .models.factories import make_dossier


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """Return a local time in November 2026."""
    return timezone.make_aware(datetime(2026, 11, day, hour, minute))


@pytest.fixture
def queue(settings, base_data):
    """Store tasks in the database, as in production."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    return DBTaskResult.objects.filter(task_path="dossiers.tasks.each_morning")


@pytest.fixture
def run_worker(queue):
    """A function that runs the periodic check of a worker at a time, and returns the number of enqueued tasks."""

    def at_that_moment(now: datetime) -> int:
        correct_future_dates(now)
        before = queue.count()
        tasks.enqueue_due(now)
        made = queue.count() - before
        if made:
            newest = queue.latest("enqueued_at")
            DBTaskResult.objects.filter(pk=newest.pk).update(enqueued_at=now)
        return made

    return at_that_moment


def end_tasks(queue, moment: datetime, status: str = TaskResultStatus.SUCCESSFUL) -> None:
    """Mark the waiting tasks as done at that moment."""
    queue.filter(status=TaskResultStatus.READY).update(status=status, started_at=moment, finished_at=moment)


@pytest.mark.parametrize(
    ("now", "morning"),
    [(at(6, 29), at(6, 30, 23)), (at(6, 30), at(6, 30)), (at(23, 59), at(6, 30)), (at(0), at(6, 30, 23))],
)
def test_the_daily_task_is_due_at_half_past_six(now, morning):
    assert tasks.last_morning(now) == morning


def test_the_daily_task_is_enqueued_once_a_day(queue, run_worker):
    assert [run_worker(at(9)), run_worker(at(9)), run_worker(at(17))] == [1, 0, 0]
    end_tasks(queue, at(17, 1))
    assert [run_worker(at(18)), run_worker(at(6, 29, 25))] == [0, 0]
    assert [run_worker(at(6, 30, 25)), run_worker(at(6, 31, 25))] == [1, 0]


def test_a_running_daily_task_is_not_enqueued_again(queue, run_worker):
    run_worker(at(9))
    queue.update(status=TaskResultStatus.RUNNING, started_at=at(9, 1))
    assert run_worker(at(9, 2)) == 0


def test_a_worker_that_starts_days_later_enqueues_the_daily_task_once(queue, run_worker):
    run_worker(at(9))
    end_tasks(queue, at(9, 1))
    assert [run_worker(at(9, 0, 27)), run_worker(at(9, 1, 27))] == [1, 0]


def test_a_failed_daily_task_is_retried_after_an_hour(queue, run_worker):
    run_worker(at(9))
    end_tasks(queue, at(9, 1), TaskResultStatus.FAILED)
    assert [run_worker(at(9, 2)), run_worker(at(10, 0)), run_worker(at(10, 1)), run_worker(at(10, 2))] == [0, 0, 1, 0]


@pytest.mark.parametrize("begun", [True, False])
def test_a_clock_that_jumps_ahead_and_back_skips_no_daily_task(queue, run_worker, begun):
    if begun:
        run_worker(at(7))
        end_tasks(queue, at(7, 1))
    later = at(9) + timedelta(days=400)
    assert run_worker(later) == 1
    end_tasks(queue, later)
    assert run_worker(at(8)) == (0 if begun else 1)
    end_tasks(queue, at(8, 1))
    assert [run_worker(at(7, 0, 25)), run_worker(at(7, 1, 25))] == [1, 0]
    end_tasks(queue, at(7, 2, 25))
    assert [run_worker(later), run_worker(later + timedelta(minutes=1))] == [1, 0], "also when that day comes"


def test_a_task_delayed_under_a_clock_ahead_gets_the_same_delay_from_now(queue):
    now, ahead = timezone.now(), timezone.now() + timedelta(days=400)
    task = send_email.using(run_after=ahead + timedelta(minutes=15)).enqueue(DigestEmail.name, [1, "2026-01-02"])
    DBTaskResult.objects.filter(pk=task.id).update(enqueued_at=ahead)
    correct_future_dates(now)
    assert DBTaskResult.objects.get(pk=task.id).run_after == now + timedelta(minutes=15)


def test_a_digest_sent_under_a_clock_ahead_does_not_block_the_digest_of_today(coordinator):
    mail_of_user, today = DailyDigest.of(coordinator), timezone.localdate()
    assert mail_of_user.claim(today + timedelta(days=400))
    assert mail_of_user.claim(today) and not mail_of_user.claim(today)


def test_the_removal_of_expired_files_is_enqueued_hourly(queue):
    old_files = DBTaskResult.objects.filter(task_path=tasks.destroy_old_files.module_path)
    now = timezone.now()
    tasks.enqueue_due(now)
    tasks.enqueue_due(now)
    assert old_files.count() == 1
    end_tasks(old_files, now)
    old_files.update(enqueued_at=now - timedelta(minutes=61))
    tasks.enqueue_due(now)
    assert old_files.count() == 2


def test_lists_are_looked_for_every_five_minutes_where_that_is_set_up(queue, settings, tmp_path):
    collections, now = DBTaskResult.objects.filter(task_path=tasks.collect_lists.module_path), timezone.now()
    tasks.enqueue_due(now)
    assert collections.count() == 0
    settings.LISTS_FOLDER = tmp_path
    tasks.enqueue_due(now)
    collections.update(enqueued_at=now - timedelta(minutes=6))
    tasks.enqueue_due(now)
    assert collections.count() == 1, "the first one waits behind long work"
    end_tasks(collections, now, TaskResultStatus.FAILED)
    tasks.enqueue_due(now)
    tasks.enqueue_due(now)
    assert collections.count() == 2
    collections.update(status=TaskResultStatus.SUCCESSFUL, finished_at=now - timedelta(hours=25))
    assert tasks.remove_ended_tasks.call() == 2


@pytest.mark.django_db(transaction=True)  # a worker closes its connection
def test_a_worker_creates_actions_and_sends_digests(queue, coordinator, monkeypatch):
    """This runs a real worker, which stops when no task is left."""
    monkeypatch.setattr(daily_digest, "is_working_day", lambda day: True)
    make_dossier(document_expires_on=timezone.localdate(), coordinator=coordinator)
    tasks.enqueue_due(timezone.now())
    call_command("db_worker", batch=True, queue_name="*", startup_delay=False, interval=0.01, worker_id="w")
    assert FollowUp.objects.count() == len(mail.outbox) == 1
    tasks.enqueue_due(timezone.now())
    tasks.each_morning.call()
    call_command("db_worker", batch=True, queue_name="*", startup_delay=False, interval=0.01, worker_id="w")
    assert FollowUp.objects.count() == len(mail.outbox) == 1


def test_a_failed_email_is_retried_on_the_same_day_only(queue, coordinator, monkeypatch):
    def fail(message):
        raise SMTPException("no")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    today = timezone.localdate().isoformat()
    FollowUp.objects.create(text="Bellen", due_on=timezone.localdate(), owner=coordinator)
    emails = DBTaskResult.objects.filter(task_path="dossiers.emails.base.send_email")
    assert not send_email.call(DigestEmail.name, [coordinator.pk, "2026-01-02"])
    assert not emails.exists()
    assert send_email.call(DigestEmail.name, [coordinator.pk, today])
    (later,) = emails.all()
    assert later.run_after > timezone.now() and later.args_kwargs["args"][2] == 2
    emails.all().delete()
    with pytest.raises(NotSent, match="SMTPException"):
        send_email.call(DigestEmail.name, [coordinator.pk, today], DigestEmail.max_attempts)
    assert not emails.exists()


def test_task_results_are_removed_a_month_after_they_ended(queue):
    now = timezone.now()
    for status, ended in (
        (TaskResultStatus.SUCCESSFUL, now - timedelta(days=31)),
        (TaskResultStatus.FAILED, now - timedelta(days=31)),
        (TaskResultStatus.SUCCESSFUL, now - timedelta(days=29)),
        (TaskResultStatus.READY, None),
    ):
        task = tasks.count_ahead.enqueue()
        DBTaskResult.objects.filter(pk=task.id).update(status=status, finished_at=ended)
    tasks.each_morning.call()
    assert DBTaskResult.objects.filter(task_path="dossiers.tasks.remove_ended_tasks").count() == 1
    assert tasks.remove_ended_tasks.call() == 2
    results = DBTaskResult.objects.filter(task_path="dossiers.tasks.count_ahead", finished_at__isnull=False)
    assert [result.finished_at for result in results] == [now - timedelta(days=29)]


def test_the_daily_task_removes_expired_sessions_only(client, make_user):
    client.force_login(make_user("somebody"))
    over = SessionStore()
    over.update({"_auth_user_id": "1"})
    over.set_expiry(-1)
    over.save()
    assert Session.objects.count() == 2
    tasks.each_morning.call()
    assert Session.objects.get().session_key == client.session.session_key
    assert not any("login" in words for words in tasks.destroy_old_files.call())


def test_without_a_worker_nothing_is_enqueued(base_data):
    tasks.enqueue_due(timezone.now())
    assert not DBTaskResult.objects.exists()
