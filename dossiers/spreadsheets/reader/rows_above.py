"""Finds the rows above the header that may be records, to distinguish them from titles and details."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from ..file_reader.format import Cell, Row
from .cell_kinds import kind_of, may_be_header
from .header import Header, Known, cell_at, count_filled, header_text, kind_of_column, looks_like_header
from .titles import Titles

MIN_DIGITS_OF_PHONE = 8


@dataclass(frozen=True)
class RowsAbove:
    """The rows above the header that are not titles."""

    fitting: list[Row] = field(default_factory=list)
    """Rows whose cells fit the columns of the list."""
    unfit: list[Row] = field(default_factory=list)
    """Rows of another table, or with their cells in another order; a header of such rows is one of them."""
    details: list[Row] = field(default_factory=list)
    """Other rows of more than one cell, such as `Peildatum | 01-07-2024`."""


def rows_above(rows: Sequence[Row], header: Header, known: Known) -> RowsAbove:
    """Classify the rows above the header; a row of one cell is a title, unless it is the next one of such rows."""
    classified = RowsAbove()
    if header.position < 1:
        return classified
    below = [cells for _, cells in rows[header.position + 1 :]]
    columns = [kind_of_column([cell_at(cells, column) for cells in below]) for column in range(len(header.texts))]
    kinds = [kind if share >= 0.8 else "" for kind, share in columns]
    above = [
        (line, cells)
        for line, cells in rows[: header.position]
        if count_filled(cells) > 1
        # such as `Organisatie: | COA`, a detail of the list
        and not next(header_text(cell) for cell in cells if cell is not None).endswith(":")
    ]
    # The records of a table share a shape of three cells or more.
    shapes = [_shape(cells) for _line, cells in above]
    repeated = {shape for shape in shapes if shapes.count(shape) > 1 and len(shape) - shape.count("") > 2}
    other_header: Row | None = None  # of the table that the rows belong to
    for row in above:
        cells = row[1]
        hits = sum(known(header_text(cell)) for cell in cells if cell is not None)
        if hits > 1 and hits * 2 >= count_filled(cells) and looks_like_header(cells):  # most are known headers
            if other_header and other_header not in classified.unfit:
                classified.details.append(other_header)
            # It differs if it has other columns than the list, or has them in another order.
            pairs = [(header_text(cell), header_text(cell_at(header.texts, i))) for i, cell in enumerate(cells)]
            differs = any(own and own.casefold() != text.casefold() for own, text in pairs)
            other_header = row if differs else None
        elif other_header:
            classified.unfit.extend([row] if other_header in classified.unfit else [other_header, row])
        elif _is_like(cells, header.texts, kinds):
            classified.fitting.append(row)
        elif _may_be_record(cells, known) or _shape(cells) in repeated:
            classified.unfit.append(row)
        elif row[0] != rows[header.position][0] - 1 or not looks_like_header(cells):  # else groups of the columns
            classified.details.append(row)
    short = [row for row in rows[: header.position] if count_filled(row[1]) == 1]
    for records in (classified.fitting, classified.unfit):
        _add_short_rows(records, short, Titles(above))
    return classified


def _add_short_rows(records: list[Row], short: Sequence[Row], titles: Titles) -> None:
    """Add the rows of one cell that stand directly below one of these records and do not look like a title."""
    lines = {line for line, _cells in records}
    for line, cells in short:
        if line - 1 in lines and not titles.has_title(cells, is_apart=False):
            records.append((line, cells))
            lines.add(line)
    records.sort(key=itemgetter(0))


def _is_like(cells: Sequence[Cell], texts: Sequence[str], kinds: Sequence[str]) -> bool:
    """Whether a row is data of this list; a row with one of the header's texts is another header instead."""
    cells = [cell_at(cells, column) for column in range(len(texts))]
    filled = [text for cell in cells if (text := header_text(cell))]
    if len(filled) < 2 or len(filled) * 2 <= sum(map(bool, texts)):
        return False
    if {text.casefold() for text in filled} & {text.casefold() for text in texts}:
        return False
    pairs = [
        (cell, kind_of(cell), below) for cell, below in zip(cells, kinds, strict=True) if cell is not None and below
    ]
    is_text_only = looks_like_header(cells)
    for cell, kind, below in pairs:
        if is_text_only if below != "text" else kind in ("date", "address") or _is_phone(cell):
            return False
    alike = [(kind == "text") == (below == "text") for _cell, kind, below in pairs]
    return alike.count(True) > alike.count(False)


def _may_be_record(cells: Sequence[Cell], known: Known) -> bool:
    """Whether the row holds more than short texts; of two cells, one must be a name or a telephone number.

    So `Peildatum | 01-07-2024` is no record.
    """
    first, *others = [cell for cell in cells if cell is not None]
    if known(header_text(first)):
        return False
    if len(others) > 1:
        return any(kind_of(cell) in ("date", "address", "number") and not may_be_header(cell) for cell in others)
    words = header_text(first).split()
    # Several words without digits, of which the last has a capital, may be the name of a person.
    is_name = len(words) > 1 and words[-1][0].isupper() and not any(map(str.isdigit, "".join(words)))
    return _is_phone(others[0]) or (is_name and kind_of(others[0]) != "text")


def _is_phone(cell: Cell) -> bool:
    return kind_of(cell) == "number" and sum(sign.isdigit() for sign in header_text(cell)) >= MIN_DIGITS_OF_PHONE


def _shape(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(map(kind_of, cells))
