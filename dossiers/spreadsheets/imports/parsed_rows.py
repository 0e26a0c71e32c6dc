"""Converts the cells of a spreadsheet to field values; each distinct cell of a column is cleaned only once."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from dossiers import privacy
from dossiers.line_names import LINES_NAMED
from dossiers.models import Action, ImportRow, ImportRun
from dossiers.models.dossiers.surnames import Surname
from dossiers.models.validators import PERHAPS_PRIVATE, PRIVATE
from dossiers.spreadsheets.comparison import append_lines, remove_lines, split_lines
from dossiers.spreadsheets.formulas import unescape
from dossiers.spreadsheets.imports.columns.absent import AbsentColumns
from dossiers.spreadsheets.imports.columns.columns import REMARKS
from dossiers.spreadsheets.imports.columns.combined import Combination, CombinedColumns
from dossiers.spreadsheets.imports.columns.parts import JoinedTexts, Part
from dossiers.spreadsheets.imports.columns.split import SplitColumns, Unsplit
from dossiers.spreadsheets.imports.decisions import ANOTHER, MIN_ROWS_ASKED, TO_REMARKS, Decisions, Line
from dossiers.spreadsheets.imports.sanitized_copy import Private
from dossiers.spreadsheets.reader import Cell, Row
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.values import DateWidget, FlagWidget, KvkWidget, fold
from dossiers.spreadsheets.values.base import (
    EMPTYING_WORD,
    as_text,
    is_emptying,
    is_formula_error,
    split_words,
)
from dossiers.spreadsheets.values.choices import CrossEvidence
from dossiers.spreadsheets.values.dates import ORDERS, DateEvidence

BLANK: Any = object()
PRIVATE_MESSAGE = gettext_lazy(
    "This cell held a number that may not be stored, such as a BSN. It was left out, so the cell is empty now. "
    "Leave it empty, or write what belongs here without that number."
)
PRIVATE_REST = gettext_lazy(
    "This cell held a number that may not be stored, such as a BSN. It was taken out (***); the rest still stands "
    "here. Keep it like this, or change it."
)
POSSIBLE_BSN = gettext_lazy(
    "Nine digits in this text may be a citizen service number (BSN), which is not kept here. Take them out, or say "
    "that they are no BSN. If you do neither, *** takes their place as soon as the list is sent, applied or returned."
)
POSSIBLE_BSN_IN_PHONE = gettext_lazy(
    "These nine digits may be a citizen service number (BSN), which is not kept here. Write a Dutch number with the 0 "
    "in front, or with +31, or say that it is no BSN. If you do neither, *** takes its place as soon as the list is "
    "sent, applied or returned."
)
POSSIBLE_BSN_TYPED = gettext_lazy(
    "What you typed held nine digits that may be a citizen service number (BSN), which is not kept here: *** took "
    "their place. Write a telephone number with the 0 in front, or with +31."
)
FAILED_FORMULA = gettext_lazy(
    "The formula in this cell gives an error (%(value)s). Write what belongs here, or leave the cell empty."
)
FAILED_PART = gettext_lazy(
    "A formula gives an error (%(value)s). Write what belongs there in its place, or take it out. The rest stays as it "
    "stands here."
)
UNSPLIT = gettext_lazy(
    "Nothing in “%(header)s” could be taken for this field, so the whole text became a remark. Write here what belongs "
    "here, or make this cell empty."
)
NOT_EMPTIED = gettext_lazy(
    "A list can't empty this field. Leave the cell blank to keep what is known, or write what belongs here."
)
EMPTIED_BESIDE_OTHERS = gettext_lazy(
    "“%(word)s” empties the whole field, so it must stand alone in its cell. Take it out, or take out the rest."
)
SEEMS_TO_EMPTY = gettext_lazy(
    "“%(text)s” empties nothing here. To empty this field, write “%(word)s”; leave the cell blank to keep what is "
    "known."
)
SEEMS_TO_EMPTY_NEEDED = gettext_lazy(
    "“%(text)s” seems to say that this field becomes empty, and a list can't empty it. Write what belongs here, or "
    "keep it if it is right."
)
MAX_WORDS_ASKED = 200  # per column
MAX_ANSWERED_LINES = 1_000  # per column; of the lines after them, an answer is said to be what the list says
MAX_CACHED_CELLS = 20_000  # distinct cells per column, to limit the memory


@dataclass(slots=True)
class ParsedRow:
    """The values of one row before they are saved as an ImportRow; the fields are those of that model."""

    line: int
    given: dict[str, Any]
    errors: dict[str, list[str]] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    action: str = Action.NEW
    changes: dict[str, list[Any]] = field(default_factory=dict)
    parts: dict[str, list[Part]] = field(default_factory=dict)
    withheld: dict[str, Any] = field(default_factory=dict)
    similar: list[str] = field(default_factory=list)
    target_id: int | None = None
    target_changed_at: datetime | None = None
    supply_id: int | None = None
    employer_id: int | None = None
    employer_values: dict[str, Any] = field(default_factory=dict)  # current values of the employer of a new interest
    left_out: bool = False  # the user excluded the line
    person: str = ""  # the user's decision about whose row it is, see Line.person

    @property
    def is_other_person(self) -> bool:
        """Whether the user said that this is not one of the similar people or interests."""
        return self.person == ANOTHER

    @property
    def reference(self) -> str:
        """The reference of the record that the user chose, or else the one that the row gives; "" without any."""
        return self.given.get("reference", "") if self.is_person_open else self.person

    @property
    def is_person_open(self) -> bool:
        """Whether the user did not choose the record that the row is about."""
        return self.person in ("", ANOTHER)

    def refuse(self, name: str, message: str) -> None:
        self.errors.setdefault(name, []).append(message)

    def split_surname(self) -> None:
        """Take a prefix out of the family name; without one the row gives no prefix, as with a blank cell."""
        if "family_name" in self.given and "name_prefix" not in self.errors:
            surname = Surname.from_values(self.given)._asdict()
            self.given |= {name: value for name, value in surname.items() if value}


@dataclass(frozen=True, slots=True)
class Problem:
    """The errors of a cell and its text; numbers that may not be stored are masked in both."""

    messages: list[str]
    text: str
    unknown: tuple[str, ...] = ()  # words that are not among the choices of the field, or a text that is no value


def build_private_problem(masked_text: str) -> Problem:
    """Return the problem of a cell in which a number was masked; its text is empty if nothing else stood there."""
    rest = masked_text if any(map(str.isalnum, masked_text)) else ""
    return Problem([str(PRIVATE_REST if rest else PRIVATE_MESSAGE)], rest)


class ColumnCells(dict[Any, Any]):
    """A cache for one column that maps a raw cell to its value, BLANK or a Problem; a missing cell is cleaned."""

    def __init__(
        self,
        sheet_field: SheetField,
        words: dict[str, str | None],
        month_first: bool | str | None,
        escaped: bool,
        joined: JoinedTexts | None = None,
    ) -> None:
        """`joined` tells how the texts of several columns are joined in the cells of the field."""
        super().__init__()
        self.escaped, self.joined = escaped, joined
        self.field, self.widget = sheet_field, sheet_field.widget
        self.get_key = self.widget.get_word_key
        self.words = {self.get_key(word): None if value == TO_REMARKS else value for word, value in words.items()}
        self.answers = {self.get_key(word): word for word in words}
        self.answered_words: set[str] = set()  # the words of the list that were replaced by the user's answer
        self.answered_cells: dict[Any, set[str]] = {}  # the cells with such words
        self.problems = False
        self.answer = month_first
        if isinstance(self.widget, DateWidget):
            self.widget.month_first = month_first or False
        self.dates = DateEvidence() if isinstance(self.widget, DateWidget) else None
        self.crosses = CrossEvidence() if isinstance(self.widget, FlagWidget) else None

    def find_failed(self, text: str) -> list[str]:
        """Return the errors of formulas in the text of a cell: the whole, or the part of a column."""
        if self.joined:
            return self.joined.find_failed(text)
        return [text] if is_formula_error(text) else []

    def find_emptying_words(self, parts: Iterable[Sequence[Any]]) -> list[str]:
        """Return the words that seem to empty a column whose text is joined with others, from the parts of a row."""
        labels = self.joined.labels if self.joined else ()
        texts = {text for key, text, is_given, *_rest in parts if is_given and isinstance(text, str)}
        words = {text.removeprefix(label) for text in texts for label in ("", *labels)}
        return sorted(filter(self.seems_to_empty, words))

    def seems_to_empty(self, text: str) -> bool:
        """Whether a text seems to empty the field, unless the user answered that it is a value."""
        return self.field.seems_to_empty(text) and not self.words.get(self.get_key(text))

    def __missing__(self, key: Any) -> Any:
        raw = key[1] if type(key) is tuple else key
        if len(self) >= MAX_CACHED_CELLS:
            self.clear()
        self[key] = cleaned = self._clean(raw)
        return cleaned

    def _clean(self, cell: Any, *, is_typed: bool = False) -> Any:
        raw = cell
        if is_typed and self.field.find_private(raw):  # what is not typed comes from the sanitized copy
            raw = Private.from_cell(raw, self.field.find_private)
        if isinstance(raw, Private):
            self.problems = True
            return build_private_problem(raw.text)
        if isinstance(raw, Unsplit):
            self.problems = True
            return Problem([UNSPLIT % {"header": raw.header}], privacy.masked(raw.text))
        if self.escaped and isinstance(raw, str):
            raw = unescape(raw)
        if self.words and raw is not None and (answer := self._replace_words(cell, as_text(raw))) != as_text(raw):
            raw, is_typed = answer, is_typed or self.widget.has_typed_answers
        text = as_text(raw) if raw is not None else ""
        if not text or self.widget.is_blank(text):
            return BLANK
        if any(map(is_emptying, split_words(text) if self.widget.multiple else [text])):
            if self.field.may_be_emptied and is_emptying(text):
                return self.field.emptied
            self.problems = True
            beside_others = EMPTIED_BESIDE_OTHERS % {"word": EMPTYING_WORD}
            message = beside_others if self.field.may_be_emptied else str(NOT_EMPTIED)
            return Problem([message], privacy.masked(text))
        if self.seems_to_empty(text):
            self.problems = True
            seems_so = SEEMS_TO_EMPTY if self.field.may_be_emptied else SEEMS_TO_EMPTY_NEEDED
            return Problem([seems_so % {"text": text, "word": EMPTYING_WORD}], text, (text,))
        return self._clean_value(raw, text, is_typed=is_typed)

    def _clean_value(self, raw: Any, text: str, *, is_typed: bool) -> Any:
        """Return the value of a cell with a text, or the problem if it is none."""
        failed = self.find_failed(text)
        if not (is_typed or failed) and (evidence := self.dates or self.crosses):
            evidence.see(raw)
        try:
            if failed:  # it may be left empty with one answer, as an unknown word
                reason = str(FAILED_FORMULA if failed == [text] else FAILED_PART)
                raise ValidationError(reason, code="unknown", params={"value": ", ".join(failed), "words": failed})
            if self.field.free_text and (message := privacy.check_text(text)):
                raise ValidationError(
                    str(message), code=PERHAPS_PRIVATE if message is privacy.PERHAPS_A_BSN else PRIVATE
                )
            return self.widget.clean(raw, day_first=is_typed)
        except ValidationError as error:
            self.problems = True
            return self._build_problem(error, raw, text, is_typed=is_typed)

    def _build_problem(self, error: ValidationError, raw: Any, text: str, *, is_typed: bool) -> Problem:
        """Return the problem of a cell; for a number that may be a BSN it says what happens with it in a list."""
        messages, may_be_bsn = error.messages, error.error_list[0].code == PERHAPS_PRIVATE
        if may_be_bsn:
            in_list = POSSIBLE_BSN if self.field.free_text else POSSIBLE_BSN_IN_PHONE
            messages = [str(POSSIBLE_BSN_TYPED if is_typed else in_list)]
        bad = self.field.mask_doubtful(raw) if is_typed else None  # a refused correction is not kept
        if bad is None:
            # The user must see a doubtful number of a text column, to say whether it is a BSN.
            asks = self.field.free_text or may_be_bsn
            bad = privacy.masked(self.field.mark_doubtful_phone(text), doubtful=not asks)
        unknown = [
            privacy.masked(word)
            for problem in error.error_list
            if problem.code == "unknown"
            for word in (problem.params or {}).get("words", [])
        ]
        if not unknown and self.field.asks_about(text):
            unknown = [privacy.masked(text)]
        return Problem([privacy.masked(message) for message in messages], bad, tuple(unknown))

    def clean_corrected(self, text: str, confirmed: bool) -> Any:
        """Return the value of a cell that a user typed.

        `confirmed` means that the user said that no number in the text is a BSN. The day of a date comes first, as
        users are asked to type it, whatever the order in the list.
        """
        text = self.field.get_typed_text(text)
        if self.joined:
            text = self.joined.drop_bare_labels(text)
        if not confirmed:
            return self._clean(text, is_typed=True)
        numbers = privacy.doubtful_numbers(self.field.mark_doubtful_phone(text))
        with privacy.confirmed(lambda: numbers):
            return self._clean(text, is_typed=True)

    def _replace_words(self, cell: Any, text: str) -> str:
        """Return the text of a cell with the user's replacement for each unknown word, which may be nothing."""
        whole = self.get_key(text)
        if whole in self.words:
            self._note_answered(cell, {self.answers[whole]})
            return self.words[whole] or ""
        if not self.widget.multiple or self.find_failed(text):
            return text
        typed = split_words(text)
        answered = {self.answers[word] for word in map(self.get_key, typed) if word in self.words}
        if not answered:
            return text
        self._note_answered(cell, answered)
        words = [self.words.get(self.get_key(word), word) for word in typed]
        return "; ".join(word for word in words if word)

    def _note_answered(self, cell: Any, words: set[str]) -> None:
        self.answered_words |= words
        self.answered_cells[cell] = words

    def read(self, cells: Iterable[Cell], absent: Collection[int]) -> list[Any]:
        """Return the values of consecutive cells of this column; `absent` are the indexes of those that do not exist.

        A table or sheet without the column says nothing about it.
        """
        values = [self[cell] if type(cell) is str else self[type(cell), cell] for cell in cells]
        if isinstance(self.widget, FlagWidget) and self.widget.blank_is_no:
            return [False if value is BLANK and place not in absent else value for place, value in enumerate(values)]
        return values

    def update_formats(self) -> bool:
        """Set the date order or the meaning of blanks by the cells read so far; return whether that changed."""
        if isinstance(self.widget, DateWidget) and self.dates:
            before, self.widget.month_first = self.widget.month_first, self.dates.find_month_first(self.answer)
            return before != self.widget.month_first
        if isinstance(self.widget, FlagWidget) and self.crosses:
            before, self.widget.blank_is_no = self.widget.blank_is_no, self.crosses.blank_is_no
            return before != self.widget.blank_is_no
        return False


