"""The parts of a file that may not belong to the list: rows above the header, hidden or marked rows, and more tables.

A marked row is struck through, in a color that most rows do not have, or signed off or cancelled according to a column.
Hidden columns are such parts too, and so are single cells that are struck through, which are read as blank cells.

Rows below a title in the list are such a part too, and so are the values that would overwrite newer ones, and the whole
list if its sender dated an imported one later. A list can't be imported until the user says of each part whether it
belongs to the list, or, of a part that can't be read with the columns of the list, that it can be left out. If there is
no user to ask, the parts of the file are left out.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dates.format import format_date, format_datetime
from dossiers import privacy
from dossiers.line_names import LINES_NAMED, LINES_PER_TABLE, split_line
from dossiers.models import NAME_FIELDS, Action, ImportRow, ImportRun
from dossiers.models.imports.import_run import WHOLE_FIELDS
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.file_reader.colors import OTHER
from dossiers.spreadsheets.file_reader.doubtful import HIDDEN
from dossiers.spreadsheets.file_reader.limits import MAX_ROWS_COUNTED
from dossiers.spreadsheets.file_reader.marked import STRUCK
from dossiers.spreadsheets.imports.absent_columns import ABSENT_COLUMNS
from dossiers.spreadsheets.imports.contact_remarks import CONTACTS, FORMER, OF_LINE, adds_contact_remarks
from dossiers.spreadsheets.imports.list_dates import LIST_DATE, find_later_list, get_list_date
from dossiers.spreadsheets.imports.merged_cells import MERGED_CELLS
from dossiers.spreadsheets.imports.newer_values import (
    NAMED,
    OLDER_LIST,
    UNDECIDED,
    Decision,
    NewerValues,
    fills_from_older_list,
    find_named_records,
    is_about_newer,
)
from dossiers.spreadsheets.imports.older_values_text import Rows, describe_older_values, select_named_rows
from dossiers.spreadsheets.imports.ranges import Ranges
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy
from dossiers.spreadsheets.imports.value_sources import NewerValue, Reason
from dossiers.spreadsheets.imports.withdrawn_rows import WITHDRAWN
from dossiers.spreadsheets.reader import OtherList, Refused, Row, Section, Table, section_of
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.values.base import as_text

ABOVE, UNFIT, HIDDEN_COLUMNS, SECTION, SHEETS = "above", "unfit", "hidden_columns", "section", "sheets"
TABLES_BESIDE, LIST_BESIDE = "beside", "list_beside"
STRUCK_CELLS = "struck_cells"
TITLE = "title-"  # before the key of a part: whether its title is added to the remarks of its rows
MARK_LABELS = {
    HIDDEN: gettext_lazy("hidden"),
    STRUCK: gettext_lazy("struck through"),
    "red": gettext_lazy("red"),
    "orange": gettext_lazy("orange"),
    "yellow": gettext_lazy("yellow"),
    "green": gettext_lazy("green"),
    "blue": gettext_lazy("blue"),
    "purple": gettext_lazy("purple"),
    "pink": gettext_lazy("pink"),
    "brown": gettext_lazy("brown"),
    "gray": gettext_lazy("gray"),
    "black": gettext_lazy("black"),
    OTHER: gettext_lazy("colored"),
    WITHDRAWN: gettext_lazy("signed off or cancelled"),
}
MARKED_ROWS = {f"{mark}_rows": mark for mark in MARK_LABELS}
"""The marks by the key of the part with these rows."""
FILE_FACTS = (
    *(ABOVE, UNFIT, *MARKED_ROWS, STRUCK_CELLS, HIDDEN_COLUMNS, TABLES_BESIDE, "sections", ABSENT_COLUMNS, SHEETS),
    *(MERGED_CELLS, WHOLE_FIELDS, LIST_DATE),
)
"""Keys of `ImportRun.asked` that are read from the file only, so that they remain when its sanitized copy is read."""

MAX_ROWS_SHOWN = 3
MAX_CELLS_SHOWN = 3
MAX_ROW_LENGTH = 80
MAX_LISTS_NAMED = 3
ROWS_OF_COPY = 1_000  # that are read at once to show cells

Answers = Mapping[str, bool]  # by the key of a part


@dataclass(frozen=True)
class Part:
    key: str
    words: str
    answer: bool | None
    """Whether the part belongs to the list; None until the user answers."""
    is_readable: bool = True
    """False for a part with other columns than the list, which the user can only leave out."""
    is_older: bool = False
    """Whether it is the part with the values that would overwrite newer ones."""
    is_older_list: bool = False
    """Whether the part is the whole list, since an imported list has a later date."""
    later_runs: tuple[ImportRun, ...] = ()
    """The lists that gave the newer values."""
    is_text_only: bool = False
    """Whether the newer values are only lines of a text that the list would remove."""
    is_typed_only: bool = False
    """Whether the newer values are only what users typed."""
    is_about_closed: bool = False
    """Whether some of them are what closed interests have."""
    is_mixed: bool = False
    """Whether the newer values are of several of these kinds."""
    changes_text: bool = False
    """Whether the lines of this list still change in a text of others that stays."""
    has_sender: bool = False
    """Whether the list has a sender, whose lines those are."""
    is_contact: bool = False
    """Whether it is contacts that are no longer those of their employer after the import."""
    title: "Part | None" = None
    """What is asked about its title, if it has one: whether that is added to the remarks of its rows."""
    has_title_only: bool = False
    """Whether the part is rows of the list below a title, without a header of their own."""
    sheets: tuple[str, ...] = ()
    """The other sheets with a list, if the part is these."""
    joined_sheets: str = ""
    """The names of the sheets of the same shape, which can be read as one list."""
    columns: tuple[int, ...] = ()
    """The indexes of the columns of the file that the part is, or that say which rows it is."""
    headers: tuple[str, ...] = ()
    """The headers of these columns."""
    is_beside: bool = False
    """Whether the part is a table beside the list that can only be more columns of the same rows."""
    first_line: int = 0
    """The number that a line of these columns gets more once they are read as rows of the list."""
    outcome: str = ""
    """What becomes of the values and of the rest of their rows, in numbers, after the answer that they stay."""
    count: int = 0
    """The number of rows about which the answer decides."""
    lines: tuple[int, ...] = ()
    """The lines of the first of these rows, as far as they are staged."""
    newer_rows: Rows = ()
    """The rows that the words name, with their newer values, if the part is about these."""
    earlier_answer: str = ""
    """The answer about this part in an earlier list of the sender, as long as it is open here: "yes", "no" or ""."""
    named: Mapping[str, Sequence[Sequence[int]]] = field(default_factory=dict)
    """The records of all newer values that an unanswered part is about, by field: ranges of keys."""
    words_left_out: str = ""
    """The sentence that the part is left out; "" if that needs no sentence of its own."""
    words_without_rows: str = ""
    """The same words without the cells of some rows, for a page that shows these beside it; "" if there are none."""

    @property
    def is_closed_only(self) -> bool:
        """Whether they are only what closed interests have."""
        return self.is_about_closed and not self.is_mixed

    @property
    def is_struck_cells(self) -> bool:
        return self.key == STRUCK_CELLS

    @property
    def is_withdrawn_rows(self) -> bool:
        return MARKED_ROWS.get(self.key) == WITHDRAWN

    @property
    def answer_code(self) -> str:
        """The answer in a form: "yes", "no", or "" as long as there is none."""
        return "" if self.answer is None else "yes" if self.answer else "no"

    @property
    def contact_answer(self) -> str:
        """The sentence that says what becomes of contacts that are no longer those of their employer."""
        if self.answer:
            return _("That contact is added to the remarks of the interest.")
        return _("That contact is not added to the remarks of the interest.")

    @property
    def refusal(self) -> str:
        """The sentence that the list does not replace what this part is about."""
        if self.is_older_list:
            return _("Only what is empty is filled.")
        if self.changes_text and not self.has_sender and not self.outcome:
            if self.is_text_only:
                return _("That text stays; what is new in this list is added.")
            return _("What is there now stays; what this list adds to a text is added.")
        if self.is_text_only:
            sentence = _("What others wrote stays.")
        elif self.is_mixed or self.is_closed_only:
            sentence = _("What is there now stays.")
        else:
            sentence = _("What was filled in stays.") if self.is_typed_only else _("The newer values stay.")
        in_texts = _("Only lines of the sender in a text can change.") if self.changes_text else ""
        return f"{sentence} {self.outcome or in_texts}".strip()


def parts_of(run: ImportRun) -> list[Part]:
    """Return all parts of a run, with the user's answers."""
    return [*_describe_older_list(run), *_describe_older_values(run), *_parts_of_file(run)]


