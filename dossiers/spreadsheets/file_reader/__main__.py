"""The child process: `python -m dossiers.spreadsheets.file_reader PATH`, with messages on its standard streams.

It receives the user's choices, sends the format and the first rows of each sheet, receives the places of the tables of
the list, and sends its rows and the number of rows of other sheets. It can answer each request with a refusal instead.
"""

import resource
import sys
from collections.abc import Iterator
from typing import Any

from dossiers.line_names import LINES_PER_TABLE

from .first_bytes import OLE, ZIP
from .format import Cell, Row
from .frames import pack, unpack
from .limits import CHILD_MEMORY, CHILD_SECONDS, MAX_COLUMNS, MAX_FRAME, MAX_ROWS, MAX_ROWS_COUNTED, MAX_TEXT
from .list_rows import ListRows
from .opener import open_source
from .refusals import Refused
from .source import Source

HEAD = 60
"""The number of first rows of each sheet by which the parent chooses the sheet and the header."""
HEADS_TEXT = 16_000_000
"""Characters in the first rows of all sheets together."""
FRAME_TEXT = 8_000_000
"""Characters in one message, to limit the memory of the parent."""


def main() -> None:
    """Read one file and send its rows or a refusal."""
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        asked = _receive()
        with open(sys.argv[1], "rb") as file:  # noqa: PTH123  (to import pathlib takes longer than to read most lists)
            data = file.read()
        source = open_source(data, asked["encoding"], asked["delimiter"])
        budget = HEADS_TEXT // (2 * max(len(source.sheets), 1))
        sheets = [
            {
                "name": sheet.name,
                "hidden": sheet.hidden,
                "rows": _head(source, index, asked["header_row"] or 1, budget),
                "above": _head(source, index, 1, budget, before=asked["header_row"] or 1),
                "notices": source.notices(index),
            }
            for index, sheet in enumerate(source.sheets)
        ]
        _send(kind=source.kind, encoding=source.encoding, delimiter=source.delimiter, sheets=sheets)
        request = _receive()
        if data.startswith((ZIP, OLE)):
            from .doubtful import find_doubtful  # as in opener.py, only for what needs it

            by_sheet: dict[int, dict[str, Any]] = {}
            for table in request["tables"]:
                if (sheet := table["sheet"]) not in by_sheet:
                    name = source.sheets[sheet].name
                    by_sheet[sheet] = vars(find_doubtful(data, source.kind, sheet, name, table["header_row"]))
            doubtful = [by_sheet[table["sheet"]] for table in request["tables"]]
        else:
            doubtful = []
        _send(doubtful=doubtful)
        left_out: list[int] = []
        cut: list[int] = []
        for rows in _frames(_list_rows(source, request["tables"], left_out, cut), request["size"]):
            _send(rows=rows)
        counts = [_count_rows(source, sheet, header_row) for sheet, header_row in request["counted"]]
        _send(left_out=left_out, cut=cut, counts=counts)
    except Refused as refused:
        _send(refused=refused.code, params=refused.params)
    except MemoryError:
        _send(refused="too_heavy", params={})
    except BrokenPipeError:
        sys.exit(1)
    # Any other error ends the process with status 1, from which the parent concludes that the file is damaged.


def _head(source: Source, sheet: int, first: int, budget: int, before: int | None = None) -> list[Row]:
    """Return the first rows that are not blank, from line `first` up to line `before`.

    It stops when their texts together have more characters than the budget.
    """
    head: list[Row] = []
    for line, cells in source.rows(sheet):
        if before is not None and line >= before:
            break
        if line < first:
            continue
        end = min(len(cells), MAX_COLUMNS + 1)
        if end < len(cells) and any(cell is not None for cell in cells[end:]):
            trimmed = [*cells[: end - 1], "…"]  # shows that the row is wider than a list may be
        else:
            while end and cells[end - 1] is None:
                end -= 1
            trimmed = cells[:end]
        if trimmed:
            head.append((line, trimmed))
            budget -= _length(trimmed)
            if len(head) == HEAD or budget < 0:
                break
    return head


def _list_rows(source: Source, tables: list[dict[str, Any]], left_out: list[int], cut: list[int]) -> Iterator[Row]:
    """Yield the rows of the list, of which each table is given with its place; see `TableRows.place_in_file`.

    Lines that are left out, and those with cells to the right of the last header, are added to these lists.
    """
    count = 0
    for table in tables:
        above, header_row = table["first_line"], table["header_row"]
        listed = ListRows(table["width"], count)
        rows: Iterator[Row] = (row for row in source.rows(table["sheet"]) if row[0] > header_row)
        if table["first"] or table["end"] is not None or table["apart"]:
            rows = _cut_out(rows, table["first"], table["end"], table["apart"])
        try:
            for line, cells in listed.of(rows):
                if line >= LINES_PER_TABLE:
                    raise Refused("too_many_rows", limit=MAX_ROWS)
                yield above + line, cells
        except Refused as refused:
            if "line" in refused.params:
                refused.params["line"] += above
            raise
        count = listed.count
        left_out += [above + line for line in listed.left_out]
        cut += [above + line for line in listed.cut]


def _cut_out(rows: Iterator[Row], first: int, end: int | None, apart: list[tuple[int, int]]) -> Iterator[Row]:
    """Yield the cells of a table on a sheet with several; those of the tables in between are blank."""
    for line, cells in rows:
        own = cells[first:end]
        for start, stop in apart:
            own[start:stop] = [None] * len(own[start:stop])
        yield line, own


def _count_rows(source: Source, sheet: int, header_row: int) -> int:
    """Return the number of rows below the header with a filled cell, up to a row that can't be read."""
    count = 0
    try:
        for line, cells in source.rows(sheet):
            count += line > header_row and cells.count(None) < len(cells)
            if count == MAX_ROWS_COUNTED:
                break
    except Refused:
        pass
    return count


def _frames(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    """Yield the rows in lists that are limited by `size` and by the length of their texts."""
    frame: list[Row] = []
    length = total = 0
    for row in rows:
        frame.append(row)
        length += _length(row[1])
        if len(frame) == size or length > FRAME_TEXT:
            yield frame
            total += length
            if total > MAX_TEXT:
                raise Refused("unpacks_too_far")
            frame, length = [], 0
    if frame:
        yield frame


def _length(cells: list[Cell]) -> int:
    return sum([len(cell) for cell in cells if type(cell) is str])


def _send(**message: Any) -> None:
    frame = pack(message)
    if len(frame) > MAX_FRAME:
        raise Refused("unpacks_too_far")
    sys.stdout.buffer.write(frame)
    sys.stdout.buffer.flush()


def _receive() -> dict[str, Any]:
    try:
        return unpack(sys.stdin.buffer.read)
    except ValueError:  # the parent has ended
        raise BrokenPipeError from None


if __name__ == "__main__":
    main()
