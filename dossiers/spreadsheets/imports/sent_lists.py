"""The earlier lists of an organization that its partner, or a coordinator, must know of before giving another one."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from django.db.models import Q, QuerySet

from dossiers import privacy
from dossiers.models import ImportRun
from dossiers.models.imports.import_run import SAME_LINES
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy
from dossiers.spreadsheets.reader import Refused, Row

BATCH = 100  # lists that differ mostly do so in their first rows
MAX_LISTS = 50


def find_undecided_lists(run: ImportRun) -> list[ImportRun]:
    """Return the organization's lists that coordinators neither applied nor returned yet, the oldest first.

    The rows of a new list are not compared with these.
    """
    undecided = ImportRun.objects.filter(organisation=run.organisation_id, by_partner=True).undecided()
    return list(undecided.exclude(pk=run.pk).exclude(format__kind="form").order_by("sent_at", "pk")[:MAX_LISTS])


def find_same_sent_list(run: ImportRun) -> ImportRun | None:
    """Return the latest list that the organization sent with the same rows, as long as its copy is kept.

    A list that was returned is left out, since it is to be sent again. The list is annotated `with_nothing_new()`.
    """
    sent = ImportRun.objects.filter(organisation=run.organisation_id, by_partner=True).exclude(sent_at=None)
    with_coordinators = sent.filter(Q(with_partner=False) | Q(state=ImportRun.State.SENT))
    return _find_same_list(run, with_coordinators.with_nothing_new().order_by("-sent_at", "-pk"))


def find_same_imported_list(run: ImportRun) -> ImportRun | None:
    """Return the latest list of the same sender with the same rows that was imported, as long as its copy is kept.

    A list that is continued is left out, since the new one has its rows by definition.
    """
    if run.decided.get(SAME_LINES):
        return None
    senders = ImportRun.objects.filter(record=run.record, organisation=run.organisation_id)
    return _find_same_list(run, senders.filter(state=ImportRun.State.APPLIED).order_by("-applied_at", "-pk"))


def _find_same_list(run: ImportRun, lists: QuerySet[ImportRun]) -> ImportRun | None:
    others = lists.exclude(pk=run.pk).exclude(clean_copy="").exclude(format__kind="form")
    return next((earlier for earlier in others[:MAX_LISTS] if _has_same_rows(run, earlier)), None)


def _has_same_rows(run: ImportRun, earlier: ImportRun) -> bool:
    try:
        with SanitizedCopy(run) as copy, SanitizedCopy(earlier) as earlier_copy:
            pairs = zip_longest(_iterate_rows(copy), _iterate_rows(earlier_copy))
            if copy.header != earlier_copy.header:
                return False
            return all(row and sent and _is_same(row, sent) for row, sent in pairs)
    except Refused:
        return False


def _iterate_rows(copy: SanitizedCopy) -> Iterator[Row]:
    return (row for batch in copy.batches(BATCH) for row in batch)


def _is_same(row: Row, sent: Row) -> bool:
    """Whether two rows are the same, apart from numbers that were masked when the list was sent."""
    same_place = row[0] == sent[0] and len(row[1]) == len(sent[1])
    return same_place and all(cell == old or _is_masked(old) for cell, old in zip(row[1], sent[1], strict=True))


def _is_masked(cell: Any) -> bool:
    return isinstance(cell, Private) or (isinstance(cell, str) and privacy.MASK in cell)
