"""Continues an applied import, so that its lines with an error or an open choice are decided on after all."""

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from dossiers.models import Action, ImportRow, ImportRun
from dossiers.models.imports.import_row import NOT_TAKEN_OVER, OPEN_ACTIONS, WRITTEN_ACTIONS
from dossiers.models.imports.import_run import SAME_LINES

COPIED_FIELDS = (
    *("record", "organisation", "profile", "policy", "by_partner", "sent_by", "sent_at", "first_sent_at"),
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


def find_rows_not_taken_over(run: ImportRun) -> QuerySet[ImportRow]:
    """Return the rows of an applied run that were not taken over, without those on which an earlier run decided."""
    elsewhere = [*find_imported_lines(run), *_find_lines_left_before(run)]
    return run.rows.filter(action__in=NOT_TAKEN_OVER).exclude(line__in_batch=elsewhere)


def find_moved_rows(run: ImportRun) -> QuerySet[ImportRow]:
    """Return those of the rows that were not taken over on which an applied continuation decided."""
    return find_rows_not_taken_over(run).filter(line__in_batch=list(_find_moved_lines(run)))


def _find_moved_lines(run: ImportRun) -> set[int]:
    """Return the lines that were left open and, of those that were left out, the ones that were taken in later."""
    later = run.find_continuation()
    if later is None or later.state != ImportRun.State.APPLIED:
        return set()
    lines = set(run.rows.filter(action__in=OPEN_ACTIONS).values_list("line", flat=True))
    if later.decided.get(SAME_LINES):
        decided = later.rows.exclude(action__in=(Action.SKIPPED, Action.ABSENT)).values_list("line", flat=True)
        skipped = run.rows.filter(action=Action.SKIPPED, line__in_batch=[*decided, *_find_moved_lines(later)])
        lines |= set(skipped.values_list("line", flat=True))
    return lines


def _find_lines_left_before(run: ImportRun) -> set[int]:
    """Return the lines that stayed with the runs that this run continues, since these left them out."""
    lines: set[int] = set()
    while run.decided.get(SAME_LINES) and run.continues:
        run = run.continues
        if run.state == ImportRun.State.APPLIED:
            not_taken_over = run.rows.filter(action__in=NOT_TAKEN_OVER).values_list("line", flat=True)
            lines |= set(not_taken_over) - _find_moved_lines(run)
    return lines


def _name_continuation(run: ImportRun) -> str:
    number = 1
    while run.decided.get(SAME_LINES) and run.continues:
        run, number = run.continues, number + 1
    return gettext("%(name)s (continuation %(number)d)") % {"name": run.file_name[:200], "number": number}


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
        fields |= {"file_name": _name_continuation(run), "continues": run}
        continuation = ImportRun(**fields, decided=decided, user=user)
        try:
            with run.clean_copy.open("rb") as copy:
                continuation.clean_copy.save("continued.jsonl.gz", File(copy), save=False)
        except FileNotFoundError:
            return None
        continuation.save()
    return continuation
