"""Applies a previewed import in one transaction, unless a row would now have another result than the preview showed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers import change_sets
from dossiers.models import Action, ImportRow, ImportRun, RecordKind, ReferenceCounter, Supply
from dossiers.models.change_set import NotApplied
from dossiers.models.imports.import_row import RECORD_ACTIONS
from dossiers.progress import Progress
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.gc_pause import pause_gc
from dossiers.spreadsheets.imports import absent, absent_people
from dossiers.spreadsheets.imports.decisions import NO_DECISION, Decisions, find_blocking_dates
from dossiers.spreadsheets.imports.doubtful_numbers import mask_unanswered
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.interest_writer import InterestBatchWriter
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.imports.sender_counts import count_for_sender
from dossiers.spreadsheets.imports.staging import matcher_for, resource_for
from dossiers.spreadsheets.imports.stale_references import StaleReferences
from dossiers.spreadsheets.imports.warnings import OPENING, find_opening_lines
from dossiers.spreadsheets.imports.writer import ROWS, DossierBatchWriter, RowRange, assign_keys_and_numbers
from dossiers.spreadsheets.matching.matcher import Matcher, RowClassifier

BATCH = 5_000
State = ImportRun.State
OUTDATED = "outdated"  # key in `run.asked` of the lines that came out otherwise at the last attempt to apply
MAX_LINES_TO_SHOW = 20
RESULT_FIELDS = (  # fields of an ImportRow that classifying it sets
    "action", "given", "changes", "parts", "withheld", "errors", "bad", "similar", "target_id", "target_changed_at",
    "supply_id", "employer_id",
)  # fmt: skip


class PreviewOutdated(NotApplied):
    """Rows would have another result than the preview showed; `rows` are (key of the ImportRow, new result)."""

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


def claim(run: ImportRun, good_rows_only: bool) -> None:
    """Claim a previewed run for applying; raises NotApplied if it can't be applied (any more)."""
    if question := next((part for part in parts_of(run) if part.answer is None), None):
        if question.is_older:
            raise NotApplied(
                _("Say first whether the values of the dossiers stay, or those of this list replace them.")
            )
        raise NotApplied(_("Say first what to do with the rows, columns or tables of this file that are asked about."))
    if dates := find_blocking_dates(run):
        raise NotApplied(describe_blocking_dates(run, dates))
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
    if not run.claim(State.PREVIEWED, State.APPLYING, Q(with_partner=False), reason=""):
        raise NotApplied(_("This list was applied already, or somebody is doing so now. Open it again to see."))


def describe_blocking_dates(run: ImportRun, dates: list[str]) -> str:
    fields = resource_for(run).sheet_fields()
    columns = ", ".join(str(fields[name].column_name) for name in dates)
    return _("Say first whether the day or the month comes first: %(columns)s.") % {"columns": columns}


def apply(run: ImportRun, user: User | None) -> None:
    """Write the rows of a claimed run; a second call does nothing.

    If the run can't be applied, it becomes a preview again, with the reason.
    """
    numbers = run.rows.filter(action=Action.NEW).count()
    year, first_number = ReferenceCounter.reserve(_writer_for(run).model.REFERENCE_PREFIX, numbers)  # type: ignore[attr-defined]

    def write(progress: Progress) -> None:
        with pause_gc():
            _recheck_rows(run)
            if run.gives_whole_fields:
                run.rows.update(parts={})  # no column gave a part of what the sender gave
                if run.record == RecordKind.DOSSIERS:  # interests have no supplies
                    _drop_unchanged_cells(run)
        # A list that was imported since the preview may have brought people who are not in this one. The chosen rows
        # stay, to tell what became of the choice.
        absent_people.replace_rows(run, decided_rows=absent.find_chosen_rows(run))
        if lines := find_opening_lines(run):
            run.asked[OPENING] = lines
            ImportRun.objects.filter(pk=run.pk).update(asked=run.asked)
        _write_batches(run, user, year, first_number, progress)
        absent.apply_choices(run, user)
        if run.by_partner:
            ImportRun.objects.filter(pk=run.pk).update(counts_for_sender=count_for_sender(run))
        mask_unanswered(run, resource_for(run).sheet_fields())

    try:
        applied = change_sets.apply(run, write)
    except NotApplied as reason:
        rows = reason.rows if isinstance(reason, PreviewOutdated) else []
        run.asked[OUTDATED] = [parsed_row.line for _pk, parsed_row in rows[:MAX_LINES_TO_SHOW]]
        run.save(update_fields=["asked"])
        if rows:
            for pk, parsed_row in rows:  # so that the preview shows the new results
                values = {name: getattr(parsed_row, name) for name in RESULT_FIELDS}
                ImportRow.objects.filter(pk=pk).update(**values)
            absent_people.replace_rows(run)
        run.refresh_from_db()
        run.claim(State.APPLYING, State.PREVIEWED, reason=str(reason))
        return
    if applied and run.upload:  # the uploaded file is not needed any more
        run.forget_upload()
        run.save(update_fields=["upload", "sample"])


def _writer_for(run: ImportRun) -> DossierBatchWriter | InterestBatchWriter:
    resource = resource_for(run)
    return DossierBatchWriter(resource) if run.record == RecordKind.DOSSIERS else InterestBatchWriter(resource)