class CellReader:
    """Converts batches of raw rows to ParsedRows, by the columns that have a field."""

    def __init__(
        self,
        fields: dict[str, SheetField],
        places: dict[str, int],
        decided: Decisions,
        escaped: bool = False,
        splits: SplitColumns | None = None,
        combined: CombinedColumns | None = None,
        absent: AbsentColumns | None = None,
    ) -> None:
        """`places` maps each field to the index of its column, which may be a part of one of `splits`.

        `combined` are the fields that several columns fill, and `absent` the columns that some rows do not have.

        `escaped` is set for CSV files, in which our export puts an apostrophe before texts that look like formulas.
        """
        self.splits = splits or SplitColumns([])
        self.places, self.combined, self.absent = self.splits.find_places(places), combined, absent
        self.lines_without_zeros: list[int] = []  # lines with a KvK number to which zeros were added
        self.answered_lines: dict[str, list[int]] = {}  # the first lines with an answered word, by field
        self.answered_cells: dict[str, dict[str, list[int]]] = {}  # the same lines by field and word
        self.answered_counts: dict[str, Counter[str]] = {}  # the number of all lines by field and word
        self.later_remarks: dict[int, str] = {}  # what was added to remarks after a user corrected these, by line
        self.date_lines: dict[str, dict[str, set[int]]] = {}  # by field and order, see DateEvidence
        self.columns = {
            name: ColumnCells(
                fields[name],
                decided.words.get(name, {}),
                decided.month_first.get(name),
                escaped,
                combined.get_joined_texts(name) if combined else None,
            )
            for name in dict.fromkeys([*places, *(combined.names if combined else ())])
        }
        fixed = {name: text for name, text in decided.fixed.items() if not (combined and combined.adds_to(name))}
        fixed_columns = {name: ColumnCells(fields[name], {}, None, False) for name in fixed}
        self.fixed = {name: fixed_columns[name][text] for name, text in fixed.items()}
        self.typed_columns = fixed_columns | self.columns
        self.corrected_lines = {line: about for line, about in decided.lines.items() if about.cells}

    def parse_rows(self, rows: list[Row]) -> Iterator[ParsedRow]:
        names, rows = list(self.columns), self.splits.expand(rows)
        parts: dict[str, list[Cell]] = {}
        combinations: list[Combination | None] = [None] * len(rows)
        if self.combined and self.combined.names:
            combined = [self.combined.combine(cells) for _line, cells in rows]
            combinations = [*combined]
            for (line, _cells), of_row in zip(rows, combined, strict=True):
                self._note_answered(line, of_row)
            parts = {name: [combination.cells.get(name) for combination in combined] for name in self.combined.names}
        cells_by_name = {
            name: parts[name] if name in parts else [cells[self.places[name]] for _line, cells in rows]
            for name in self.columns
        }
        read = [
            column.read(cells_by_name[name], self._find_absent_cells(rows, name) if column.crosses else ())
            for name, column in self.columns.items()
        ]
        self._find_lines([line for line, _cells in rows], cells_by_name)
        troubled = [index for index, name in enumerate(names) if self.columns[name].problems]
        for (line, cells), values, combination in zip(rows, zip(*read, strict=True), combinations, strict=True):
            row_values = {name: value for name, value in zip(names, values, strict=True) if value is not BLANK}
            parsed_row = ParsedRow(line, row_values)
            if combination:
                self._add_parts(parsed_row, combination, cells)
            for index in troubled:
                if isinstance(values[index], Problem):
                    self._set_value(parsed_row, names[index], self._name_columns(values[index], names[index], cells))
            for name, value in self.fixed.items():
                if (
                    name not in parsed_row.given and name not in parsed_row.errors
                ):  # the cells of the list have priority
                    self._set_value(parsed_row, name, value)
            if about := self.corrected_lines.get(line):
                self._correct_cells(parsed_row, about)
            yield parsed_row

    def _note_answered(self, line: int, combination: Combination) -> None:
        """Note the words that the user's answers replaced in the columns of a line."""
        for name, words in combination.answered.items():
            self.columns[name].answered_words |= words
            self._note_answered_words(name, line, words)

    def _note_answered_words(self, name: str, line: int, words: Iterable[str]) -> None:
        lines, lines_by_word = self.answered_lines.setdefault(name, []), self.answered_cells.setdefault(name, {})
        self.answered_counts.setdefault(name, Counter()).update(words)
        if len(lines) < MAX_ANSWERED_LINES:
            lines.append(line)
            for word in words:
                lines_by_word.setdefault(word, []).append(line)

    def _correct_cells(self, parsed_row: ParsedRow, about: Line) -> None:
        """Replace the cells of a row that a user corrected."""
        for name in about.cells.keys() & self.typed_columns.keys():
            text = about.cells[name]
            rests = self.combined.find_rests(name, parsed_row.parts.get(name, ())) if self.combined else ()
            added = [part for part in rests if part.key not in about.shown_parts.get(name, ())]
            if name in about.masked:
                value = build_private_problem(text)
            else:
                value = self.typed_columns[name].clean_corrected(text, name in about.confirmed)
            if value is BLANK:
                clear_rest(parsed_row, name)
            self._set_value(parsed_row, name, value)
            if self.combined and name not in about.whole:
                correct_parts(parsed_row.parts, self.combined, name, value)
            elif self.combined and name in parsed_row.parts:
                parts = parsed_row.parts[name]
                failed = self.combined.find_failed_parts(name, parts)
                parsed_row.parts[name] = [part for part in parts if part.key not in failed]
            if added:
                self._add_to_corrected_remarks(parsed_row, added)

    def _add_to_corrected_remarks(self, parsed_row: ParsedRow, added: list[Part]) -> None:
        """Add to remarks that a user corrected what these did not show yet, since it was answered later."""
        keys, lines = {part.key for part in added}, "\n".join(part.value for part in added)
        parsed_row.parts[REMARKS] = [part for part in parsed_row.parts.get(REMARKS, []) if part.key not in keys] + added
        values = parsed_row.bad if REMARKS in parsed_row.bad else parsed_row.given
        values[REMARKS] = append_lines(values.get(REMARKS) or "", lines)
        self.later_remarks[parsed_row.line] = lines

    def _add_parts(self, parsed_row: ParsedRow, combination: Combination, cells: Sequence[Cell]) -> None:
        """Set what each column gives of a field, and the problem of a text of which one only seems to empty it."""
        parsed_row.parts = self._read_parts(combination, parsed_row.given)
        for name in combination.pieces:
            words = self.columns[name].find_emptying_words(parsed_row.parts.get(name, ()))
            if words and not isinstance(parsed_row.given.get(name), Problem):
                messages = [SEEMS_TO_EMPTY % {"text": word, "word": EMPTYING_WORD} for word in words]
                problem = Problem(messages, as_text(combination.cells[name]), tuple(words))
                self._set_value(parsed_row, name, self._name_columns(problem, name, cells))

    def _read_parts(self, combination: Combination, values: dict[str, Any]) -> dict[str, list[Part]]:
        """Return what each column gives of the fields that several fill; what may be private is masked in an error."""
        parts: dict[str, list[Part]] = {}
        for name, of_columns in combination.parts.items():
            column, value = self.columns[name], values.get(name)
            if column.widget.multiple:
                read = [part._replace(value=part.value and column[part.value]) for part in of_columns]
                of_columns = [part for part in read if isinstance(part.value, list) or not part.value]
            elif name not in combination.pieces:
                first = of_columns[0]._replace(value=None if isinstance(value, Problem) else value)
                of_columns = [first, *of_columns[1:]]
            if isinstance(value, Problem):
                of_columns = [
                    part._replace(
                        value=privacy.masked(part.value) if isinstance(part.value, str) else part.value,
                        remark=privacy.masked(part.remark),
                    )
                    for part in of_columns
                ]
            if of_columns:
                parts[name] = of_columns
        return parts

    def _find_absent_cells(self, rows: list[Row], name: str) -> set[int]:
        """Return the indexes of the rows whose table or sheet has no column of this field."""
        if self.absent is None:
            return set()
        columns = self.combined.columns.get(name, ()) if self.combined else ()
        indexes = {column.index for column in columns} or {self.places[name]}
        return {place for place, (line, _cells) in enumerate(rows) if indexes <= self.absent.find(line)}

    def _name_columns(self, problem: Problem, name: str, cells: Sequence[Cell]) -> Problem:
        """Return the problem of a field that several columns fill with the headers of those that it is about."""
        headers = self.combined.find_headers(name, cells, problem.unknown) if self.combined else []
        if not headers:
            return problem
        messages = [_name_headers(headers, message) for message in problem.messages]
        if self.combined and not problem.unknown and (failed := self.combined.find_failed_cells(name, cells)):
            message = str(FAILED_PART % {"value": ", ".join(dict.fromkeys(failed.values()))})
            messages.append(_name_headers(failed, message))
        return replace(problem, messages=messages)

    def _find_lines(self, lines: list[int], cells_by_name: dict[str, list[Cell]]) -> None:
        """Find the lines of answered words and of KvK numbers without zeros, and the first ones of each date order."""
        for name, column in self.columns.items():
            cells = cells_by_name[name]
            if column.answered_cells:
                for line, cell in zip(lines, cells, strict=True):
                    if cell in column.answered_cells:
                        self._note_answered_words(name, line, column.answered_cells[cell])
            if isinstance(widget := column.widget, KvkWidget):
                self.lines_without_zeros += [
                    line
                    for line, cell in zip(lines, cells, strict=True)
                    if not (cell is None or isinstance(cell, Private)) and widget.restore_zero(cell)
                ]
            if column.dates is None:
                continue
            for order, first_lines in self.date_lines.setdefault(name, {order: set() for order in ORDERS}).items():
                texts: set[str] = getattr(column.dates, order)
                if texts and len(first_lines) <= LINES_NAMED:
                    pairs = zip(lines, cells, strict=True)
                    dated = (line for line, cell in pairs if isinstance(cell, str) and cell in texts)
                    new = [line for line in dated if line not in first_lines]
                    first_lines.update(new[: LINES_NAMED + 1 - len(first_lines)])

    def _set_value(self, parsed_row: ParsedRow, name: str, value: Any) -> None:
        """Replace what the row has for a field by a value, a Problem or BLANK."""
        for place in (parsed_row.given, parsed_row.errors, parsed_row.bad):
            place.pop(name, None)
        if isinstance(value, Problem):
            parsed_row.errors[name] = list(value.messages)
            parsed_row.bad[name] = value.text
        elif value is not BLANK:
            parsed_row.given[name] = value

    def update_formats(self) -> bool:
        """Adjust every column to the cells read so far; return whether one changed."""
        changed = [column.update_formats() for column in self.columns.values()]  # any() would stop at the first True
        return any(changed)

    def find_fields_with_crosses(self) -> list[str]:
        """Return the fields whose columns have only crosses, so that a blank cell means no."""
        return [name for name, column in self.columns.items() if column.crosses and column.crosses.blank_is_no]

    def ambiguous_dates(self) -> list[str]:
        """Return the date fields whose cells don't show whether day or month comes first."""
        return [name for name, column in self.columns.items() if column.dates and column.dates.ambiguous]

    def doubtful_dates(self) -> list[str]:
        """Return the date fields of which a whole column can be read in two orders."""
        return [name for name, column in self.columns.items() if column.dates and column.dates.is_doubtful]

    def month_first_dates(self) -> dict[str, list[int]]:
        """Return {date field: lines with a date that exists only if the month comes first}; none if others deny it."""
        return {
            name: sorted(lines["month_first"])
            for name, lines in self.date_lines.items()
            if lines["month_first"] and (evidence := self.columns[name].dates) and not evidence.day_first
        }

    def mixed_dates(self) -> dict[str, dict[str, Any]]:
        """Return the lines by order, and the separators that tell it, of date fields with both orders."""
        return {
            name: {order: sorted(numbers) for order, numbers in lines.items()}
            | {"month_first_separators": evidence.month_first_separators}
            for name, lines in self.date_lines.items()
            if (evidence := self.columns[name].dates) and evidence.mixed
        }

    def find_answered_words(self) -> dict[str, list[str]]:
        """Return the words of the list that the user's answers replaced, by field."""
        return {name: sorted(column.answered_words) for name, column in self.columns.items() if column.answered_words}

    def count_unknown_words(self, run: ImportRun) -> dict[str, dict[str, int]]:
        """Return {field: {unknown word: number of lines}} of the lines in error, the most frequent words first.

        A text in a column of numbers or dates counts in its first spelling, and only if several lines have it or it
        suggests several answers.
        """
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        spellings: dict[tuple[str, str], str] = {}
        fixed_only = {name for name in self.fixed if run.column_indexes.get(name, -1) < 0}
        for cells, parts in run.rows.filter(action=Action.ERROR).values_list("bad", "parts").iterator():
            for name in cells.keys() & self.columns.keys() - fixed_only:
                value = self.clean(name, cells[name], confirmed=False)
                emptying_words = self.columns[name].find_emptying_words(parts.get(name, ()))
                unknown = value.unknown if isinstance(value, Problem) else emptying_words
                words = [word for word in unknown if privacy.MASK not in word]
                if self.columns[name].field.has_typed_answers:
                    words = [spellings.setdefault((name, self.columns[name].get_key(word)), word) for word in words]
                counts[name].update(words)
        asked = {
            name: {
                word: count
                for word, count in counts[name].most_common(MAX_WORDS_ASKED)
                if count >= MIN_ROWS_ASKED
                or not column.field.has_typed_answers
                or is_formula_error(word)
                or len(column.widget.suggest_answers(word)) > 1
            }
            for name, column in self.columns.items()
        }
        return {name: words for name, words in asked.items() if words}

    def find_rows_with_words(
        self, run: ImportRun, counts: dict[str, dict[str, int]], limit: int
    ) -> dict[tuple[str, str], list[ImportRow]]:
        """Return {(field, unknown word): the first rows in error with that word}, at most `limit` of each.

        `counts` has the number of rows with each word, by field, so that no row is read in vain.
        """
        keys = {(name, self.columns[name].get_key(word)): (name, word) for name in counts for word in counts[name]}
        waiting = Counter({(name, word): min(counts[name][word], limit) for name, word in keys.values()})
        rows: dict[tuple[str, str], list[ImportRow]] = defaultdict(list)
        for row in run.rows.filter(action=Action.ERROR, bad__has_any_keys=list(counts)).order_by("line").iterator():
            for name in row.bad.keys() & counts.keys():
                column, text = self.columns[name], row.bad[name]
                words = [text, *split_words(text)] if column.widget.multiple else [text]
                words += column.find_failed(text) + column.find_emptying_words(row.parts.get(name, ()))
                for place in {keys[key] for word in words if (key := (name, column.get_key(word))) in keys}:
                    if waiting[place]:
                        waiting[place] -= 1
                        rows[place].append(row)
            if not any(waiting.values()):
                break
        return rows

    def clear_cells(self) -> None:
        """Clear what the rows gave, but keep the date order and the meaning of blanks."""
        self.splits.doubtful_lines.clear()
        self.lines_without_zeros.clear()
        self.answered_lines.clear()
        self.answered_cells.clear()
        self.answered_counts.clear()
        self.later_remarks.clear()
        for column in self.columns.values():
            column.clear()
            column.problems = False

    def clean(self, name: str, text: str, confirmed: bool) -> Any:
        """Return the value, BLANK or the Problem of a cell that a user typed."""
        return self.columns[name].clean_corrected(text, confirmed)

    def accepts(self, name: str, text: str, parts: Iterable[Sequence[Any]] = ()) -> bool:
        """Whether the text is valid in the column of this field; an empty text is.

        `parts` are what each column gives of it, of which none may seem to empty the field.
        """
        is_valid = not isinstance(self.clean(name, text, confirmed=False), Problem)
        return is_valid and not self.columns[name].find_emptying_words(parts)