def _parts_of_file(run: ImportRun) -> list[Part]:
    answers = run.decided.get("parts", {})
    return [
        *_describe_doubtful_rows_and_columns(run, answers),
        *_describe_sections(run, answers),
        *_describe_unfit_rows(run, answers),
        *_describe_unreadable_tables(run, answers),
        *_describe_other_sheets(run, answers),
        *_describe_contacts(run),
    ]


def find_parts_read(run: ImportRun) -> set[str]:
    """Return the keys of the tables and other parts of the file that the user said belong to the list."""
    answers = run.decided.get("parts", {})
    return {
        key
        for key, answer in answers.items()
        if answer and not (is_about_newer(key) or key.startswith(TITLE) or key == CONTACTS)
    }


def find_titles(asked: Mapping[str, Any]) -> dict[str, str]:
    """Return the titles of the tables and rows below a title in a file, by the key of their part."""
    titles = {f"{SECTION}-{section['line']}": section["title"] for section in asked.get("sections") or ()}
    titles |= {table["key"]: table.get("title", "") for table in asked.get(TABLES_BESIDE) or ()}
    return {key: title for key, title in titles.items() if title}


def find_added_titles(run: ImportRun) -> dict[str, str]:
    """Return the titles that are added to the remarks of the rows of their part, by the key of the part."""
    answers = run.decided.get("parts", {})
    titles = find_titles(run.asked)
    return {key: title for key, title in titles.items() if answers.get(key) and answers.get(TITLE + key, True)}


def get_parts_by_key(run: ImportRun) -> dict[str, Part]:
    """Return all parts of a run, and what is asked about their titles, by the key of the answer."""
    parts = parts_of(run)
    return {part.key: part for part in [*parts, *(part.title for part in parts if part.title)]}


def group_parts(parts: Sequence[Part]) -> list[list[Part]]:
    """Return the parts by question: the titles between the rows of a list are one, if there are several."""
    titled = [part for part in parts if part.has_title_only]
    if len(titled) < 2:
        return [[part] for part in parts]
    return [*([part] for part in parts if not part.has_title_only), titled]


