"""Writes what a preview showed: one transaction, all or the good rows, and nothing that changed meanwhile unseen."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.models import Action, ImportRow, ImportRun, RecordKind, ReferenceCounter
from dossiers.models.imports.import_run import WRITTEN_ACTIONS
from dossiers.spreadsheets.gc_pause import without_collecting
from dossiers.spreadsheets.imports import absent
from dossiers.spreadsheets.imports.decisions import ANOTHER, Decisions, Line
from dossiers.spreadsheets.imports.file_parts import has_open_question
from dossiers.spreadsheets.imports.interest_writer import InterestBulk
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.imports.staging import matcher_for, resource_for
from dossiers.spreadsheets.imports.stale_references import StaleReferences
from dossiers.spreadsheets.imports.writer import ROWS, DossierBulk, RowRange, number_new
from dossiers.spreadsheets.matching.matcher import Judge, Matcher
from dossiers.spreadsheets.progress import Progress

Item = TypeVar("Item")
BATCH = 5_000
ONE_AT_A_TIME = 20_240_701  # PostgreSQL's advisory lock: two applies never look for the same people at once
NOTHING = Line()
WRITABLE = (*WRITTEN_ACTIONS, Action.UNCHANGED)


class NotApplied(Exception):
    """Nothing was written; carries one sentence that says why."""


class Moved(NotApplied):
    """Rows came out otherwise than at the preview."""

    def __init__(self, rows: list[tuple[int, ParsedRow]]) -> None:
        self.rows = rows
        super().__init__(
            ngettext(
                "%(count)d line came out otherwise, for somebody changed its record or a list that it names. Look at "
                "it again and apply.",
                "%(count)d lines came out otherwise, for somebody changed their records or a list that they name. Look "
                "at them again and apply.",
                len(rows),
            )
            % {"count": len(rows)}
        )


def begin(run: ImportRun, good_rows_only: bool) -> None:
    """Claim a previewed run; raises NotApplied when it isn't (any more) to be applied."""
    if has_open_question(run):
        raise NotApplied(_("Say first what to do with the rows, columns or tables of this file that are asked about."))
    counts = run.counts()
    waiting = counts[Action.ERROR] + counts[Action.SIMILAR]
    if waiting and not good_rows_only:
        raise NotApplied(
            ngettext(
                "%(count)d line has an error or waits for a choice. Mend it, or import the good lines only.",
                "%(count)d lines have an error or wait for a choice. Mend them, or import the good lines only.",
                waiting,
            )
            % {"count": waiting}
        )
    claimed = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.PREVIEWED, with_partner=False)
    if not claimed.update(state=ImportRun.State.APPLYING, reason=""):
        raise NotApplied(_("This list was applied already, or somebody is doing so now. Open it again to see."))
    run.refresh_from_db()


def apply(run: ImportRun, user: User | None) -> None:
    """Write a claimed run. When it can't be written it is previewed again, with the reason; safe to call twice."""
    progress = Progress(run.pk)
    numbers = run.rows.filter(action=Action.NEW).count()
    year, first_number = ReferenceCounter.reserve(_bulk(run).model.REFERENCE_PREFIX, numbers)  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            wait_for_turn()
            at = timezone.now()  # of all that is written: undo knows it by that, and later runs by a later one
            if not ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.APPLYING).update(
                state=ImportRun.State.APPLIED, applied_at=at
            ):
                return
            with without_collecting():
                _check_again(run)
            run.applied_at = at
            _write(run, user, year, first_number, progress)
            absent.carry_out(run, user)
    except NotApplied as reason:
        if isinstance(reason, Moved):
            _show_moved(run, reason.rows)
        ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.PREVIEWED, reason=str(reason))
    finally:
        progress.forget()
    run.refresh_from_db()
    if run.state == ImportRun.State.APPLIED and run.upload:  # its reading is settled: the file as it came goes
        run.forget_upload()
        run.save(update_fields=["upload", "sample"])


def _bulk(run: ImportRun) -> DossierBulk | InterestBulk:
    resource = resource_for(run)
    return DossierBulk(resource) if run.record == RecordKind.DOSSIERS else InterestBulk(resource)