def _name_headers(headers: Iterable[str], message: str) -> str:
    named = ", ".join(f"“{header}”" for header in headers)
    return f"{named}: {message}"


def correct_parts(parts: dict[str, Any], combined: CombinedColumns, name: str, value: Any) -> None:
    """Replace what each column of a row gives of a field by its part of a value that a user typed; a problem is none.

    A blank value says nothing about the field.
    """
    if value is BLANK:
        parts.pop(name, None)
    elif name in parts and not isinstance(value, Problem):
        of_row = [part for part in (Part(*part) for part in parts[name]) if part.is_given]
        parts[name] = combined.replace_parts(name, of_row, value)


def clear_rest(row: ParsedRow | ImportRow, name: str) -> None:
    """Take out of the remarks of a row what was left over of a cell that could not be read, and that a user cleared."""
    for column in [Part(*part) for part in row.parts.get(name, ())][:1]:
        key = fold(column.remark.partition(": ")[0])
        remarks = [Part(*part) for part in row.parts.get(REMARKS, ())]
        rest = next((part.value for part in remarks if part.key == key and part.is_given and part.value), "")
        if name in row.bad and key and rest:
            row.parts[REMARKS] = [part for part in remarks if part.key != key]
            row.given[REMARKS] = remove_lines(row.given.get(REMARKS) or "", {*split_lines(rest)})
            if not row.given[REMARKS]:
                del row.given[REMARKS]


def may_be_remark(field: SheetField, word: str) -> bool:
    """Whether the answer about an unknown text can be that it is added to the remarks."""
    return field.has_typed_answers and not (is_formula_error(word) or field.seems_to_empty(word))


def find_answer_problem(field: SheetField, text: str) -> str:
    """Return why this column refuses a typed answer about an unknown text; empty if it is valid."""
    value = ColumnCells(field, {}, None, escaped=False).clean_corrected(text.strip(), confirmed=False)
    return " ".join(value.messages) if isinstance(value, Problem) else ""
