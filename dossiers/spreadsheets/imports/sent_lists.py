"""The earlier lists of an organization that its partner, or a coordinator, must know of before giving another one."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import zip_longest

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
    for earlier in others[:MAX_LISTS]:
        with suppress(Refused), SanitizedCopy(run) as copy, SanitizedCopy(earlier) as earlier_copy:
            pairs = zip_longest(_iterate_rows(copy), _iterate_rows(earlier_copy))
            if copy.header == earlier_copy.header and all(row and sent and _is_same(row, sent) for row, sent in pairs):
                return earlier
    return None


def _iterate_rows(copy: SanitizedCopy) -> Iterator[Row]:
    return (row for batch in copy.batches(BATCH) for row in batch)


def _is_same(row: Row, sent: Row) -> bool:
    """Whether two rows are the same, apart from numbers that were masked when the list was sent."""
    (line, cells), (sent_line, sent_cells) = row, sent
    return (line, len(cells)) == (sent_line, len(sent_cells)) and all(
        cell == old or isinstance(old, Private) or (isinstance(old, str) and privacy.MASK in old)
        for cell, old in zip(cells, sent_cells, strict=True)
    )