def has_open_question(run: ImportRun) -> bool:
    return any(part.answer is None for part in parts_of(run))


def find_open_question_about_older_values(run: ImportRun) -> Part | None:
    """Return the question whether newer values stay, if the list waits for the answer."""
    parts = [*_describe_older_list(run), *_describe_older_values(run)]
    return next((part for part in parts if part.answer is None), None)


def is_older_list_undecided(run: ImportRun) -> bool:
    """Whether the list waits for the answer whether a list of an earlier day is used."""
    return any(part.answer is None for part in _describe_older_list(run))


def count_waiting_rows(parts: Iterable[Part]) -> int:
    """Return the number of rows that change something and wait for an answer about older values in these parts."""
    waiting = [part.count for part in parts if part.is_older and part.answer is None]
    return max(waiting, default=0)  # of a whole list all changed rows wait, so also those of another such question


def leave_out_unanswered(run: ImportRun) -> None:
    """Answer that all other parts don't belong to the list, for imports without a user; the run is not saved."""
    answers = run.decided.get("parts", {})
    if unanswered := {part.key: False for part in _parts_of_file(run) if part.answer is None}:
        run.decided["parts"] = answers | unanswered


def answer_parts(run: ImportRun, parts: Collection[Part], answers: Answers) -> None:
    """Store which of these parts belong to the list, and which newer values a question named; the run is not saved.

    An older list that is not used fills only what is empty.
    """
    run.decided["parts"] = run.decided.get("parts", {}) | answers
    for part in parts:
        if part.is_older_list and part.key in answers:
            run.policy = ImportRun.Policy.UPDATE if answers[part.key] else ImportRun.Policy.FILL
    if named := {part.key: part.named for part in parts if part.key in answers and part.named}:
        run.decided[NAMED] = run.decided.get(NAMED, {}) | named


def decide_on_newer_values(run: ImportRun, row: ImportRow, *, use_older: bool) -> None:
    """Answer the question about newer values for one row alone; the run is not saved."""
    newer, target = NewerValues(run), row.target_id or 0
    values = {
        name: value
        for name, value in newer.find([row]).get(target, {}).items()
        if not newer.find_decision(target, name, value)
    }
    if values:
        named = find_named_records([(row, values)])
        key = newer.build_key([(row, values)], named)
        run.decided["parts"] = run.decided.get("parts", {}) | {key: use_older}
        run.decided[NAMED] = run.decided.get(NAMED, {}) | {key: named}


def forget_decision_on_newer_values(run: ImportRun, row: ImportRow) -> None:
    """Take back the answers about newer values that are about this row alone; the run is not saved."""
    for decision in NewerValues(run).decisions:
        if decision.find_targets() == {row.target_id}:
            del run.decided["parts"][decision.key], run.decided[NAMED][decision.key]


def part_warnings(run: ImportRun) -> list[str]:
    """Return the sentences about each part that is left out of the list."""
    older = [part for part in (*_describe_older_list(run), *_describe_older_values(run)) if part.answer is False]
    left_out = [
        part
        for part in _parts_of_file(run)
        if not part.is_contact
        if part.answer is False or (part.answer and part.words_left_out)  # sheets of another shape
    ]
    filled = _("Only what was empty was filled, since a later list was imported before.")
    return [
        *([filled] if run.state not in UNDECIDED and fills_from_older_list(run) else []),
        *dict.fromkeys(f"{part.words} {part.refusal}" for part in older),
        *(f"{part.words} {part.contact_answer}" for part in _describe_contacts(run)),
        *(part.words_left_out or _("Left out: %(part)s") % {"part": part.words} for part in left_out),
    ]


def _describe_older_list(run: ImportRun) -> Iterator[Part]:
    """Yield the whole list if an imported list is of a later date, unless it replaces nothing anyway."""
    list_date, later_run = get_list_date(run), find_later_list(run)
    if not list_date or not later_run:
        return
    later_date = get_list_date(later_run)
    key = f"{OLDER_LIST}-{later_run.pk}"
    answer = run.decided.get("parts", {}).get(key)
    if answer is None and run.policy != ImportRun.Policy.UPDATE:
        return
    of_sender = _(
        "This list is of %(day)s, and a list of %(later_day)s of this sender was imported on %(moment)s already."
    )
    of_employers = _(
        "This list is of %(day)s, and a list of employers of %(later_day)s was imported on %(moment)s already."
    )
    if later_date is None:
        of_sender = _("This list is of %(day)s, and a list of this sender without a date was imported on %(moment)s.")
        of_employers = _("This list is of %(day)s, and a list of employers without a date was imported on %(moment)s.")
    words = (of_sender if later_run.organisation_id else of_employers) % {
        "day": list_date,
        "later_day": format_date(later_date.day) if later_date else "",
        "moment": format_datetime(later_run.applied_at),
    }
    count = run.rows.filter(action=Action.CHANGED).count()
    yield Part(key, words, answer, is_older=True, is_older_list=True, later_runs=(later_run,), count=count)