def _write_batches(run: ImportRun, user: User | None, year: int, first_number: int, progress: Progress) -> None:
    writer, at = _writer_for(run), cast(datetime, run.applied_at)
    rows = run.rows.filter(action__in=RECORD_ACTIONS)
    total, done = rows.count(), 0
    for first, last, count in split_into_batches(run, *RECORD_ACTIONS):
        if progress.must_stop():
            raise NotApplied(_("Stopped: nothing was written."))
        batch = RowRange(run, first, last, at, user.pk if user else None)
        first_number += assign_keys_and_numbers(batch, writer.model, first_number)
        writer.write(batch, year)
        done += count
        progress.report(done, total)


def split_into_batches(run: ImportRun, *actions: str) -> list[tuple[int, int, int]]:
    """Return (first key, last key, number of rows) of each batch of the staged rows with these actions."""
    keys = list(run.rows.filter(action__in=actions).order_by("pk").values_list("pk", flat=True))
    return [
        (keys[start], keys[min(start + BATCH, len(keys)) - 1], min(BATCH, len(keys) - start))
        for start in range(0, len(keys), BATCH)
    ]


def _recheck_rows(run: ImportRun) -> None:
    """Classify again the rows whose result may differ from the preview; raises PreviewOutdated if one does differ.

    If only the supply or the employer of a row differs, the row takes the new one and is written.
    """
    classifier, lines = RowClassifier(matcher_for(run, resource_for(run)), run), Decisions.about(run).lines
    if gone := [classifier.fields[name].column_name for name in run.fields if not classifier.fields[name].in_use]:
        raise NotApplied(_("No longer in use: %(fields)s. Choose the columns again.") % {"fields": ", ".join(gone)})
    names = StaleReferences(run, classifier.resource, RECORD_ACTIONS)
    moved: list[tuple[int, ParsedRow]] = []
    joined: list[ImportRow] = []
    for rows in batched(_rows_to_recheck(run, classifier.matcher, names.rows()), BATCH):
        parsed_rows = [
            ParsedRow(
                row.line,
                dict(row.given),
                parts=dict(row.parts),
                withheld=dict(row.withheld),
                person=lines.get(row.line, NO_DECISION).person,
            )
            for row in rows
        ]
        for parsed_row in parsed_rows:
            names.read_again(parsed_row)
        classifier.classify(parsed_rows)
        for row, parsed_row in zip(rows, parsed_rows, strict=True):
            previewed = (row.action, row.given, row.changes, row.target_id)
            if previewed != (parsed_row.action, parsed_row.given, parsed_row.changes, parsed_row.target_id):
                moved.append((row.pk, parsed_row))
            elif (row.supply_id, row.employer_id) != (parsed_row.supply_id, parsed_row.employer_id):
                joined.append(ImportRow(pk=row.pk, supply_id=parsed_row.supply_id, employer_id=parsed_row.employer_id))
    if moved:
        raise PreviewOutdated(moved)
    ImportRow.objects.bulk_update(joined, ["supply_id", "employer_id"], BATCH)


def _drop_unchanged_cells(run: ImportRun) -> None:
    """Take out of the rows of an export of ours what the records have, since the sender did not give that."""
    known = run.rows.filter(action__in=(Action.CHANGED, Action.UNCHANGED)).only("given", "changes")
    for rows in batched(known.iterator(BATCH), BATCH):
        for row in rows:
            row.given = run.select_edited_values(row.given, row.changes)
        ImportRow.objects.bulk_update(rows, ["given"], BATCH)


def find_outdated_rows(run: ImportRun) -> QuerySet[ImportRow]:
    """Return the rows of which the matched record was changed or deleted since they were classified."""
    records: Any = resource_for(run)._meta.model._default_manager
    as_it_was = records.filter(pk=OuterRef("target_id"), changed_at=OuterRef("target_changed_at"))
    if run.with_partner:  # the rows match supplies
        as_it_was = Supply.objects.filter(pk=OuterRef("target_id"), last_seen=OuterRef("target_changed_at"))
    return run.rows.filter(~Exists(as_it_was), target_changed_at__isnull=False, left_out=False)


def _rows_to_recheck(run: ImportRun, matcher: Matcher, stale_rows: list[int]) -> Iterator[Any]:
    """Return the rows that must be classified again, as named tuples; `stale_rows` are keys of further rows.

    Creating model instances with five JSON columns would cost more than classifying the rows.
    """
    changed_since = Q(action__in=(Action.CHANGED, Action.UNCHANGED), pk__in=find_outdated_rows(run).values("pk"))
    # By hand, since the ORM can't compare a value in the JSON of a staged row with a column of another table. It
    # selects the new rows that may match a record now, and the others whose supply or employer may have changed.
    outdated = (
        f"SELECT r.id FROM {ROWS} r WHERE r.run_id = %s AND (r.action = 'new' AND ({matcher.match_condition()})"
        f" OR r.action IN ('changed', 'unchanged') AND ({matcher.outdated_condition()}))"
    )
    to_recheck = Q(pk__in=RawSQL(outdated, [run.pk])) | changed_since | Q(pk__in_batch=stale_rows)  # noqa: S611
    names = ("pk", "line", "action", "given", "changes", "parts", "withheld", "target_id", "supply_id", "employer_id")
    return run.rows.filter(to_recheck).order_by("pk").values_list(*names, named=True).iterator(BATCH)
