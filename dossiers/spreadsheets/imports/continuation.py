"""Continues an applied import, so that its lines with an error or an open choice are decided on after all."""

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction

from dossiers.models import Action, ImportRun
from dossiers.models.imports.import_row import WRITTEN_ACTIONS
from dossiers.models.imports.import_run import SAME_LINES

COPIED_FIELDS = (
    *("record", "organisation", "profile", "policy", "file_name", "by_partner", "sent_by", "sent_at", "first_sent_at"),
    *("choice", "asked", "format", "columns", "warnings"),
)
EXECUTED_DECISIONS = ("absent", "word")


def find_imported_lines(run: ImportRun) -> dict[int, int]:
    """Return {line: key of its record} of the lines that were imported before in the runs that this run continues."""
    lines: dict[int, int] = {}
    while run.decided.get(SAME_LINES) and run.continues:
        run = run.continues
        if run.state == ImportRun.State.APPLIED:
            imported = run.rows.filter(action__in=(*WRITTEN_ACTIONS, Action.UNCHANGED))
            lines |= {line: key for line, key in imported.values_list("line", "target_id") if key}
    return lines


def continue_run(run: ImportRun, user: User) -> ImportRun | None:
    """Create and return a run of the same list, which has to be read; return None if `run` can't be continued.

    Its decisions are kept, but for those that were executed. The lines that were imported are left alone.
    """
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if not run.can_continue:
            return None
        decided = {name: value for name, value in run.decided.items() if name not in EXECUTED_DECISIONS}
        decided[SAME_LINES] = True
        fields = {name: getattr(run, name) for name in COPIED_FIELDS}
        continuation = ImportRun(**fields, decided=decided, user=user, continues=run)
        try:
            with run.clean_copy.open("rb") as copy:
                continuation.clean_copy.save("continued.jsonl.gz", File(copy), save=False)
        except FileNotFoundError:
            return None
        continuation.save()
    return continuation
