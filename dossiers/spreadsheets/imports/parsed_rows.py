"""Rows of a list as values of our fields: each cell cleaned, each distinct one once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from dossiers import privacy
from dossiers.models import Action
from dossiers.spreadsheets.formulas import unescape
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.imports.sanitized_copy import Private
from dossiers.spreadsheets.reader import Cell, Row
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.values import DateWidget, FlagWidget, fold
from dossiers.spreadsheets.values.base import as_text, split_words
from dossiers.spreadsheets.values.choices import CrossEvidence
from dossiers.spreadsheets.values.dates import DateEvidence

BLANK: Any = object()
PRIVATE_MESSAGE = gettext_lazy(
    "This cell held a number that may not be stored, such as a BSN. It was left out, so the cell is empty now."
)
PRIVATE_REST = gettext_lazy(
    "This cell held a number that may not be stored, such as a BSN. It was taken out (***); the rest still stands here."
)
KEPT = 20_000  # distinct cells remembered of a column: memory stays flat


@dataclass(slots=True)
class ParsedRow:
    """One row, on its way to an ImportRow; the fields are those of that model."""

    line: int
    given: dict[str, Any]
    errors: dict[str, list[str]] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    action: str = Action.NEW
    changes: dict[str, list[Any]] = field(default_factory=dict)
    similar: list[str] = field(default_factory=list)
    target_id: int | None = None
    target_changed_at: datetime | None = None
    supply_id: int | None = None
    employer_id: int | None = None
    beside: dict[str, Any] = field(default_factory=dict)  # what is there already where a new record joins one
    left_out: bool = False  # somebody said so
    another: bool = False  # somebody said that this is not the person it looks like

    def refuse(self, name: str, message: str) -> None:
        self.errors.setdefault(name, []).append(message)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell, and the cell as it stood, both without what may not be stored."""

    messages: list[str]
    text: str
    unknown: tuple[str, ...] = ()  # words that a list doesn't hold


class ColumnCells(dict[Any, Any]):
    """Cell as it stands to value, BLANK or Problem; cleans what it has not met before."""

    def __init__(
        self, sheet_field: SheetField, words: dict[str, str | None], month_first: bool | None, escaped: bool
    ) -> None:
        super().__init__()
        self.escaped = escaped
        self.field, self.widget = sheet_field, sheet_field.widget
        self.words = {fold(text): value for text, value in words.items()}
        self.problems = False
        self.decided = month_first is not None
        if isinstance(self.widget, DateWidget):
            self.widget.month_first = bool(month_first)
        self.dates = DateEvidence() if isinstance(self.widget, DateWidget) else None
        self.crosses = CrossEvidence() if isinstance(self.widget, FlagWidget) else None

    def __missing__(self, key: Any) -> Any:
        raw = key[1] if type(key) is tuple else key
        if len(self) >= KEPT:
            self.clear()
        self[key] = cleaned = self._clean(raw)
        return cleaned

    def _clean(self, raw: Any) -> Any:
        if isinstance(raw, Private):
            self.problems = True
            return Problem([str(PRIVATE_REST if raw.text else PRIVATE_MESSAGE)], raw.text)
        if self.escaped and isinstance(raw, str):
            raw = unescape(raw)
        if self.words and raw is not None:
            raw = self._reworded(as_text(raw))
        text = as_text(raw) if raw is not None else ""
        if not text:
            return BLANK
        if evidence := self.dates or self.crosses:
            evidence.see(raw)
        try:
            if self.field.free_text and (message := privacy.check_text(text)):
                raise ValidationError(str(message))
            return self.widget.clean(raw)
        except ValidationError as error:
            self.problems = True
            messages = [privacy.masked(message) for message in error.messages]
            bad = privacy.masked(text, doubtful=not self.field.free_text)  # what is asked about is to be seen
            return Problem(messages, bad, tuple(map(privacy.masked, _unknown_words(error))))

    def mended(self, text: str, confirmed: bool) -> Any:
        """What a cell with that text holds; it is `confirmed` when somebody said that no number in it is a BSN."""
        if not confirmed:
            return self[text]
        with privacy.confirmed(lambda: privacy.doubtful_numbers(text)):
            return self._clean(text)

    def _reworded(self, text: str) -> str:
        """The cell with each word that was decided about replaced, or left out."""
        if fold(text) in self.words:
            return self.words[fold(text)] or ""
        if not self.widget.multiple:
            return text
        words = [self.words.get(fold(word), word) for word in split_words(text)]
        return "; ".join(word for word in words if word)

    def read(self, cells: Iterable[Cell]) -> list[Any]:
        """Values of a stretch of this column."""
        values = [self[cell] if type(cell) is str else self[type(cell), cell] for cell in cells]
        if isinstance(self.widget, FlagWidget) and self.widget.blank_is_no:
            return [False if value is BLANK else value for value in values]
        return values

    def settle(self) -> bool:
        """Set how this column is read by what its cells showed; True when that was different from how it was read."""
        if isinstance(self.widget, DateWidget) and self.dates and not self.decided:
            before, self.widget.month_first = self.widget.month_first, self.dates.reads_month_first
            return before != self.widget.month_first
        if isinstance(self.widget, FlagWidget) and self.crosses:
            before, self.widget.blank_is_no = self.widget.blank_is_no, self.crosses.blank_is_no
            return before != self.widget.blank_is_no
        return False


