"""Finds two rows of a list that are about one record or one person."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from dossiers.models import Action, ImportRow, ImportRun, RecordKind, Supply
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.continuation import find_imported_lines
from dossiers.spreadsheets.imports.decisions import ANOTHER, NO_DECISION, Decisions
from dossiers.spreadsheets.imports.same_employer import employer_key_expression
from dossiers.spreadsheets.imports.staged_rows import classify_again
from dossiers.spreadsheets.matching.dossiers import DossierMatcher
from dossiers.spreadsheets.matching.matcher import RowClassifier
from dossiers.spreadsheets.matching.similar_people import (
    MAX_SIMILAR_LINES,
    filter_possibly_similar,
    find_similar_lines,
    find_similar_supplies,
)
from dossiers.spreadsheets.matching.supplies import name_key
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.sql import node, quote

MAX_COMPARED_APART = 50  # changed rows, since a condition for each takes time
MAX_WARNED = 20  # the largest number of lines that a preview of a partner warns about


def _given_text(key: str) -> str:
    """Return the SQL expression of a staged row's text for a field; NULL if it has none."""
    return f"(given->>'{key}')" if sql.postgres() else node("given", (key,))


def mark_duplicates(run: ImportRun, resource: RecordResource, changed: Collection[ImportRow] | None = None) -> None:
    """Mark all rows of a list that match the same record as errors, since only the sender knows which one is right.

    Rows that may be of one person by their names are marked as similar instead; see `_ask_about_same_people` and
    `_mark_similar`. If only some rows changed, no others are compared with each other. The run is not saved.
    """
    marker = _DuplicateMarker(run)
    if run.record == RecordKind.DOSSIERS:
        if not run.with_partner:
            _ask_about_same_people(run, resource)
        same_number = _("This number stands on line %(lines)s too. Leave one of these lines out.")
        same_person = _("The same person stands on line %(lines)s too. Leave one of these lines out.")
        number = _given_text("external_id")
        marker.mark(number, f"{number} IS NOT NULL", "external_id", same_number)
        marker.mark("target_id", "target_id IS NOT NULL", "family_name", same_person)
        _mark_similar(run, changed)
        return
    work = f"lower(coalesce({_given_text('work_description')}, '')), coalesce({_given_text('start_date')}, '')"
    company = employer_key_expression(quote(ImportRow._meta.db_table))
    same_work = _("The same work at this employer stands on line %(lines)s too. Leave one of these lines out.")
    marker.mark("target_id", "target_id IS NOT NULL", "work_description", same_work)
    marker.mark(f"{company}, {work}", f"target_id IS NULL AND {company} IS NOT NULL", "work_description", same_work)


def _ask_about_same_people(run: ImportRun, resource: RecordResource) -> None:
    """Mark rows with one name and date of birth that match one dossier as similar to it, and to each other.

    Namesakes who were born on one day may be two people, so that a coordinator decides about each row. A row that names
    the dossier or has its number stays matched.
    """
    rows = run.rows.exclude(action=Action.ABSENT).filter(left_out=False, target_id__isnull=False)
    shared = rows.order_by().values("target_id").alias(number=Count("pk")).filter(number__gt=1)
    rows_by_person: dict[tuple[Any, ...], list[ImportRow]] = defaultdict(list)
    for row in rows.filter(target_id__in=shared).order_by("line"):
        rows_by_person[row.target_id, name_key(row.given), row.given.get("date_of_birth")].append(row)
    namesakes = [row for same in rows_by_person.values() if len(same) > 1 for row in same]
    if not namesakes:
        return
    decided, imported_lines = Decisions.about(run).lines, find_imported_lines(run)
    supplies = Supply.objects.filter(pk__in_batch=[row.supply_id for row in namesakes if row.supply_id])
    numbers = dict(supplies.exclude(external_id="").values_list("pk", "external_id"))
    lines_by_row: dict[ImportRow, list[int]] = {}
    for same in rows_by_person.values():
        for row in same if len(same) > 1 else ():
            has_number = row.supply_id in numbers and numbers[row.supply_id] == row.given.get("external_id")
            is_decided = row.line in imported_lines or decided.get(row.line, NO_DECISION).person
            if not (has_number or is_decided or row.given.get("reference")):
                lines_by_row[row] = [other.line for other in same if other != row]
    asked = list(lines_by_row)
    classify_again(run, asked, RowClassifier(DossierMatcher(run, resource, matches_people=False), run))
    for row, lines in lines_by_row.items():
        row.similar, row.double = [*row.similar, *lines[:MAX_SIMILAR_LINES]], True
    ImportRow.objects.bulk_update(asked, ["similar", "double"], batch_size=1_000)


