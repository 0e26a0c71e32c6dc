"""Continues an applied import, so that its lines with an error or an open choice are decided on after all."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from dossiers.models import Action, ImportRow, ImportRun
from dossiers.models.imports.import_row import NOT_TAKEN_OVER, OPEN_ACTIONS, WRITTEN_ACTIONS
from dossiers.models.imports.import_run import SAME_LINES
from dossiers.models.imports.partner_submissions import LAPSED_LINES
from dossiers.spreadsheets.imports.newer_values.overwritten import NAMED, is_about_newer

COPIED_FIELDS = (
    *("record", "organisation", "profile", "policy", "by_partner", "channel", "sent_by", "sent_at"),
    *("first_sent_at", "choice", "asked", "format", "columns", "warnings"),
)
EXECUTED_DECISIONS = ("absent", "word", LAPSED_LINES, NAMED)


def _iterate_continued_runs(run: ImportRun) -> Iterator[ImportRun]:
    """Yield the runs whose lines this run continues, from the last to the first."""
    while run.decided.get(SAME_LINES) and run.continues:
        run = run.continues
        yield run


def find_imported_lines(run: ImportRun) -> dict[int, int]:
    """Return {line: key of its record} of the lines that were imported before in the runs that this run continues."""
    lines: dict[int, int] = {}
    for earlier in _iterate_continued_runs(run):
        if _was_applied(earlier, run):
            imported = earlier.rows.filter(action__in=(*WRITTEN_ACTIONS, Action.UNCHANGED))
            lines |= {line: key for line, key in imported.values_list("line", "target_id") if key}
    return lines


def _was_applied(earlier: ImportRun, run: ImportRun) -> bool:
    """Whether the earlier run has an effect, or had it when this one was undone."""
    is_undone_later = bool(run.undone_at and earlier.undone_at and earlier.undone_at > run.undone_at)
    return earlier.state == ImportRun.State.APPLIED or is_undone_later


def find_rows_not_taken_over(run: ImportRun) -> QuerySet[ImportRow]:
    """Return the rows of an applied run that were not taken over, without those on which an earlier run decided."""
    elsewhere = [*find_imported_lines(run)]
    applied = (earlier for earlier in _iterate_continued_runs(run) if _was_applied(earlier, run))
    if last := next(applied, None):
        elsewhere += last.rows.filter(action=Action.SKIPPED).values_list("line", flat=True)
    return run.rows.filter(action__in=NOT_TAKEN_OVER).exclude(action=Action.SKIPPED, line__in_batch=elsewhere)


@dataclass(frozen=True)
class LineDecisions:
    """Where it was decided on the lines that an applied run did not take over."""

    left_out: list[int]
    later: dict[ImportRun, list[int]]  # the lines by the applied continuation in which the decision fell
    undecided: list[int]
    is_undecided: bool  # whether coordinators can still decide on the undecided lines
    open_run: ImportRun | None = None  # the continuation in which the decision on the undecided lines still has to fall

    @property
    def later_lines(self) -> list[int]:
        return [line for lines in self.later.values() for line in lines]

    def describe(self) -> list[tuple[ImportRun, str]]:
        """Return each continuation in which decisions fell, with the numbers of their lines."""
        return [(run, run.name_lines(lines)) for run, lines in self.later.items()]


def find_line_decisions(run: ImportRun) -> LineDecisions:
    """Follow the lines that an applied run did not take over through its applied continuations.

    A line that was left out and that a continuation takes in or leaves open is with that continuation.
    """
    actions = find_rows_not_taken_over(run).order_by("line").values_list("line", "action")
    deciding = {line: None if action in OPEN_ACTIONS else run for line, action in actions}
    last = run
    while (later := last.find_continuation()) and later.state == ImportRun.State.APPLIED:
        last = later
        rows = last.rows.exclude(action=Action.ABSENT).filter(line__in_batch=list(deciding))
        later_actions = dict(rows.values_list("line", "action"))
        for line, decided_in in deciding.items():
            action = later_actions.get(line, Action.SKIPPED)
            if action in OPEN_ACTIONS:
                deciding[line] = None
            elif action != Action.SKIPPED or decided_in is None:
                deciding[line] = last
    lines: dict[ImportRun | None, list[int]] = {run: [], None: []}
    for line, decided_in in deciding.items():
        lines.setdefault(decided_in, []).append(line)
    left_out, undecided = lines.pop(run), lines.pop(None)
    later_decisions = {continuation: lines[continuation] for continuation in lines if continuation}
    return LineDecisions(left_out, later_decisions, undecided, last.is_undecided, later)


def continue_run(run: ImportRun, user: User) -> ImportRun | None:
    """Create and return a run of the same list, which has to be read; return None if `run` can't be continued.

    Its decisions are kept, but for those that were executed. The lines that were imported are left alone.
    """
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if not run.can_continue:
            return None
        decided = {name: value for name, value in run.decided.items() if name not in EXECUTED_DECISIONS}
        # No question about newer values named a line that was not imported.
        decided["parts"] = {
            key: answer for key, answer in run.decided.get("parts", {}).items() if not is_about_newer(key)
        }
        decided["lines"] = {line: about | {"before": {}} for line, about in decided.get("lines", {}).items()}
        decided[SAME_LINES] = True
        runs = [run, *_iterate_continued_runs(run)]
        earlier = ImportRun.objects.filter(continues__in=runs, decided__has_key=SAME_LINES)
        words = {"name": runs[-1].file_name[:200], "number": earlier.count() + 1}
        fields = {name: getattr(run, name) for name in COPIED_FIELDS}
        fields |= {"file_name": gettext("%(name)s (continuation %(number)d)") % words, "continues": run}
        continuation = ImportRun(**fields, decided=decided, user=user)
        try:
            with run.clean_copy.open("rb") as copy:
                continuation.clean_copy.save("continued.jsonl.gz", File(copy), save=False)
        except FileNotFoundError:
            return None
        continuation.save()
    return continuation
