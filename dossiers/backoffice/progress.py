"""Builds what the pages of an import, a bulk change or an export show while a background task works on it."""

from typing import Any

from django_tasks import DEFAULT_TASK_QUEUE_NAME

from dossiers.models import BulkChange, ExportRun, ImportRun
from dossiers.progress import Progress
from dossiers.tasks import READING
from workers.lanes import has_worker


def get_progress_context(work: ImportRun | BulkChange | ExportRun) -> dict[str, Any]:
    """Return the progress, and whether nothing works on it because no worker runs."""
    is_reading = isinstance(work, ImportRun) and work.state == ImportRun.State.READING
    is_stalled = not has_worker(READING if is_reading else DEFAULT_TASK_QUEUE_NAME)
    return {"progress": Progress.of(work).read(), "is_stalled": is_stalled}


def serialize_progress(work: ImportRun | BulkChange | ExportRun) -> dict[str, Any]:
    """Return {"busy", "done", "total", "stalled"} in rows or records; total is null if it is unknown."""
    context = get_progress_context(work)
    progress = context["progress"]
    return {
        "busy": work.state in work.BUSY,
        "done": progress.done if progress else 0,
        "total": progress.total if progress else None,
        "stalled": context["is_stalled"],
    }