def _describe_older_values(run: ImportRun) -> Iterator[Part]:
    """Yield a part with the undecided values that would overwrite newer ones, and one for each decision on others.

    A decision on a text may have an effect although no row would change that text any more. Without any rows, as in an
    applied list, nobody knows which decisions have one.
    """
    newer = NewerValues(run)
    rows_by_decision = newer.find_rows_by_decision()
    undecided = rows_by_decision.get(None, [])
    if undecided:
        undecided_values = [value for _row, values in undecided for value in values.values()]
        later_runs = {value.later_run.pk: value.later_run for value in undecided_values if value.later_run}
        reasons: set[str] = {reason for value in undecided_values for reason in value.reasons}
        named = find_named_records(undecided)
        key = newer.build_key(undecided, named)
        yield replace(_build_part_of_older_values(run, key, None, undecided, later_runs, reasons), named=named)
    for decision in () if fills_from_older_list(run) else newer.decisions:  # then no value is replaced at all
        rows = rows_by_decision.get(decision, [])
        is_about_text = not decision.reasons.isdisjoint((Reason.LINES, Reason.LINES_TOO))
        if rows or is_about_text or not rows_by_decision:
            later_runs = ImportRun.objects.in_bulk(decision.run_keys)
            part = _build_part_of_older_values(
                run, decision.key, decision.use_older, rows, later_runs, decision.reasons
            )
            yield replace(part, outcome=_describe_outcome(run, decision))


def _describe_outcome(run: ImportRun, decision: Decision) -> str:
    """Return what becomes of values that stay and of the rest of their rows; empty if nothing of the rows changes."""
    if decision.use_older or not decision.named:
        return ""
    keys = decision.find_targets()
    stays, texts, others = sum(len(targets) for targets in decision.named.values()), 0, 0
    rows = run.rows.filter(action=Action.CHANGED, target_id__in_batch=keys)
    for target, changes in rows.values_list("target_id", "changes"):
        named = {name for name in changes if target in decision.named.get(name, ())}
        in_texts = named & APPENDED_FIELDS
        stays, texts, others = stays - len(named), texts + len(in_texts), others + len(changes) - len(in_texts)
    if not texts and not others:
        return ""
    of_sender = ngettext(
        "Changed: only lines of the sender, in %(count)d text.",
        "Changed: only lines of the sender, in %(count)d texts.",
        texts,
    )
    of_list = ngettext(
        "Added: what is new in this list, to %(count)d text.",
        "Added: what is new in this list, to %(count)d texts.",
        texts,
    )
    same = ngettext("As it was: %(count)d value.", "As they were: %(count)d values.", stays)
    other = ngettext(
        "Changed too: %(count)d other value on these lines.",
        "Changed too: %(count)d other values on these lines.",
        others,
    )
    sentences = ((same, stays), (of_sender if run.organisation_id else of_list, texts), (other, others))
    return " ".join(sentence % {"count": count} for sentence, count in sentences if count)


def _build_part_of_older_values(
    run: ImportRun,
    key: str,
    answer: bool | None,
    rows: Sequence[tuple[Any, dict[str, NewerValue]]],
    later_runs: Mapping[int, ImportRun],
    reasons: Set[str],
) -> Part:
    named_runs = [later_runs[pk] for pk in sorted(later_runs)[-MAX_LISTS_NAMED:]]
    words = describe_older_values(run, rows, named_runs, reasons)
    own_kinds = (Reason.LINES, Reason.LINES_TOO, Reason.TYPED, Reason.CLOSED)
    kinds = {reason if reason in own_kinds else "older" for reason in reasons}
    return Part(
        key,
        words,
        answer,
        is_older=True,
        later_runs=tuple(named_runs),
        is_text_only=kinds == {Reason.LINES},
        is_typed_only=kinds == {Reason.TYPED},
        is_about_closed=Reason.CLOSED in kinds,
        is_mixed=len(kinds) > 1,
        changes_text=Reason.LINES in kinds
        or any(value.changes_text for _row, values in rows for value in values.values()),
        has_sender=run.organisation_id is not None,
        count=len(rows),
        newer_rows=select_named_rows(rows),
    )


def _describe_contacts(run: ImportRun) -> Iterator[Part]:
    """Yield the contacts that are added to the remarks, unless the user answers otherwise."""
    if not (lines_by_kind := run.asked.get(CONTACTS)):
        return
    of_lines, former = lines_by_kind[OF_LINE], lines_by_kind[FORMER]
    texts = [
        (of_lines, _("The contact person on line %(lines)s is not the one of the employer after the import.")),
        (former, _("Line %(lines)s replaces the contact person of an employer.")),
    ]
    words = " ".join(text % {"lines": run.name_lines(lines)} for lines, text in texts if lines)
    yield Part(CONTACTS, words, adds_contact_remarks(run), is_contact=True, count=len({*of_lines, *former}))


