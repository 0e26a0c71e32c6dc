"""The parts of a file that may not belong to the list: rows above the header, hidden or marked rows, and more tables.

Hidden columns are such parts too, and so are single cells that are struck through, which are read as blank cells, and
rows below a title in the list.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers import privacy
from dossiers.line_names import LINES_NAMED, LINES_PER_TABLE
from dossiers.models import NAME_FIELDS, Action, ImportRun
from dossiers.models.employers.contact_sentences import FORMER, OF_LINE
from dossiers.spreadsheets.file_reader.limits import MAX_ROWS_COUNTED
from dossiers.spreadsheets.imports.file_parts.facts import (
    ABOVE,
    HIDDEN_COLUMNS,
    MARK_LABELS,
    MARKED_ROWS,
    SECTION,
    SHEETS,
    STRUCK_CELLS,
    TABLES_BESIDE,
    TITLE,
    UNFIT,
    _has_header,
    find_struck_cells,
    group_sections_by_key,
)
from dossiers.spreadsheets.imports.file_parts.part import Answers, Part
from dossiers.spreadsheets.imports.remarks.contacts import CONTACTS, adds_contact_remarks
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy
from dossiers.spreadsheets.reader import Refused
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.values.base import as_text

MAX_ROWS_SHOWN = 3
MAX_CELLS_SHOWN = 3
MAX_ROW_LENGTH = 80
ROWS_OF_COPY = 1_000  # that are read at once to show cells


def build_file_parts(run: ImportRun) -> list[Part]:
    answers = run.decided.get("parts", {})
    return [
        *_describe_doubtful_rows_and_columns(run, answers),
        *_describe_sections(run, answers),
        *_describe_unfit_rows(run, answers),
        *_describe_unreadable_tables(run, answers),
        *_describe_other_sheets(run, answers),
        *build_contact_parts(run),
    ]


def build_contact_parts(run: ImportRun) -> Iterator[Part]:
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
    for key, sections in group_sections_by_key(run).items():
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
