"""Background tasks; each can run twice, because a task starts again after its worker was killed."""

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from dossiers.actions import generate
from dossiers.bulk_changes import apply as bulk_applying
from dossiers.bulk_changes import preview as bulk_staging
from dossiers.bulk_changes import undo as bulk_undoing
from dossiers.emails.daily_digest import enqueue_digests
from dossiers.emails.exports import ExportReadyEmail
from dossiers.emails.partner_lists import ListReturnedEmail, ListSentEmail
from dossiers.forgetting import retention
from dossiers.incoming_lists import collect
from dossiers.models import BulkChange, ExportRun, ImportRun, Regulation
from dossiers.models.bulk_change import PREVIEW_RETENTION
from dossiers.models.change_set import UNDO_WITHIN
from dossiers.models.exports.export_run import FILE_RETENTION
from dossiers.reports import cached_counts
from dossiers.signals import facts_changed
from dossiers.spreadsheets import expiry
from dossiers.spreadsheets.exports import export_files, notifications
from dossiers.spreadsheets.imports import apply, profiles, staging
from dossiers.spreadsheets.imports.columns import samples
from dossiers.spreadsheets.imports.doubtful_numbers import mask_unanswered
from dossiers.spreadsheets.undo import undo

READING = "reading"  # a queue with its own worker, see settings.LANES
MORNING = time(6, 30)
TRY_AGAIN_AFTER = timedelta(hours=1)
COLLECT_EVERY = timedelta(minutes=5)
ENDED_KEPT = timedelta(days=30)  # our own choice: long enough to look into what failed
ENDED_COLLECTIONS_KEPT = timedelta(days=1)  # there are hundreds a day


@task(queue_name=READING)
def read_import(run_id: int) -> None:
    """Read an uploaded file into its run."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state != ImportRun.State.READING:
        return
    staging.stage(run, Path(run.upload.path) if run.upload else None, ask=samples.store_sample)
    if run.upload:
        destroy_later(expiry.UPLOAD_RETENTION)


@task(priority=-10)
def collect_lists() -> list[str]:
    """Look for lists in the mailbox and in the folder; return what went wrong, without anything of a person."""
    return collect.collect(read_import.enqueue, timezone.now())


@task(queue_name=READING)
def read_otherwise(run_id: int, choice: dict[str, Any], state: str) -> None:
    """Read the first rows of an upload with the user's choices; `state` is the state to return to."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state == ImportRun.State.READING:
        samples.read_with_choice(run, choice, state)


@task(priority=10)
def apply_import(run_id: int, user_id: int | None) -> None:
    """Apply an import."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state == ImportRun.State.APPLYING:
        apply.apply(run, get_user_model().objects.filter(pk=user_id).first() if user_id else None)
    if run.state == ImportRun.State.APPLIED:
        profiles.save_profile(run)


@task(priority=10)
def undo_import(run_id: int) -> None:
    """Undo an import."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state == ImportRun.State.UNDOING:
        undo.undo(run)


@task(priority=10)
def go_on_with_bulk_change(change_id: int) -> None:
    """Preview, apply or undo a bulk change, depending on its state."""
    change = BulkChange.objects.get(pk=change_id)
    if change.state == BulkChange.State.PREPARING:
        bulk_staging.stage(change)
        destroy_later(PREVIEW_RETENTION)
    elif change.state == BulkChange.State.APPLYING:
        bulk_applying.apply(change)
        destroy_later(UNDO_WITHIN)
    elif change.state == BulkChange.State.UNDOING:
        bulk_undoing.undo(change)


def send_list(run: ImportRun, user: AbstractBaseUser) -> bool:
    """Send a partner's list to the coordinators, and notify them; return False if it can't be sent any more.

    Numbers that may be a BSN are masked, unless the partner said that they are none. The original file, which still
    has them, is deleted, because the list will not be read from it again.
    """
    with transaction.atomic():
        if not run.send(user):
            return False
        mask_unanswered(run, staging.resource_for(run).sheet_fields())
        ListSentEmail.enqueue_for_coordinators(run)
    run.forget_upload()
    run.save(update_fields=["upload", "sample"])
    return True


@transaction.atomic
def return_list(run: ImportRun, word: str) -> bool:
    """Return a list to its partner with a message, and notify them; return False if it can't be returned any more.

    Numbers that may be a BSN are masked, unless the coordinator said that they are none.
    """
    if not run.send_back(word):
        return False
    mask_unanswered(run, staging.resource_for(run).sheet_fields())
    ListReturnedEmail.enqueue_for_sender(run)
    return True


