"""Finds the header row of a sheet."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time

from ..file_reader.format import Cell, Row
from .cell_kinds import kind_of, may_be_header

Known = Callable[[str], bool]
NO_HEADER = 0
"""The header line of a list that has no header."""
NUMBERED = "Kolom"
"""The name of a column without a header, followed by its number; not translated, since profiles store it."""


@dataclass(frozen=True)
class Header:
    """The header at index `position` of the examined rows, with the text of each column."""

    position: int
    texts: list[str]
    is_confirmed: bool
    """False if no row looks like a header, so that the first row of the list is used instead."""
    hits: int
    """The number of its texts that are known headers."""


def find_header(rows: Sequence[Row], known: Known | None) -> Header:
    """Return the header of a sheet: the row with most known headers, or else the row that looks like one."""
    position, is_confirmed = -1, True
    if known:
        hits = [len({text for cell in cells if (text := header_text(cell)) and known(text)}) for _, cells in rows]
        least = min(2, max(count_filled(cells) for _, cells in rows))  # a list of one column has only one header
        if max(hits) >= least:
            position = hits.index(max(hits))
    if position < 0:
        position, is_confirmed = _find_by_shape(rows)
    for top in (position, position - 1):
        if top >= 0 and _has_sub_header(rows, top):
            return header_at(rows, top + 1, known, group=rows[top][1])
    return header_at(rows, position, known, is_confirmed=is_confirmed)


def header_at(
    rows: Sequence[Row], position: int, known: Known | None, *, group: Sequence[Cell] = (), is_confirmed: bool = True
) -> Header:
    """Return the row as the header; a blank cell gets the text of the row of group headers above it."""
    row = rows[position][1]
    width = max(_last_filled(row), _width_of_data([cells for _, cells in rows[position + 1 :]]))
    texts = [header_text(cell_at(row, c)) or header_text(cell_at(group, c)) for c in range(width)]
    hits = sum(bool(text) and known(text) for text in texts) if known else 0
    return Header(position, texts, is_confirmed, hits)


def without_header(rows: Sequence[Row]) -> Header:
    """Return numbered headers for a list that has no header, so that its first row is data."""
    width = max(_last_filled(rows[0][1]), _width_of_data([cells for _, cells in rows]))
    return Header(-1, [f"{NUMBERED} {number}" for number in range(1, width + 1)], True, 0)


def header_text(cell: Cell) -> str:
    """Return the trimmed text of a cell; "" for a blank cell."""
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date | time) else str(cell).strip()


def _find_by_shape(rows: Sequence[Row]) -> tuple[int, bool]:
    """Return the first row that is about as wide as the list, since the rows above it are titles."""
    first = next(i for i, (_, cells) in enumerate(rows) if count_filled(cells) >= _least_filled(rows))
    if looks_like_header(rows[first][1]):
        merged = first and _is_merged_above(rows, first) and not _differs_from_data(rows, first)
        return (first - 1, True) if merged else (first, True)
    if first and _is_merged_above(rows, first):
        return first - 1, True
    # The header may come after a blank row below a block of details such as `Peildatum | 01-07-2024`.
    for i in range(first + 1, min(first + 30, len(rows) - 1)):
        gap = rows[i][0] > rows[i - 1][0] + 1
        enough = count_filled(rows[i][1]) >= max(_least_filled(rows), count_filled(rows[first][1]))
        if gap and enough and looks_like_header(rows[i][1]) and _differs_from_data(rows, i):
            return i, True
    return first, False


def _least_filled(rows: Sequence[Row]) -> int:
    """Return half the width of the second widest row, so that one overly wide row does not make the others titles."""
    widths = sorted((count_filled(cells) for _, cells in rows), reverse=True)
    wide = widths[min(1, len(widths) - 1)]
    return max(2, (wide + 1) // 2) if wide > 1 else 1


def _is_merged_above(rows: Sequence[Row], position: int) -> bool:
    """Whether the row above is a header with blanks caused by merged cells."""
    (line_above, above), (line, _) = rows[position - 1], rows[position]
    return line_above == line - 1 and count_filled(above) > 1 and looks_like_header(above)


def _has_sub_header(rows: Sequence[Row], position: int) -> bool:
    """Whether the next row is a header too, such as `Voornaam | Achternaam` below `Naam`.

    That row must fill columns that this one leaves blank, and must differ from the data in every column of numbers,
    dates or codes. In a list with only texts it can't be distinguished from the first row of data.
    """
    if position + 2 >= len(rows):
        return False
    (line, group), (line_below, sub) = rows[position], rows[position + 1]
    fills = any(cell_at(group, c) is None and cell_at(sub, c) is not None for c in range(len(sub)))
    both = line_below == line + 1 and min(count_filled(group), count_filled(sub)) > 1
    return both and fills and all(map(looks_like_header, (group, sub))) and _differs_from_data(rows, position + 1)


def looks_like_header(cells: Sequence[Cell]) -> bool:
    """Whether a row has short texts and no dates and addresses."""
    filled = [cell for cell in cells if cell is not None]
    return sum(map(may_be_header, filled)) >= len(filled) * 0.8 and not any(
        kind_of(cell) in ("date", "address") for cell in filled
    )


def _differs_from_data(rows: Sequence[Row], position: int) -> bool:
    """Whether columns below the row have a kind (numbers, dates or codes) that the row does not have in any of them.

    A cell that is blank in the row and filled in the rows below counts as a difference too.
    """
    row = rows[position][1]
    below = [cells for _, cells in rows[position + 1 :]]
    differs = False
    for column in range(max(len(row), *map(len, below)) if below else 0):
        kind, share = kind_of_column([cell_at(cells, column) for cells in below])
        if share < 0.8 or kind == "":
            continue
        own = kind_of(cell_at(row, column))
        if own == kind and kind != "text":
            return False
        differs = differs or (kind != "text" and own == "text")
        differs = differs or (own == "" and len(below) > 1)
    return differs


def kind_of_column(cells: Sequence[Cell]) -> tuple[str, float]:
    """Return the most frequent kind of the filled cells and its share; "" and 0 for a column that is mostly blank."""
    kinds = Counter(kind for cell in cells if (kind := kind_of(cell)))
    if kinds.total() * 2 < len(cells) or not kinds:
        return "", 0
    kind, count = kinds.most_common(1)[0]
    return kind, count / kinds.total()


def _width_of_data(rows: Sequence[Sequence[Cell]]) -> int:
    """Return the width of the rows; a column without a header counts if more than one row fills it."""
    ends = sorted((_last_filled(cells) for cells in rows), reverse=True)
    return ends[min(1, len(ends) - 1)] if ends else 0


def count_filled(cells: Sequence[Cell]) -> int:
    return sum(cell is not None for cell in cells)


def _last_filled(cells: Sequence[Cell]) -> int:
    return max((i for i, cell in enumerate(cells, 1) if cell is not None), default=0)


def cell_at(cells: Sequence[Cell], column: int) -> Cell:
    return cells[column] if column < len(cells) else None