class CellReader:
    """Reads batches of rows into drafts, by the columns that have a field."""

    def __init__(
        self,
        fields: dict[str, SheetField],
        places: dict[str, int],
        decided: Decisions,
        escaped: bool = False,
    ) -> None:
        """`places`: field to index of its column. `escaped`: our own csv put an apostrophe before some texts."""
        self.places = places
        self.columns = {
            name: ColumnCells(fields[name], decided.words.get(name, {}), decided.month_first.get(name), escaped)
            for name in places
        }
        self.fixed = {name: ColumnCells(fields[name], {}, None, False)[text] for name, text in decided.fixed.items()}
        self.mended = {line: about for line, about in decided.lines.items() if about.cells}
        self.unknown: dict[str, Counter[str]] = defaultdict(Counter)  # field: word: lines

    def drafts(self, rows: list[Row]) -> Iterator[ParsedRow]:
        names = list(self.columns)
        read = [
            column.read([cells[self.places[name]] for _line, cells in rows]) for name, column in self.columns.items()
        ]
        troubled = [index for index, name in enumerate(names) if self.columns[name].problems]
        for (line, _cells), values in zip(rows, zip(*read, strict=True), strict=True):
            row_values = {name: value for name, value in zip(names, values, strict=True) if value is not BLANK}
            draft = ParsedRow(line, row_values)
            for index in troubled:
                if isinstance(values[index], Problem):
                    self._put(draft, names[index], values[index])
            for name, value in self.fixed.items():
                self._put(draft, name, value)
            if about := self.mended.get(line):
                for name in about.cells.keys() & self.columns.keys():
                    value = self.columns[name].mended(about.cells[name], name in about.confirmed)
                    self._put(draft, name, value)
            yield draft

    def _put(self, draft: ParsedRow, name: str, value: Any) -> None:
        """Give a draft what a cell turned out to hold."""
        for place in (draft.given, draft.errors, draft.bad):
            place.pop(name, None)
        if isinstance(value, Problem):
            draft.errors[name] = list(value.messages)
            draft.bad[name] = value.text
            self.unknown[name].update(value.unknown)
        elif value is not BLANK:
            draft.given[name] = value

    def settle(self) -> bool:
        """True when a column shows, read to its end, that it has to be read another way."""
        settled = [column.settle() for column in self.columns.values()]  # all of them, not up to the first
        return any(settled)

    def ambiguous_dates(self) -> list[str]:
        """Fields whose column never shows whether day or month comes first."""
        return [name for name, column in self.columns.items() if column.dates and column.dates.ambiguous]

    def refresh(self) -> None:
        """Forget what was read, not how columns are to be read."""
        for column in self.columns.values():
            column.clear()
            column.problems = False
        self.unknown.clear()

    def clean(self, name: str, text: str, confirmed: bool) -> Any:
        """What a cell with that text would hold: a value, BLANK or a Problem."""
        return self.columns[name].mended(text, confirmed)

    def accepts(self, name: str, text: str) -> bool:
        """Whether a cell with that text would be right, empty or not."""
        return not isinstance(self.clean(name, text, confirmed=False), Problem)


def _unknown_words(error: ValidationError) -> list[str]:
    """The words that a list doesn't hold, when that is what is wrong."""
    return [
        word
        for problem in error.error_list
        if problem.code == "unknown"
        for word in (problem.params or {}).get("words", [])
    ]