def _mark_similar(run: ImportRun, changed: Collection[ImportRow] | None) -> None:
    """Mark each new row that may be of the same person as an earlier one, so that a coordinator decides about it.

    A partner is only warned, also of people whom the organisation itself supplied under another number: a decision of
    the partner would also hold for the dossiers that the row is similar to.
    """
    new = run.rows.filter(action__in=(Action.NEW, Action.SIMILAR))
    if changed is not None and len(changed) <= MAX_COMPARED_APART and not run.with_partner:
        possible = filter_possibly_similar(new, [row.given for row in changed])
        if possible is not None:
            _mark_similar_to(run, possible, {row.line for row in changed})
            return
    similar = find_similar_lines(new)
    if run.with_partner:
        run.asked["similar_lines"] = list(similar.items())[:MAX_WARNED]
        run.asked["similar_supplies"] = list(find_similar_supplies(new, run.organisation_id).items())[:MAX_WARNED]
        return
    rows = list(new.filter(line__in_batch=list(similar.keys() - _find_other_people(run))))
    for row in rows:
        row.similar = list(dict.fromkeys([*row.similar, *similar[row.line]]))
        row.action, row.double = Action.SIMILAR, True
    ImportRow.objects.bulk_update(rows, ["similar", "action", "double"], batch_size=1_000)


def _mark_similar_to(run: ImportRun, rows: QuerySet[ImportRow], changed: set[int]) -> None:
    """Mark the changed lines that may be of the same person as an earlier one, and later ones that may be of theirs."""
    similar = {
        line: lines if line in changed else [earlier for earlier in lines if earlier in changed]
        for line, lines in find_similar_lines(rows).items()
    }
    others = _find_other_people(run)
    marked = [line for line, lines in similar.items() if lines and line not in others]
    for row in rows.filter(line__in_batch=marked):
        lines = sorted({*row.similar_lines, *similar[row.line]})[:MAX_SIMILAR_LINES]
        row.similar, row.action, row.double = [*row.similar_references, *lines], Action.SIMILAR, True
        row.save(update_fields=["similar", "action", "double"])


def _find_other_people(run: ImportRun) -> set[int]:
    """Return the lines of which a user said that they are about none of the similar people."""
    return {line for line, decision in Decisions.about(run).lines.items() if decision.action == ANOTHER}


class _DuplicateMarker:
    """Marks rows with the same key as errors; rows that were imported before are left alone."""

    def __init__(self, run: ImportRun) -> None:
        self.run, self.imported_lines = run, find_imported_lines(run)
        self.named_lines: dict[int, set[int]] = defaultdict(set)  # by the key of the row whose errors name them

    def mark(self, key: str, where: str, field: str, message: str) -> None:
        """Mark rows with the same SQL expression `key` as errors of `field`, among those that meet `where`.

        A row gets the message only if it names a line that no other error of the row names.
        """
        table = quote(ImportRow._meta.db_table)
        # By hand, since the key is built of values in JSON. One pass with a window function finds the duplicates.
        duplicates = sql.fetch_all(
            "SELECT r.id, r.line, r.first FROM (SELECT id, line, count(*) OVER same AS n, min(id) OVER same AS first"
            f" FROM {table} WHERE run_id = %s AND action <> 'absent' AND NOT left_out AND {where}"
            f" WINDOW same AS (PARTITION BY {key})) r WHERE r.n > 1",
            [self.run.pk],
        )
        lines_by_group: dict[int, set[int]] = defaultdict(set)
        for _pk, line, group in duplicates:
            lines_by_group[group].add(line)
        others = {pk: lines_by_group[group] - {line} - self.named_lines[pk] for pk, line, group in duplicates}
        for row in ImportRow.objects.filter(pk__in_batch=[pk for pk, lines in others.items() if lines]).iterator():
            if row.line in self.imported_lines:
                continue
            self.named_lines[row.pk] |= others[row.pk]
            row.errors.setdefault(field, []).append(message % {"lines": self.run.name_lines(sorted(others[row.pk]))})
            row.action, row.double = Action.ERROR, True
            row.save(update_fields=["errors", "action", "double"])