def wait_for_turn() -> None:
    """Until the transaction ends nobody else applies or undoes; SQLite's own lock sees to that there."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def _write(run: ImportRun, user: User | None, year: int, first_number: int, progress: Progress) -> None:
    bulk, at = _bulk(run), run.applied_at or timezone.now()
    rows = run.rows.filter(action__in=WRITABLE)
    total, done = rows.count(), 0
    for first, last, count in stretches(run, *WRITABLE):
        if progress.must_stop():
            raise NotApplied(_("Stopped: nothing was written."))
        stretch = RowRange(run, first, last, at, user.pk if user else None)
        first_number += number_new(stretch, bulk.model, first_number)
        bulk.write(stretch, year)
        done += count
        progress.report(done, total)


def stretches(run: ImportRun, *actions: str) -> list[tuple[int, int, int]]:
    """Keys of the first and last row of each batch of rows with these actions, and how many rows it has."""
    keys = list(run.rows.filter(action__in=actions).order_by("pk").values_list("pk", flat=True))
    return [
        (keys[start], keys[min(start + BATCH, len(keys)) - 1], min(BATCH, len(keys) - start))
        for start in range(0, len(keys), BATCH)
    ]


def _check_again(run: ImportRun) -> None:
    """Rows that would be new, whose record or what belongs to it changed since the preview, or that name what is gone
    from its list since, are judged again; raises Moved.

    A supply or an employer that came meanwhile, and lets a row do what was shown, is taken.
    """
    judge, lines = Judge(matcher_for(run, resource_for(run)), run), Decisions.about(run).lines
    if gone := [judge.fields[name].column_name for name in run.fields if not judge.fields[name].offered]:
        raise NotApplied(_("No longer in use: %(fields)s. Choose the columns again.") % {"fields": ", ".join(gone)})
    names = StaleReferences(run, judge.resource, WRITABLE)
    moved: list[tuple[int, ParsedRow]] = []
    joined: list[ImportRow] = []
    for rows in batched(_doubtful(run, judge.matcher, names.rows()), BATCH):
        drafts = [
            ParsedRow(row.line, dict(row.given), another=lines.get(row.line, NOTHING).action == ANOTHER) for row in rows
        ]
        for draft in drafts:
            names.read_again(draft)
        judge.judge(drafts)
        for row, draft in zip(rows, drafts, strict=True):
            if _differs(row, draft):
                moved.append((row.pk, draft))
            elif (row.supply_id, row.employer_id) != (draft.supply_id, draft.employer_id):
                joined.append(ImportRow(pk=row.pk, supply_id=draft.supply_id, employer_id=draft.employer_id))
    if moved:
        raise Moved(moved)
    ImportRow.objects.bulk_update(joined, ["supply_id", "employer_id"], BATCH)


def _doubtful(run: ImportRun, matcher: Matcher, naming_gone: list[int]) -> Iterator[Any]:
    """Plain values of those rows: a model's object with five JSON columns costs more than judging it."""
    model = resource_for(run)._meta.model
    as_it_was = model._default_manager.filter(pk=OuterRef("target_id"), changed_at=OuterRef("target_changed_at"))
    changed_since = Q(action__in=(Action.CHANGED, Action.UNCHANGED)) & ~Exists(as_it_was)
    outdated = (
        f"SELECT r.id FROM {ROWS} r WHERE r.run_id = %s AND (r.action = 'new' AND ({matcher.may_reach()})"
        f" OR r.action IN ('changed', 'unchanged') AND ({matcher.may_be_outdated()}))"
    )
    doubtful = Q(pk__in=RawSQL(outdated, [run.pk])) | changed_since | Q(pk__in_batch=naming_gone)  # noqa: S611
    names = ("pk", "line", "action", "given", "changes", "target_id", "supply_id", "employer_id")
    return run.rows.filter(doubtful).order_by("pk").values_list(*names, named=True).iterator(BATCH)


def batched(rows: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of at most `size` (Python 3.12 has it as itertools.batched)."""
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


def _differs(row: Any, draft: ParsedRow) -> bool:
    as_shown = (row.action, row.given, row.changes, row.target_id)
    return as_shown != (draft.action, draft.given, draft.changes, draft.target_id)


def _show_moved(run: ImportRun, moved: list[tuple[int, ParsedRow]]) -> None:
    """Put the preview right for rows that came out otherwise."""
    names = (
        "action", "given", "changes", "errors", "bad", "similar", "target_id", "target_changed_at", "supply_id",
        "employer_id",
    )  # fmt: skip
    run.save(update_fields=["asked"])
    for pk, draft in moved:
        ImportRow.objects.filter(pk=pk).update(**{name: getattr(draft, name) for name in names})