def _describe_doubtful_rows_and_columns(run: ImportRun, answers: Answers) -> Iterator[Part]:
    """Yield the rows above the header that fit its columns, and what is hidden or marked."""
    if above := run.asked.get(ABOVE):
        words = ngettext(
            "%(count)d row stands above the header: line %(lines)s.",
            "%(count)d rows stand above the header: line %(lines)s.",
            len(above),
        )
        words %= {"count": len(above), "lines": run.name_lines(above)}
        yield Part(ABOVE, words, answers.get(ABOVE), count=len(above), lines=tuple(above))
    for key, mark in MARKED_ROWS.items():
        facts = run.asked.get(key, {})
        if not facts.get("lines"):
            continue
        words = ngettext(
            "%(count)d row is %(mark)s in the file: line %(lines)s%(rows)s.",
            "%(count)d rows are %(mark)s in the file: line %(lines)s%(rows)s.",
            facts["count"],
        )
        columns = facts.get("columns", {})
        if columns:
            words = ngettext(
                "The column %(columns)s says that %(count)d row is signed off or cancelled: line %(lines)s%(rows)s.",
                "The column %(columns)s says that %(count)d rows are signed off or cancelled: line %(lines)s%(rows)s.",
                facts["count"],
            )
        rows = _show_rows(run, facts["lines"], (*NAME_FIELDS, "company_name"), " ")
        names = {"count": facts["count"], "mark": MARK_LABELS[mark], "lines": run.name_lines(facts["lines"])}
        names["columns"] = get_text_list([f"“{header}”" for header in columns.values()], _("and"))
        yield Part(
            key,
            words % (names | {"rows": rows}),
            answers.get(key),
            columns=tuple(map(int, columns)),
            headers=tuple(columns.values()),
            count=facts["count"],
            lines=tuple(facts["lines"]),
            words_without_rows=words % (names | {"rows": ""}),
        )
    if cells := find_struck_cells(run):
        words = ngettext(
            "%(count)d cell is struck through in the file, in a row that is not: %(cells)s.",
            "%(count)d cells are struck through in the file, in rows that are not: %(cells)s.",
            len(cells),
        )
        lines = tuple(dict.fromkeys(line for line, _index in cells))
        words %= {"count": len(cells), "cells": _show_cells(run, cells)}
        yield Part(STRUCK_CELLS, words, answers.get(STRUCK_CELLS), count=len(lines), lines=lines[: LINES_NAMED + 1])
    if columns := run.asked.get(HIDDEN_COLUMNS):
        words = ngettext(
            "%(count)d column is hidden in the file: %(columns)s.",
            "%(count)d columns are hidden in the file: %(columns)s.",
            len(columns),
        )
        words %= {"count": len(columns), "columns": ", ".join(column["header"] for column in columns)}
        count = run.rows.exclude(action=Action.ABSENT).count()
        yield _build_part_of_columns(HIDDEN_COLUMNS, words, answers, columns, count=count)
    for table in run.asked.get(TABLES_BESIDE, []):
        yield _describe_table_beside(run, answers, table)


def find_struck_cells(run: ImportRun) -> list[tuple[int, int]]:
    """Return the lines and columns of the single cells that are struck through, in the columns that have a field."""
    ranges_by_column = run.asked.get(STRUCK_CELLS, {})
    return sorted(
        (line, column["index"])
        for column in run.columns
        if column["field"]
        for first, last in ranges_by_column.get(str(column["index"]), ())
        for line in range(first, last + 1)
    )


def _show_cells(run: ImportRun, cells: Sequence[tuple[int, int]]) -> str:
    """Return the line, the column and the text of the first cells, which are read from the sanitized copy."""
    shown = cells[:LINES_NAMED]
    texts: dict[tuple[int, int], str] = {}
    with suppress(Refused), SanitizedCopy(run) as copy:  # Refused if the copy was destroyed
        for line, row in chain.from_iterable(copy.batches(ROWS_OF_COPY)):
            if line > shown[-1][0]:
                break
            texts |= {(line, index): _show_cell(row[index]) for shown_line, index in shown if shown_line == line}
    headers = {column["index"]: column["header"] for column in run.columns}
    sentence = _("line %(line)s, %(column)s “%(text)s”")
    named = [
        sentence % {"line": run.name_lines([line]), "column": headers[index], "text": texts.get((line, index), "")}
        for line, index in shown
    ]
    return "; ".join(named + (["…"] if len(cells) > len(shown) else []))


def _show_cell(cell: Any) -> str:
    text = cell.text if isinstance(cell, Private) else privacy.masked(as_text(cell))
    return Truncator(text).chars(MAX_ROW_LENGTH)


def blank_struck_cells(run: ImportRun, rows: list[Row]) -> list[Row]:
    """Return the rows without the single cells that are struck through, unless the user said that these count."""
    ranges_by_column = run.asked.get(STRUCK_CELLS, {})
    if not ranges_by_column or run.decided.get("parts", {}).get(STRUCK_CELLS):
        return rows
    struck = {int(index): Ranges(ranges) for index, ranges in ranges_by_column.items()}
    return [
        (line, [None if index in struck and line in struck[index] else cell for index, cell in enumerate(cells)])
        for line, cells in rows
    ]


