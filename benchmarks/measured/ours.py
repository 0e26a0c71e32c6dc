"""Our import: a preview and its apply, as the worker does them."""

from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from django.contrib.auth import get_user_model

from benchmarks.measured.left import left
from dossiers.models import ImportRun, Organisation
from dossiers.spreadsheets.imports import apply, staging

ORGANISATION = "AZC Luttelgeest"


def imports(*paths: str) -> list[dict[str, Any]]:
    """Import these lists after each other; tells of each its seconds, its counts and what is there after it."""
    user = get_user_model().objects.get_or_create(username="bench")[0]
    organisation = Organisation.objects.named(ORGANISATION)
    results = []
    for path in map(Path, paths):
        run = ImportRun.objects.create(record="dossiers", organisation=organisation, file_name=path.name, user=user)
        begin, worked = perf_counter(), process_time()
        staging.stage(run, path)
        previewed = perf_counter()
        apply.claim(run, good_rows_only=False)
        apply.apply(run, user)
        applied, worked = perf_counter(), process_time() - worked
        if run.state != ImportRun.State.APPLIED:
            raise RuntimeError(f"{run.state}: {run.reason}")
        spent = {"preview": previewed - begin, "apply": applied - previewed, "processor": worked}
        results.append(spent | {"counts": run.counts(), "left": left()})
    return results


def timed(paths: list[str]) -> dict[str, Any]:
    return {"runs": imports(*paths)}
