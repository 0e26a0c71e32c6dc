"""Finds two rows of a list that are about one record or one person."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dossiers.models import Action, ImportRow, ImportRun, RecordKind
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.continuation import find_imported_lines
from dossiers.spreadsheets.imports.decisions import ANOTHER, Decisions
from dossiers.spreadsheets.imports.same_employer import employer_key_expression
from dossiers.spreadsheets.matching.similar_people import (
    MAX_SIMILAR_LINES,
    filter_possibly_similar,
    find_similar_lines,
    find_similar_supplies,
)
from dossiers.spreadsheets.sql import node, quote

MAX_COMPARED_APART = 50  # changed rows, since a condition for each takes time
MAX_WARNED = 20  # the largest number of lines that a preview of a partner warns about


def _given_text(key: str) -> str:
    """Return the SQL expression of a staged row's text for a field; NULL if it has none."""
    return f"(given->>'{key}')" if sql.postgres() else node("given", (key,))


def mark_duplicates(run: ImportRun, changed: Collection[ImportRow] | None = None) -> None:
    """Mark all rows of a list that match the same record as errors, since only the sender knows which one is right.

    New rows that may be of one person are marked as similar; see `_mark_similar`. If only some rows changed, no others
    are compared with each other. The run is not saved.
    """
    marker = _DuplicateMarker(run)
    if run.record == RecordKind.DOSSIERS:
        name = (
            f"lower({_given_text('given_name')}), lower({_given_text('family_name')}), {_given_text('date_of_birth')}"
        )
        same_number = _("This number stands on line %(lines)s too. Leave one of these lines out.")
        same_person = _("The same person stands on line %(lines)s too. Leave one of these lines out.")
        number = _given_text("external_id")
        marker.mark(number, f"{number} IS NOT NULL", "external_id", same_number)
        marker.mark("target_id", "target_id IS NOT NULL", "family_name", same_person)
        new_person = f"target_id IS NULL AND {_given_text('date_of_birth')} IS NOT NULL"
        marker.mark(name, new_person, "family_name", same_person, number=number)
        _mark_similar(run, changed)
        return
    work = f"lower(coalesce({_given_text('work_description')}, '')), coalesce({_given_text('start_date')}, '')"
    company = employer_key_expression(quote(ImportRow._meta.db_table))
    same_work = _("The same work at this employer stands on line %(lines)s too. Leave one of these lines out.")
    marker.mark("target_id", "target_id IS NOT NULL", "work_description", same_work)
    marker.mark(f"{company}, {work}", f"target_id IS NULL AND {company} IS NOT NULL", "work_description", same_work)


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
        row.similar += similar[row.line]
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

    def mark(self, key: str, where: str, field: str, message: str, *, number: str = "NULL") -> None:
        """Mark rows with the same SQL expression `key` as errors of `field`, among those that meet `where`.

        Rows that all have a `number` (an SQL expression too) are no duplicates by this key: two numbers are two people.
        A row gets the message only if it names a line that no other error of the row names.
        """
        table = quote(ImportRow._meta.db_table)
        # By hand, since the key is built of values in JSON. One pass with a window function finds the duplicates.
        duplicates = sql.fetch_all(
            "SELECT r.id, r.line, r.first FROM (SELECT id, line, count(*) OVER same AS n, min(id) OVER same AS"
            f" first, count({number}) OVER same AS numbered FROM {table}"
            f" WHERE run_id = %s AND action <> 'absent' AND NOT left_out AND {where}"
            f" WINDOW same AS (PARTITION BY {key})) r WHERE r.n > 1 AND r.numbered < r.n",
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