def _describe_table_beside(run: ImportRun, answers: Answers, table: dict[str, Any]) -> Part:
    """Return the part with a table beside the list; if that is a list itself, its rows can be read too.

    That needs the file, since the sanitized copy has its rows only if they were read.
    """
    key, columns, count = table["key"], table["columns"], table["count"]
    names = {"count": count, "columns": ", ".join(column["header"] for column in columns), "title": table.get("title")}
    if not table.get("is_list"):
        words = ngettext(
            "Beside the list, after a blank column, stands another table: %(columns)s (%(count)d row). Is it about"
            " others? Then put it in a file of its own and upload that too.",
            "Beside the list, after a blank column, stands another table: %(columns)s (%(count)d rows). Is it about"
            " others? Then put it in a file of its own and upload that too.",
            count,
        )
        return _build_part_of_columns(key, words % names, answers, columns, count=count, is_beside=True)
    if table["title"]:
        words = ngettext(
            "Beside the list, after a blank column, stands another table, “%(title)s”: %(columns)s (%(count)d row).",
            "Beside the list, after a blank column, stands another table, “%(title)s”: %(columns)s (%(count)d rows).",
            count,
        )
    else:
        words = ngettext(
            "Beside the list, after a blank column, stands another table: %(columns)s (%(count)d row).",
            "Beside the list, after a blank column, stands another table: %(columns)s (%(count)d rows).",
            count,
        )
    words %= names
    if table["unread"]:
        words += " " + _name_unread_columns(table["unread"])
    first_line = table["index"] * LINES_PER_TABLE
    title = _describe_title(key, table["title"], answers)
    if table["is_read"]:
        below = first_line + run.format.get("header_row", 0) + 1
        lines = tuple(range(below, below + LINES_NAMED))
        return Part(key, words, answers.get(key), title=title, count=count, lines=lines)
    facts: dict[str, Any] = {"title": title, "count": count, "first_line": first_line, "is_readable": bool(run.upload)}
    return _build_part_of_columns(key, words, answers, columns, **facts)


def _describe_title(key: str, title: str, answers: Answers) -> Part | None:
    words = _("The title “%(title)s” is added to the remarks of these rows.") % {"title": title}
    return Part(TITLE + key, words, answers.get(TITLE + key, True)) if title else None


def _name_unread_columns(texts: Iterable[str]) -> str:
    left_out = _("Its columns that the list does not have are not read: %(columns)s.")
    return left_out % {"columns": ", ".join(texts)}


def _build_part_of_columns(key: str, words: str, answers: Answers, columns: list[dict[str, Any]], **facts: Any) -> Part:
    return Part(
        key,
        words,
        answers.get(key),
        columns=tuple(column["index"] for column in columns),
        headers=tuple(column["header"] for column in columns),
        **facts,
    )


def _describe_sections(run: ImportRun, answers: Answers) -> Iterator[Part]:
    """Yield the parts of the tables below the list that have columns of the list, and of the rows below each title."""
    for key, sections in _sections_by_key(run).items():
        count = sum(section["rows"] for section in sections)
        lines, title = run.name_lines([section["line"] for section in sections]), sections[0]["title"]
        has_header = _has_header(sections[0])
        if not has_header:
            words = ngettext(
                "On line %(lines)s stands a title, “%(title)s”, with %(count)d row below it.",
                "On line %(lines)s stands a title, “%(title)s”, with %(count)d rows below it.",
                count,
            )
        elif title:
            words = ngettext(
                "A second table begins on line %(lines)s, “%(title)s”: %(count)d row.",
                "A second table begins on line %(lines)s, “%(title)s”: %(count)d rows.",
                count,
            )
        else:
            words = ngettext(
                "The header comes again on line %(lines)s, with %(count)d row below it.",
                "The header comes again on line %(lines)s, with %(count)d rows below it.",
                count,
            )
        renamed = dict.fromkeys(text for section in sections for text in section.get("renamed", ()))
        if renamed and not title:
            words = ngettext(
                "A second table begins on line %(lines)s: %(count)d row.",
                "A second table begins on line %(lines)s: %(count)d rows.",
                count,
            )
        words %= {"lines": lines, "title": title, "count": count}
        if renamed:
            others = _("Its columns have other names, and are read as those of the list, in this order: %(columns)s.")
            words += " " + others % {"columns": ", ".join(renamed)}
        if unread := dict.fromkeys(text for section in sections for text in section["unread"]):
            words += " " + _name_unread_columns(unread)
        first = sections[0]["line"]
        later = (section["line"] for section in run.asked["sections"] if section["line"] > first)
        below = tuple(range(first + 1, min(next(later, first + LINES_NAMED), first + LINES_NAMED)))
        about_title = _describe_title(key, title, answers)
        facts: dict[str, Any] = {"title": about_title, "has_title_only": not has_header, "count": count}
        yield Part(key, words, answers.get(key), lines=below, **facts)


def _describe_unfit_rows(run: ImportRun, answers: Answers) -> Iterator[Part]:
    """Yield the rows above the header that don't fit its columns, if there are any."""
    lines = run.asked.get(UNFIT)
    if not lines:
        return
    words = ngettext(
        "%(count)d row above the header does not fit the columns of this list, so it can't be read: line"
        " %(lines)s%(rows)s. Put it in a file of its own and upload that too, or put it below the header, each cell in"
        " its column.",
        "%(count)d rows above the header do not fit the columns of this list, so they can't be read: line"
        " %(lines)s%(rows)s. Put them in a file of their own and upload that too, or put them below the header, each"
        " cell in its column.",
        len(lines),
    )
    # Only the first cells, by which one knows the row, since no header tells what is not to be shown.
    rows = _show_rows(run, lines, run.fields, ", ")
    names = {"count": len(lines), "lines": run.name_lines(lines)}
    yield Part(UNFIT, words % (names | {"rows": rows}), answers.get(UNFIT), is_readable=False, count=len(lines))