@task(priority=5)
def make_export(run_id: int) -> None:
    """Write the file of an export, and notify the user."""
    run = ExportRun.objects.filter(pk=run_id).select_related("user").first()
    if run is None or not run.begin():
        return
    # The model has a reference to its viewset, because tasks must not import the backoffice.
    viewset = run.model.snippet_viewset  # type: ignore[attr-defined]
    export_files.make(run, viewset.export_of)
    notifications.notify(run)
    ExportReadyEmail.enqueue(run.pk)
    destroy_later(FILE_RETENTION)


@task(priority=-10)
def destroy_old_files() -> list[str]:
    """Destroy the files whose time is over; what was destroyed, in words without anything of a person."""
    return expiry.destroy_expired()


def destroy_later(after: timedelta) -> None:
    """Schedule the deletion of expired files, so that it does not depend on an hourly command."""
    if destroy_old_files.get_backend().supports_defer:
        destroy_old_files.using(run_after=timezone.now() + after + timedelta(minutes=1)).enqueue()


@task()
def each_morning() -> dict[str, int]:
    """Run the daily work: apply the rules, enqueue the digests, and start the other daily tasks."""
    day = timezone.localdate()
    outcome = generate.apply_rules(day)
    if rules := list(Regulation.objects.filter(valid_from=day).values_list("key", flat=True)):
        facts_changed.send(Regulation, keys=rules)  # these facts are in force from today
    enqueue_digests(day)
    forget.enqueue()
    count_ahead.enqueue()
    remove_ended_tasks.enqueue()
    destroy_old_files.enqueue()
    return {"created": len(outcome.created), "reopened": len(outcome.reopened), "resolved": len(outcome.resolved)}


@task(priority=-10)
def forget() -> dict[str, int]:
    """Anonymize the dossiers whose retention term has passed."""
    outcome = retention.forget(timezone.localdate())
    return {"forgotten": len(outcome.forgotten), "left": len(outcome.left)}


@task(priority=-10)
def count_ahead() -> None:
    """Compute slow counts before a user opens them."""
    cached_counts.warm_cache()


@task(priority=-10)
def count_again(name: str) -> None:
    """Recompute an outdated count; the user who opened it saw the old numbers with their time."""
    cached_counts.count_and_cache(name)


@task(priority=-10)
def remove_ended_tasks() -> int:
    """Delete the results of tasks that ended long ago, and return their number."""
    now, finished = timezone.now(), DBTaskResult.objects.finished()
    collections = finished.filter(
        task_path=collect_lists.module_path,
        status=TaskResultStatus.SUCCESSFUL,
        finished_at__lt=now - ENDED_COLLECTIONS_KEPT,
    )
    return finished.filter(finished_at__lt=now - ENDED_KEPT).delete()[0] + collections.delete()[0]


def last_morning(now: datetime) -> datetime:
    """Return the latest moment at or before `now` at which the daily work is due."""
    here = timezone.localtime(now)
    day = here.date() if here.time() >= MORNING else here.date() - timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, MORNING))


def enqueue_due(now: datetime) -> None:
    """Enqueue the daily work, the hourly deletion of files and the search for lists, if they are due."""
    enqueue_once_since(last_morning(now), each_morning, now)
    enqueue_once_since(now - timedelta(hours=1), destroy_old_files, now)
    if collect.is_configured() and collect_lists.get_backend().supports_defer:
        recent = models.Q(enqueued_at__gte=now - COLLECT_EVERY)
        waiting = models.Q(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING))  # behind long work
        if not DBTaskResult.objects.filter(recent | waiting, task_path=collect_lists.module_path).exists():
            collect_lists.enqueue()


def enqueue_once_since(begin: datetime, task: Task, now: datetime) -> None:
    """Enqueue a task unless that was done since `begin`; a failed task is retried after an hour."""
    since = DBTaskResult.objects.filter(task_path=task.module_path, enqueued_at__gte=begin)
    failed = models.Q(status=TaskResultStatus.FAILED, finished_at__lte=now - TRY_AGAIN_AFTER)
    if task.get_backend().supports_defer and not since.exclude(failed).exists():
        task.enqueue()
