"""What is done once a day is done once, whoever starts and stops meanwhile."""

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dossiers import tasks
from dossiers.models import FollowUp

from .models.making import make_dossier


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """A moment of November 2026, here."""
    return timezone.make_aware(datetime(2026, 11, day, hour, minute))


@pytest.fixture
def queue(settings, base_data):
    """Tasks wait in the database, as in real life."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    return DBTaskResult.objects.filter(task_path="dossiers.tasks.each_morning")


def waiting(queue) -> list[datetime | None]:
    """When those that wait will run; None: at once."""
    ready = queue.filter(status=TaskResultStatus.READY)
    return [None if one.run_after.year == 9999 else one.run_after for one in sorted(ready, key=moment)]


def moment(task: DBTaskResult) -> tuple[bool, datetime]:
    """In the order in which they will run."""
    return task.run_after.year != 9999, task.run_after


def done(queue, finished_at: datetime) -> None:
    """What waited to run at once has run."""
    ready = queue.filter(status=TaskResultStatus.READY).exclude(run_after__gt=finished_at, run_after__year__lt=9999)
    ready.update(status=TaskResultStatus.SUCCESSFUL, finished_at=finished_at)


@pytest.mark.parametrize(
    ("now", "morning"),
    [(at(6, 29), at(6, 30, 23)), (at(6, 30), at(6, 30)), (at(23, 59), at(6, 30)), (at(0), at(6, 30, 23))],
)
def test_the_morning_is_half_past_six(now, morning):
    assert tasks.last_morning(now) == morning


def test_a_worker_that_starts_does_what_nobody_did_and_plans_the_next_morning(queue):
    tasks.begin_mornings(at(9))
    assert waiting(queue) == [None, at(6, 30, 25)]


def test_a_worker_that_starts_again_or_a_second_one_adds_nothing(queue):
    for _worker in range(3):
        tasks.begin_mornings(at(9))
    assert len(waiting(queue)) == 2


def test_a_worker_that_starts_while_another_is_busy_with_it_leaves_it(queue):
    tasks.begin_mornings(at(9))
    queue.filter(run_after__year=9999).update(status=TaskResultStatus.RUNNING, started_at=at(9, 1))
    tasks.begin_mornings(at(9, 2))
    assert waiting(queue) == [at(6, 30, 25)]


def test_what_is_to_be_done_at_once_is_no_plan_for_tomorrow(queue):
    tasks.each_morning.enqueue()
    tasks.begin_mornings(at(9))
    assert waiting(queue) == [None, at(6, 30, 25)]


def test_a_worker_that_starts_after_it_was_done_leaves_it(queue):
    tasks.begin_mornings(at(9))
    done(queue, at(9, 1))
    tasks.begin_mornings(at(17))
    assert waiting(queue) == [at(6, 30, 25)]


def test_a_worker_that_starts_the_next_day_does_it_by_what_was_planned(queue):
    tasks.begin_mornings(at(9))
    done(queue, at(9, 1))
    tasks.begin_mornings(at(9, 0, 25))
    assert waiting(queue) == [at(6, 30, 25), at(6, 30, 26)]


def test_before_the_morning_nothing_is_due_when_yesterdays_was_done(queue):
    tasks.begin_mornings(at(9, 0, 23))
    done(queue, at(9, 1, 23))
    tasks.begin_mornings(at(3))
    assert waiting(queue) == [at(6, 30)]


def test_a_task_that_failed_is_tried_when_the_worker_starts(queue):
    tasks.begin_mornings(at(9))
    queue.filter(run_after__year=9999).update(status=TaskResultStatus.FAILED, finished_at=at(9, 1))
    tasks.begin_mornings(at(10))
    assert waiting(queue) == [None, at(6, 30, 25)]


def test_the_next_morning_is_planned_also_when_this_one_goes_wrong(queue, monkeypatch):
    def fail(day):
        raise RuntimeError

    monkeypatch.setattr(tasks.making, "follow_rules", fail)
    with pytest.raises(RuntimeError):
        tasks.each_morning.call()
    assert len(waiting(queue)) == 1


@pytest.mark.django_db(transaction=True)  # a worker closes its connection
def test_the_worker_itself_makes_actions_and_sends_the_mail(queue, coordinator, monkeypatch):
    """A real worker, that ends when nothing is left to do now."""
    monkeypatch.setattr(tasks.morning_mail, "is_working_day", lambda day: True)
    make_dossier(document_expires_on=timezone.localdate(), coordinator=coordinator)
    tasks.begin_mornings(timezone.now())
    call_command("db_worker", batch=True, queue_name="*", startup_delay=False, interval=0.01, worker_id="w")
    assert FollowUp.objects.count() == len(mail.outbox) == 1
    tasks.begin_mornings(timezone.now())
    tasks.each_morning.call()
    call_command("db_worker", batch=True, queue_name="*", startup_delay=False, interval=0.01, worker_id="w")
    assert FollowUp.objects.count() == len(mail.outbox) == 1


def test_a_mail_server_that_fails_is_tried_later_the_same_day_and_no_other(queue, monkeypatch):
    monkeypatch.setattr(tasks.morning_mail, "send_all", lambda day: 1)
    mails = DBTaskResult.objects.filter(task_path="dossiers.tasks.send_morning_mail")
    assert tasks.send_morning_mail.call("2026-01-02") == 0
    assert not mails.exists()
    assert tasks.send_morning_mail.call(timezone.localdate().isoformat()) == 1
    (later,) = mails.all()
    assert later.run_after > timezone.now() and later.args_kwargs["args"][1] == 2
    mails.all().delete()
    tasks.send_morning_mail.call(timezone.localdate().isoformat(), tasks.MAIL_ATTEMPTS)
    assert not mails.exists()


def test_tasks_that_ended_a_month_ago_go_and_those_that_wait_stay(queue):
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
    kept = DBTaskResult.objects.filter(task_path="dossiers.tasks.count_ahead", finished_at__isnull=False)
    assert [one.finished_at for one in kept] == [now - timedelta(days=29)]


def test_in_the_morning_logins_that_are_over_go_and_others_stay(client, make_user):
    client.force_login(make_user("somebody"))
    over = SessionStore()
    over.update({"_auth_user_id": "1"})
    over.set_expiry(-1)
    over.save()
    assert Session.objects.count() == 2
    tasks.each_morning.call()
    assert Session.objects.get().session_key == client.session.session_key
    assert not any("login" in words for words in tasks.destroy_old_files.call())


def test_without_a_worker_nothing_is_planned(base_data):
    tasks.each_morning.call()
    assert not DBTaskResult.objects.exists()