def _show_rows(run: ImportRun, lines: Sequence[int], names: Sequence[str], separator: str) -> str:
    """Return a few cells of the first rows that are staged, in brackets after a space; empty if there is none.

    The cells are those of the first fields of `names` that a row has, or of its first fields if it has none of these.
    """
    fields = RESOURCES[run.record](out_of_use=True).sheet_fields()
    shown = []
    for row in run.rows.exclude(action=Action.ABSENT).filter(line__in=lines).order_by("line")[:MAX_ROWS_SHOWN]:
        values = {name: fields[name].get_typed_text(text) for name, text in row.bad.items() if name in fields} | {
            name: fields[name].widget.render(value) for name, value in row.given.items()
        }
        named = [name for name in names if name in values]
        cells = [as_text(values[name]) for name in named or run.fields if name in values][:MAX_CELLS_SHOWN]
        shown.append(Truncator((separator if named else ", ").join(cells)).chars(MAX_ROW_LENGTH))
    return f" ({'; '.join(shown)})" if shown else ""


def _describe_unreadable_tables(run: ImportRun, answers: Answers) -> Iterator[Part]:
    """Yield each table below the list that has other columns."""
    message = _(
        "Below line %(line)s another table begins, with columns of its own: %(columns)s. It is not read. Put it in "
        "a file of its own and upload that too."
    )
    for section in run.asked.get("sections", []):
        if section["rows"] and not section["readable"]:
            words = message % {"line": run.name_lines([section["line"]]), "columns": ", ".join(section["unread"])}
            key = f"{SECTION}-{section['line']}"
            yield Part(key, words, answers.get(key), is_readable=False, count=section["rows"])


def _describe_other_sheets(run: ImportRun, answers: Answers) -> Iterator[Part]:
    """Yield the part with the lists on other sheets, if there are any."""
    facts, answer = run.asked.get(SHEETS), answers.get(SHEETS)
    if not facts:
        return
    fitting = [other for other in facts["others"] if other.get("fits")]
    joined = get_text_list([f"“{other['sheet']}”" for other in (facts["read"], *fitting)], _("and"))
    left_out = [other for other in facts["others"] if not (answer and other.get("fits"))]
    message = _("Other sheets hold a list too: %(sheets)s. This import reads only %(sheet)s.")
    message_left_out = ngettext(
        "Another sheet holds a list too: %(sheets)s. It was left out: this import reads only %(sheet)s.",
        "Other sheets hold a list too: %(sheets)s. They were left out: this import reads only %(sheet)s.",
        len(left_out),
    )
    names = {"sheets": _name_sheets(left_out), "sheet": joined if answer else f"“{facts['read']['sheet']}”"}
    words, words_left_out = message % names, message_left_out % names if left_out else ""
    if answer:
        words = " ".join([_("%(sheets)s are read as one list.") % {"sheets": joined}, words_left_out]).strip()
    elif fitting and len(fitting) < len(left_out):
        others = [other for other in left_out if other not in fitting]
        words += " " + _("Can only be read on their own: %(sheets)s.") % {"sheets": _name_sheets(others)}
    yield Part(
        SHEETS,
        words,
        answer,
        words_left_out=words_left_out,
        is_readable=bool(fitting) and bool(run.upload or run.sheets),
        sheets=tuple(other["sheet"] for other in facts["others"]),
        joined_sheets=joined,
        count=sum(other["rows"] for other in facts["others"]),
    )


def _name_sheets(sheets: Sequence[dict[str, Any]]) -> str:
    """Return the names of sheets with their numbers of rows."""
    names = []
    for sheet in sheets:
        if sheet["rows"] >= MAX_ROWS_COUNTED:
            words = _("“%(sheet)s” (%(count)d rows or more)") % {"sheet": sheet["sheet"], "count": MAX_ROWS_COUNTED}
        else:
            words = ngettext("“%(sheet)s” (%(count)d row)", "“%(sheet)s” (%(count)d rows)", sheet["rows"])
            words %= {"sheet": sheet["sheet"], "count": sheet["rows"]}
        names.append(_("the hidden sheet %(sheet)s") % {"sheet": words} if sheet.get("hidden") else words)
    return ", ".join(names)


def sheets_as_json(table: Table, others: list[OtherList]) -> dict[str, Any]:
    return {
        "read": {"sheet": table.format.sheet},
        "others": [
            {"sheet": other.sheet, "rows": other.rows, "hidden": other.hidden, "fits": other.fits} for other in others
        ],
    }


def asks_whether_sheets_are_one_list(run: ImportRun) -> bool:
    """Whether other sheets have the same shape, so that they can be read too."""
    return any(other.get("fits") for other in run.asked.get(SHEETS, {}).get("others", ()))


def answer_about_sheets(run: ImportRun) -> None:
    """Take the answer about other sheets that is remembered of the sender, or drop one that this file does not fit.

    The run is not saved.
    """
    answer = run.decided.get("parts", {}).get(SHEETS)
    remembered = run.profile.sheets_as_one if run.profile else None
    if answer and not run.sheets:
        del run.decided["parts"][SHEETS]
    elif answer is None and remembered is not None and asks_whether_sheets_are_one_list(run):
        run.decided.setdefault("parts", {})[SHEETS] = remembered


def forget_answers_about_sheets(run: ImportRun) -> None:
    """Forget what was answered about parts of the sheets that were read, since others are read now."""
    if parts := run.decided.get("parts"):
        run.decided["parts"] = {key: answer for key, answer in parts.items() if key == SHEETS}


