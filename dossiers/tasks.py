"""What runs in the background; each can be run twice, for a worker that was killed starts its task again."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from dossiers.actions import daily_digest, generate
from dossiers.bulk_changes import apply as bulk_applying
from dossiers.bulk_changes import preview as bulk_staging
from dossiers.bulk_changes import undo as bulk_undoing
from dossiers.forgetting import retention
from dossiers.models import BulkChange, ExportRun, ImportRun, Regulation
from dossiers.models.bulk_change import PREVIEW_KEPT
from dossiers.models.exports.export_run import KEPT
from dossiers.models.imports.import_run import UNDO_WITHIN
from dossiers.reports import cached_counts
from dossiers.signals import facts_changed
from dossiers.spreadsheets import expiry
from dossiers.spreadsheets.exports import export_files, notifications
from dossiers.spreadsheets.imports import apply, profiles, samples, staging
from dossiers.spreadsheets.imports import notifications as imports_notifications
from dossiers.spreadsheets.undo import undo

MAIL, READING = "mail", "reading"  # lanes of their own, see settings.LANES
MORNING = time(6, 30)
TRY_AGAIN_AFTER = timedelta(hours=1)
MAIL_ATTEMPTS = 12
MAIL_PAUSE = timedelta(minutes=15)
ENDED_KEPT = timedelta(days=30)  # our own choice: long enough to look into what failed


@task(queue_name=READING)
def read_import(run_id: int) -> None:
    """Read an uploaded file into its run."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state != ImportRun.State.READING:
        return
    staging.stage(run, Path(run.upload.path) if run.upload else None, ask=samples.store_sample)
    if run.upload:
        destroy_later(expiry.UPLOAD_RETENTION)


@task(queue_name=READING)
def read_otherwise(run_id: int, choice: dict[str, Any], state: str) -> None:
    """Read the first rows of an upload as somebody chose; the run had that state before."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state == ImportRun.State.READING:
        samples.read_with_choice(run, choice, state)


@task(priority=10)
def apply_import(run_id: int, user_id: int | None) -> None:
    """Write a run that somebody asked to apply."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state == ImportRun.State.APPLYING:
        apply.apply(run, get_user_model().objects.filter(pk=user_id).first() if user_id else None)
    if run.state == ImportRun.State.APPLIED:
        profiles.save_profile(run)


@task(priority=10)
def undo_import(run_id: int, user_id: int | None) -> None:
    """Take a run back that somebody asked to undo."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state != ImportRun.State.UNDOING:
        return
    undo.undo(run, get_user_model().objects.filter(pk=user_id).first() if user_id else None)


@task(priority=10)
def go_on_with_bulk_change(change_id: int, user_id: int | None) -> None:
    """Work out, apply or undo a bulk change: whatever its state says that somebody asked."""
    change = BulkChange.objects.get(pk=change_id)
    if change.state == BulkChange.State.PREPARING:
        bulk_staging.stage(change)
        destroy_later(PREVIEW_KEPT)
    elif change.state == BulkChange.State.APPLYING:
        bulk_applying.apply(change)
        destroy_later(UNDO_WITHIN)
    elif change.state == BulkChange.State.UNDOING:
        bulk_undoing.undo(change, get_user_model().objects.filter(pk=user_id).first() if user_id else None)


@task(queue_name=MAIL)
def tell_of_list(run_id: int) -> None:
    """Tell the coordinators of a list that a partner sent, or the partner of one that came back."""
    run = ImportRun.objects.filter(pk=run_id).select_related("organisation", "sent_by").first()
    if run and run.state == ImportRun.State.SENT:
        imports_notifications.notify_coordinators(run)
    elif run and run.state == ImportRun.State.RETURNED:
        imports_notifications.notify_sender(run)


def send_list(run: ImportRun, user: AbstractBaseUser) -> bool:
    """Let a partner's list wait for a coordinator, and tell them; False when it is not there to be sent (any more).

    Its reading is settled: the file as it came goes.
    """
    with transaction.atomic():
        if not run.send(user):
            return False
        tell_of_list.enqueue(run.pk)
    run.forget_upload()
    run.save(update_fields=["upload", "sample"])
    return True


@task(priority=5)
def make_export(run_id: int) -> None:
    """Make the file that somebody asked for, and tell them."""
    run = ExportRun.objects.filter(pk=run_id).select_related("user").first()
    if run is None or not run.begin():
        return
    # The list itself says what it shows: its viewset is known by the record, for no task imports the backoffice.
    viewset = run.model.snippet_viewset  # type: ignore[attr-defined]
    export_files.make(run, viewset.export_of)
    notifications.notify(run)
    destroy_later(KEPT)


@task(priority=-10)
def destroy_old_files() -> list[str]:
    """Destroy the files whose time is over; what was destroyed, in words without anything of a person."""
    return expiry.destroy_expired()


def destroy_later(after: timedelta) -> None:
    """Look again when a file's time is over, so that it goes also where nobody set up an hourly command."""
    if destroy_old_files.get_backend().supports_defer:
        destroy_old_files.using(run_after=timezone.now() + after + timedelta(minutes=1)).enqueue()


