"""Splits the cells of a column that holds several fields, as if the list had a column for each of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Protocol

from dossiers.models.imports.import_profile import FALLBACK, SPLIT_FIELDS, SPLITS_WITH_REST, WHOLE
from dossiers.spreadsheets.formulas import unescape
from dossiers.spreadsheets.imports.columns.columns import REMAINDER, REMARKS, Column
from dossiers.spreadsheets.imports.columns.splits import SPLITS, Split
from dossiers.spreadsheets.imports.sanitized_copy import Private
from dossiers.spreadsheets.reader import Cell, Row
from dossiers.spreadsheets.values.base import as_text, is_emptying, is_formula_error, is_placeholder
from dossiers.spreadsheets.values.split_cells import SplitCell

MIN_CELLS = 2
MIN_SHARE = 0.8
MAX_CACHED_CELLS = 20_000  # distinct cells per column, to limit the memory
MAX_CELLS = 100  # of a column, that show whether it is split


@dataclass(frozen=True)
class Unsplit:
    """Replaces the cell of a field that the text of its column should have, but has not."""

    text: str
    header: str


class Addition(Protocol):
    """A text of each row that is added to its remarks, as if the list had one more column with what is left over."""

    @property
    def column(self) -> Column:
        """The column whose header stands before the text."""

    def read(self, rows: Sequence[Row]) -> list[Cell]:
        """Return the text of each row; "" takes out what was added before, and None leaves that as it is."""


@dataclass(frozen=True)
class _Source:
    """A column that is split, and those of its parts."""

    column: Column
    split: Split
    split_cell: Callable[[Any], SplitCell]
    parts: list[Column]
    rest: Column | None


class SplitColumns:
    """The columns of a list, of which those that are split are replaced by one for each of their parts.

    A part that another column of the list fills too counts where that one is empty. The `additions` follow them.
    """

    def __init__(self, columns: Iterable[Column], *, additions: Sequence[Addition] = (), escaped: bool = False) -> None:
        columns = list(columns)
        self.additions, self.escaped = additions, escaped
        self.columns: list[Column] = []
        self.sources: list[_Source] = []
        self.doubtful_lines: list[int] = []
        filled = {column.field for column in columns if column.index >= 0}
        index = max((column.index for column in columns), default=-1) + 1
        for column in columns:
            split = SPLITS.get(column.field or "")
            if not split:
                self.columns.append(column)
                continue
            names = SPLIT_FIELDS[column.field or ""]
            parts = [
                replace(column, index=index + place, field=name, mode=FALLBACK if name in filled else "")
                for place, name in enumerate(names)
            ]
            rest = (
                replace(column, index=index + len(names), field=REMARKS, mode=REMAINDER)
                if column.field in SPLITS_WITH_REST
                else None
            )
            index += len(names) + (rest is not None)
            self.columns += [*parts, *([rest] if rest else [])]
            split_cell = lru_cache(MAX_CACHED_CELLS, typed=True)(split.split_as(column.mode))
            self.sources.append(_Source(column, split, split_cell, parts, rest))
        self.columns += [
            replace(addition.column, index=index + place, field=REMARKS, mode=REMAINDER)
            for place, addition in enumerate(additions)
        ]

    def find_places(self, places: Mapping[str, int]) -> dict[str, int]:
        """Return the index of the column of each field, which is that of a part if a split column fills the field."""
        split = {(part.field, source.column.index): part.index for source in self.sources for part in source.parts}
        return {name: split.get((name, index), index) for name, index in places.items()}

    def find_source(self, index: int) -> int:
        """Return the index in the list of a column that may be a part."""
        return next(
            (s.column.index for s in self.sources for part in [*s.parts, s.rest] if part and part.index == index), index
        )

    def expand(self, rows: list[Row]) -> list[Row]:
        """Return the rows with the parts of their split cells, and what is added, after the other cells."""
        if not (self.sources or self.additions):
            return rows
        added = [addition.read(rows) for addition in self.additions]
        expanded = []
        for place, (line, cells) in enumerate(rows):
            parts = [self._split(line, source, cells[source.column.index]) for source in self.sources]
            expanded.append((line, [*cells, *chain.from_iterable(parts), *(texts[place] for texts in added)]))
        return expanded

    def expand_cells(self, line: int, cells: Sequence[Cell]) -> list[Any]:
        return [*self.expand([(line, list(cells))])[0][1]]

    def join(self, cells: list[Any], before: Sequence[Any]) -> list[Any]:
        """Return the cells of a row of the list, of which some parts are others than `before`."""
        width = len(cells) - len(self.additions)
        for source in self.sources:
            width = min(width, source.parts[0].index)
            indexes = range(source.parts[0].index, (source.rest or source.parts[-1]).index + 1)
            if any(cells[index] != before[index] for index in indexes):
                texts = [_get_text(cells[part.index]) for part in source.parts]
                rest = _get_text(cells[source.rest.index]) if source.rest else ""
                cells[source.column.index] = source.split.join(texts, rest.removeprefix(f"{source.column.header}: "))
        return cells[:width]

    def _split(self, line: int, source: _Source, cell: Any) -> list[Any]:
        """Return the parts of a cell; of a text without a number that may not be stored, the last one says so."""
        blank: list[Any] = [None] * len(source.parts)
        is_private = isinstance(cell, Private)
        content = cell.text if is_private else unescape(cell) if self.escaped and isinstance(cell, str) else cell
        text = as_text(content).strip() if content is not None else ""
        has_rest = source.rest is not None
        if has_rest and not is_private:
            if not text or is_placeholder(text):
                return [*blank, None]
            if is_emptying(text) or is_formula_error(text):
                return [*([text] * len(blank)), None]
        parts = source.split_cell(content)
        if parts.is_doubtful:
            self.doubtful_lines.append(line)
        values, rest = list(parts.values), parts.rest
        if not parts.is_split and not is_private and source.column.mode != WHOLE and not source.parts[-1].mode:
            values[-1] = Unsplit(text, source.column.header)
        if not has_rest:
            return [*values[:-1], Private(str(values[-1])) if is_private else values[-1]]
        return [*values, Private(rest) if is_private else rest]


def is_shown(name: str, cells: Iterable[Cell], *, by_header: bool) -> bool:
    """Whether the cells of a column show that it is split like this.

    Most must hold one of the fields, and together several; if the header says that it is split, one will do.
    """
    filled = (cell for cell in cells if isinstance(cell, str) and cell.strip() and not is_placeholder(cell))
    pieces = [SPLITS[name].split(cell).values for cell in islice(filled, MAX_CELLS)]
    shown = [values for values in pieces if any(values)]
    if by_header:
        return bool(shown)
    kinds = {place for values in shown for place, value in enumerate(values) if value}
    return len(kinds) > 1 and len(shown) >= max(MIN_CELLS, MIN_SHARE * len(pieces))


def count_parts(name: str, cell: Any) -> int:
    """Return how many parts a cell is split into."""
    split = SPLITS[name].split(cell) if isinstance(cell, str) and cell else SplitCell(())
    return sum(map(bool, [*split.values, split.rest]))


def _get_text(cell: Any) -> str:
    """Return the text of a part; one that could not be made has none, as the rest has its text."""
    if cell is None or isinstance(cell, Unsplit):
        return ""
    return cell.text if isinstance(cell, Private) else as_text(cell)
