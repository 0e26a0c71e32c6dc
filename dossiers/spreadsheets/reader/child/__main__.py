"""The child: `python -m dossiers.spreadsheets.reader.child PATH`, spoken to by frames on its standard streams.

It hears how to read; tells what it found and the first rows of each sheet; hears which sheet, header and width; sends
the rows. A refusal takes the place of any answer.
"""

import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..format import Cell, Row
from ..frames import pack, unpack
from ..limits import CHILD_MEMORY, CHILD_SECONDS, MAX_COLUMNS, MAX_FRAME, MAX_TEXT
from ..refusals import Refused
from .hidden import find_hidden
from .list_rows import ListRows
from .source import Source, open_source

HEAD = 60
"""Rows of each sheet that the parent judges by."""
HEADS_TEXT = 16_000_000
"""Characters of all sheets' first rows together."""
FRAME_TEXT = 8_000_000
"""Characters in one frame, so that the parent's memory stays flat whatever the cells hold."""


def main() -> None:
    """Read one file, say what there is to say, and end."""
    _limit_resources()
    try:
        _read(Path(sys.argv[1]))
    except Refused as refused:
        _say(refused=refused.code, params=refused.params)
    except MemoryError:
        _say(refused="too_heavy", params={})
    except BrokenPipeError:
        sys.exit(1)
    # any other error ends the process with status 1, which the parent takes as a damaged file


def _limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(path: Path) -> None:
    asked = _hear()
    data = path.read_bytes()
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
    _say(kind=source.kind, encoding=source.encoding, delimiter=source.delimiter, sheets=sheets)
    request = _hear()
    hidden = find_hidden(data, source.kind, request["sheet"], source.sheets[request["sheet"]].name)
    _say(hidden_rows=hidden.rows, hidden_columns=hidden.columns)
    listed = ListRows(request["width"])
    below = (row for row in source.rows(request["sheet"]) if row[0] > request["header_row"])
    for rows in _frames(listed.of(below), request["size"]):
        _say(rows=rows)
    _say(left_out=listed.left_out, cut=listed.cut)


def _head(source: Source, sheet: int, first: int, budget: int, before: int | None = None) -> list[Row]:
    """Return the first rows from line `first` on, and `before` that one, that hold something, until their texts take
    more than the budget."""
    head: list[Row] = []
    for line, cells in source.rows(sheet):
        if before is not None and line >= before:
            break
        if line >= first and (trimmed := _trimmed(cells)):
            head.append((line, trimmed))
            budget -= _length(trimmed)
            if len(head) == HEAD or budget < 0:
                break
    return head


def _trimmed(cells: list[Cell]) -> list[Cell]:
    """Leave out blank cells at the end, and what is too far to the right to be of a list."""
    end = min(len(cells), MAX_COLUMNS + 1)
    if end < len(cells) and any(cell is not None for cell in cells[end:]):
        return [*cells[: end - 1], "…"]
    while end and cells[end - 1] is None:
        end -= 1
    return cells[:end]


def _frames(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    """Group rows by number and by the length of their texts."""
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


def _say(**message: Any) -> None:
    frame = pack(message)
    if len(frame) > MAX_FRAME:
        raise Refused("unpacks_too_far")
    sys.stdout.buffer.write(frame)
    sys.stdout.buffer.flush()


def _hear() -> dict[str, Any]:
    try:
        return unpack(sys.stdin.buffer.read)
    except ValueError:  # the parent is gone
        raise BrokenPipeError from None


if __name__ == "__main__":
    main()
