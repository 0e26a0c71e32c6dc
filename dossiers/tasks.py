"""What runs in the background; each can be run twice, for a worker that was killed starts its task again."""

import logging
from datetime import timedelta
from pathlib import Path

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from dossiers.models import ExportRun, ImportRun
from dossiers.models.exports import KEPT
from dossiers.spreadsheets import applying, export_files, old_files, profiles, ready, staging, telling, undoing

logger = logging.getLogger(__name__)


@task(priority=10)
def read_import(run_id: int) -> None:
    """Read an uploaded file into its run."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state != ImportRun.State.READING:
        return
    try:
        staging.stage(run, Path(run.upload.path) if run.upload else None, ask=True)
    except Exception:
        logger.exception("Import %s could not be read", run_id)
        run.refuse(
            _("Something went wrong while reading this list, and nothing of it was stored. Tell the administrator.")
        )
    if run.upload:
        destroy_later(old_files.UPLOADS_KEPT)


@task(priority=10)
def apply_import(run_id: int, user_id: int | None) -> None:
    """Write a run that somebody asked to apply."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state != ImportRun.State.APPLYING:
        return
    user = get_user_model().objects.filter(pk=user_id).first() if user_id else None
    applying.apply(run, user)
    if run.state == ImportRun.State.APPLIED:
        profiles.remember(run)


@task(priority=10)
def undo_import(run_id: int, user_id: int | None) -> None:
    """Take a run back that somebody asked to undo."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state != ImportRun.State.UNDOING:
        return
    undoing.undo(run, get_user_model().objects.filter(pk=user_id).first() if user_id else None)


@task()
def tell_of_list(run_id: int) -> None:
    """Tell the coordinators of a list that a partner sent, or the partner of one that came back."""
    run = ImportRun.objects.filter(pk=run_id).select_related("organisation", "sent_by").first()
    if run and run.state == ImportRun.State.SENT:
        telling.tell_coordinators(run)
    elif run and run.state == ImportRun.State.RETURNED:
        telling.tell_sender(run)


@task(priority=5)
def make_export(run_id: int) -> None:
    """Make the file that somebody asked for, and tell them."""
    run = ExportRun.objects.filter(pk=run_id).select_related("user").first()
    if run is None or not run.begin():
        return
    # The list itself says what it shows: its viewset is known by the record, for no task imports the backoffice.
    viewset = run.model.snippet_viewset  # type: ignore[attr-defined]
    export_files.make(run, viewset.export_of)
    ready.tell(run)
    destroy_later(KEPT)


@task(priority=-10)
def destroy_old_files() -> list[str]:
    """Destroy the files whose time is over; what was destroyed, in words without anything of a person."""
    return old_files.destroy()


def destroy_later(after: timedelta) -> None:
    """Look again when a file's time is over, so that it goes also where nobody set up an hourly command."""
    if destroy_old_files.get_backend().supports_defer:
        destroy_old_files.using(run_after=timezone.now() + after + timedelta(minutes=1)).enqueue()