@task()
def each_morning() -> dict[str, int]:
    """What is done once a day: the rules make their actions, and who has something to do hears of it."""
    day = timezone.localdate()
    outcome = generate.follow_rules(day)
    if rules := list(Regulation.objects.filter(valid_from=day).values_list("key", flat=True)):
        facts_changed.send(Regulation, keys=rules)  # from today on
    send_morning_mail.enqueue(day.isoformat())
    forget.enqueue()
    count_ahead.enqueue()
    remove_ended_tasks.enqueue()
    destroy_old_files.enqueue()
    return {"made": len(outcome.made), "reopened": len(outcome.reopened), "settled": len(outcome.settled)}


@task(priority=-10)
def forget() -> dict[str, int]:
    """Anonymise the closed dossiers whose time is over."""
    outcome = retention.forget(timezone.localdate())
    return {"forgotten": len(outcome.forgotten), "left": len(outcome.left)}


@task(priority=-10)
def count_ahead() -> None:
    """Count what takes long, before somebody opens it."""
    cached_counts.count_ahead()


@task(priority=-10)
def count_again(name: str) -> None:
    """Count what was found too old; who opened it saw the old numbers, with their time."""
    cached_counts.count_and_keep(name)


@task(priority=-10)
def remove_ended_tasks() -> int:
    """Remove tasks that ended long ago, which the queue would keep for ever; how many those were."""
    ended = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - ENDED_KEPT)
    return ended.delete()[0]


@task(queue_name=MAIL)
def send_morning_mail(day: str, attempt: int = 1) -> int:
    """Send the e-mails of that day (ISO) that did not go yet; a mail server that fails is tried again the same day."""
    if date.fromisoformat(day) != timezone.localdate():
        return 0
    failed = daily_digest.send_all(date.fromisoformat(day))
    if failed and attempt < MAIL_ATTEMPTS and send_morning_mail.get_backend().supports_defer:
        send_morning_mail.using(run_after=timezone.now() + MAIL_PAUSE).enqueue(day, attempt + 1)
    return failed


def last_morning(now: datetime) -> datetime:
    """The last half past six that has come."""
    here = timezone.localtime(now)
    day = here.date() if here.time() >= MORNING else here.date() - timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, MORNING))


def enqueue_due(now: datetime) -> None:
    """This morning's work, and each hour the files whose time is over, unless somebody did that or is about to."""
    _enqueue_once_since(last_morning(now), each_morning, now)
    _enqueue_once_since(now - timedelta(hours=1), destroy_old_files, now)


def _enqueue_once_since(begin: datetime, task: Task, now: datetime) -> None:
    """A task that failed is tried again after an hour."""
    since = DBTaskResult.objects.filter(task_path=task.module_path, enqueued_at__gte=begin)
    failed = models.Q(status=TaskResultStatus.FAILED, finished_at__lte=now - TRY_AGAIN_AFTER)
    if task.get_backend().supports_defer and not since.exclude(failed).exists():
        task.enqueue()
