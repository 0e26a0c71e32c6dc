"""The earlier lists of an organization that its partner, or a coordinator, must know of before giving another one."""

from collections.abc import Callable, Collection
from contextlib import ExitStack, suppress
from functools import partial
from itertools import chain, islice, zip_longest
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from dossiers import privacy
from dossiers.models import ImportRun
from dossiers.models.imports.import_run import SAME_LINES
from dossiers.spreadsheets.imports.columns.columns import PRIVACY
from dossiers.spreadsheets.imports.file_parts.answers import find_parts_read
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy
from dossiers.spreadsheets.reader import Refused, Row, Table
from dossiers.spreadsheets.values.base import as_text

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
    lists = with_coordinators.with_nothing_new().order_by("-sent_at", "-pk")
    return _find_same_list(run, lists, partial(SanitizedCopy, run))


def find_same_imported_list(run: ImportRun, open_list: Callable[[], Table | SanitizedCopy]) -> ImportRun | None:
    """Return the latest list of the same sender with the same rows that was imported, as long as its copy is kept.

    One that was undone is returned only if no other has these rows. A list that is continued is left out, since the new
    one has its rows by definition, and so is one of which another table or part was left out. `open_list` opens the
    list itself or its copy.
    """
    if run.with_partner or run.by_hand or run.decided.get(SAME_LINES):
        return None
    senders = ImportRun.objects.filter(record=run.record, organisation=run.organisation_id)
    imported = senders.filter(state__in=(ImportRun.State.APPLIED, ImportRun.State.UNDONE))
    is_undone = ExpressionWrapper(Q(state=ImportRun.State.UNDONE), BooleanField())
    parts = find_parts_read(run)
    return _find_same_list(
        run,
        imported.order_by(is_undone, "-applied_at", "-pk"),
        open_list,
        is_candidate=lambda earlier: parts <= find_parts_read(earlier),
    )


def _find_same_list(
    run: ImportRun,
    lists: QuerySet[ImportRun],
    open_list: Callable[[], Table | SanitizedCopy],
    is_candidate: Callable[[ImportRun], bool] = lambda earlier: True,
) -> ImportRun | None:
    latest = lists.exclude(pk=run.pk).exclude(clean_copy="").exclude(format__kind="form")[:MAX_LISTS]
    others = [earlier for earlier in latest if is_candidate(earlier)]
    if not others:
        return None
    with suppress(Refused), ExitStack() as files:
        table = open_list()
        files.enter_context(table)
        candidates = []
        for earlier in others:
            with suppress(Refused):
                copy = files.enter_context(SanitizedCopy(earlier))
                private = {column["index"] for column in earlier.columns if column["dropped"] == PRIVACY}
                # The copy has no header for its private columns.
                headers = enumerate(zip_longest(table.header, copy.header))
                if all(index in private or privacy.masked(own or "") == old for index, (own, old) in headers):
                    candidates.append((earlier, chain.from_iterable(copy.batches(BATCH)), private))
        for rows in table.batches(BATCH):  # once, because reading a workbook takes long
            candidates = [
                (earlier, earlier_rows, private)
                for earlier, earlier_rows, private in candidates
                if all(
                    earlier_row and _is_same(row, earlier_row, private)
                    for row, earlier_row in zip_longest(rows, islice(earlier_rows, len(rows)))
                )
            ]
            if not candidates:
                return None
        return next((earlier for earlier, earlier_rows, _private in candidates if not next(earlier_rows, None)), None)
    return None


def _is_same(row: Row, copied: Row, private: Collection[int]) -> bool:
    """Whether a row is the same as one of a copy, apart from private columns and numbers that were masked there."""
    (line, cells), (copied_line, copied_cells) = row, copied
    return (line, len(cells)) == (copied_line, len(copied_cells)) and all(
        cell == old or index in private or _is_same_masked(cell, old)
        for index, (cell, old) in enumerate(zip(cells, copied_cells, strict=True))
    )


def _is_same_masked(cell: Any, old: Any) -> bool:
    """Whether a cell of a copy has all that may be stored of this cell; a number that is masked may be another one."""
    if isinstance(cell, Private):
        return False
    text = as_text(cell)
    masked = privacy.masked(text)
    if isinstance(old, Private):
        return masked == old.text or (not old.text and masked != text)
    return isinstance(old, str) and privacy.MASK in old and masked == old
