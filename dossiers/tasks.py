"""What runs in the background; each can be run twice, for a worker that was killed starts its task again."""

from pathlib import Path

from django.contrib.auth import get_user_model
from django_tasks import task

from dossiers.models import ExportRun, ImportRun
from dossiers.spreadsheets import applying, export_files, old_files, profiles, ready, staging


@task(priority=10)
def read_import(run_id: int) -> None:
    """Read an uploaded file into its run."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state != ImportRun.State.READING:
        return
    staging.stage(run, Path(run.upload.path) if run.upload else None, ask=True)


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


@task(priority=-10)
def destroy_old_files() -> list[str]:
    """Destroy the files whose time is over; what was destroyed, in words without anything of a person."""
    return old_files.destroy()
