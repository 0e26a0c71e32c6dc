"""What runs in the background; each can be run twice, for a worker that was killed starts its task again."""

from pathlib import Path

from django.contrib.auth import get_user_model
from django_tasks import task

from dossiers.models import ImportRun
from dossiers.spreadsheets import applying, profiles, staging


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