def forget_answers_about_marked_rows(run: ImportRun) -> None:
    """Forget what was answered about hidden and marked rows, since those of other tables are or were among them."""
    if parts := run.decided.get("parts"):
        run.decided["parts"] = {key: answer for key, answer in parts.items() if key not in {*MARKED_ROWS, STRUCK_CELLS}}


def _sections_by_key(run: ImportRun) -> dict[str, list[dict[str, Any]]]:
    """Return the readable parts below the list by key, grouped by title, since a header may be repeated per page."""
    by_title: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for section in run.asked.get("sections", []):
        if section["readable"] and section["rows"]:
            by_title.setdefault((section["title"], _has_header(section)), []).append(section)
    return {f"{SECTION}-{sections[0]['line']}": sections for sections in by_title.values()}


def _has_header(section: dict[str, Any]) -> bool:
    return section.get("has_header", True)  # lists that were read before titles were found have only headers


def find_columns_apart(run: ImportRun) -> set[int]:
    """Return the indexes of the columns of tables whose rows are read as rows of the list, with the blank ones before.

    They are blank in all rows.
    """
    tables = (table for table in run.asked.get(TABLES_BESIDE, ()) if table.get("is_read"))
    return {index for table in tables for index in range(table["blank_from"], table["range"][1])}


def count_marked_rows(run: ImportRun, rows: list[Row]) -> None:
    """Add the hidden and marked rows of a batch to the counts and line numbers in `run.asked`; the run is not saved."""
    for facts in (run.asked[key] for key in MARKED_ROWS if key in run.asked):
        marked = Ranges(facts["ranges"])
        lines = [line for line, _cells in rows if line in marked]
        facts["count"] += len(lines)
        facts["lines"] = (facts["lines"] + lines)[: LINES_NAMED + 1]


def count_rows_beside(run: ImportRun, rows: list[Row]) -> None:
    """Add the rows of a batch to the counts of the tables beside the list that they fill; the run is not saved."""
    for table in run.asked.get(TABLES_BESIDE, []):
        if table["is_read"]:
            table["count"] += sum(split_line(line)[1] == table["index"] for line, _cells in rows)
        else:
            indexes = [column["index"] for column in table["columns"]]
            table["count"] += sum(any(cells[index] is not None for index in indexes) for _line, cells in rows)


class ExcludedLines:
    """The lines of the parts that don't belong to the list; parts without an answer are excluded too."""

    def __init__(self, run: ImportRun) -> None:
        answers = run.decided.get("parts", {})
        excluded = {
            mark: run.asked[key]["ranges"]
            for key, mark in MARKED_ROWS.items()
            if key in run.asked and not answers.get(key)
        }
        self._marked = {mark: Ranges(ranges) for mark, ranges in excluded.items() if ranges}
        above = () if answers.get(ABOVE) else run.asked.get(ABOVE, ())
        self._above = frozenset((*above, *run.asked.get(UNFIT, ())))
        self._headers = [section["line"] for section in run.asked.get("sections", [])]
        taken = {
            section["line"]
            for key, sections in _sections_by_key(run).items()
            for section in sections
            if answers.get(key)
        }
        self._left_out = [line not in taken for line in self._headers]
        self._tables_left_out = {
            table["index"]
            for table in run.asked.get(TABLES_BESIDE, ())
            if table.get("is_read") and not answers.get(table["key"])
        }
        self._has_first_sheet_only = answers.get(SHEETS) is False and bool(run.sheets)

    def __bool__(self) -> bool:
        has_tables_left_out = self._has_first_sheet_only or self._tables_left_out
        return bool(self._above or self._marked or has_tables_left_out) or any(self._left_out)

    def __contains__(self, line: int) -> bool:
        if line in self._above or self.find_mark(line):
            return True
        if self._has_first_sheet_only or self._tables_left_out:
            sheet, table, _number = split_line(line)
            if (self._has_first_sheet_only and sheet) or table in self._tables_left_out:
                return True
        section = section_of(line, self._headers)
        return section >= 0 and self._left_out[section]

    def find_mark(self, line: int) -> str:
        """Return the label of the mark of a line that is excluded because of it; empty if it is not."""
        return next((str(MARK_LABELS[mark]) for mark, lines in self._marked.items() if line in lines), "")


class TitlesByLine:
    """Finds the title that is added to the remarks of a line."""

    def __init__(self, run: ImportRun) -> None:
        titles = find_added_titles(run)
        self._headers = [section["line"] for section in run.asked.get("sections", [])]
        self._of_sections = {
            section["line"]: titles[key]
            for key, sections in _sections_by_key(run).items()
            for section in sections
            if key in titles
        }
        self._of_tables = {
            table["index"]: titles[table["key"]] for table in run.asked.get(TABLES_BESIDE, ()) if table["key"] in titles
        }

    def find(self, line: int) -> str:
        """Return the title of a line; "" if its part has none, or none that is added."""
        section = section_of(line, self._headers)
        title = self._of_sections.get(self._headers[section], "") if section >= 0 else ""
        return title or self._of_tables.get(split_line(line)[1], "")


def sections_as_json(sections: list[Section]) -> list[dict[str, Any]]:
    return [
        {
            "line": section.line,
            "title": section.title[:80],
            "readable": section.readable,
            "unread": section.unread[:20],
            "has_header": section.has_header,
            "rows": section.rows,
            "renamed": section.renamed[:20],
        }
        for section in sections
    ]
