"""Makes the cells of fields that several columns fill, or of which one cell has several values.

What does not fit in such a field is added to the remarks, with the header of its column before it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models

from dossiers.models.contact_fields import format_phone
from dossiers.models.imports.import_profile import FALLBACK, FIRST, JOIN, LABELLED, MOBILE
from dossiers.spreadsheets.formulas import unescape
from dossiers.spreadsheets.imports.columns.columns import REMAINDER, REMARKS, Column
from dossiers.spreadsheets.imports.columns.parts import JoinedText, JoinedTexts, Part, split_joined
from dossiers.spreadsheets.imports.sanitized_copy import Private
from dossiers.spreadsheets.reader import Cell
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.values import fold
from dossiers.spreadsheets.values.base import (
    EMPTYING_WORD,
    as_text,
    is_emptying,
    is_formula_error,
    is_placeholder,
    split_words,
)
from dossiers.spreadsheets.values.phone_texts import find_numbers, is_mobile, take_out

WITH_REMAINDER = (FALLBACK, FIRST, MOBILE, REMAINDER)


class Piece(NamedTuple):
    """A part of a row that can be the value of a field, or that is left over."""

    column: Column
    cell: Cell


class Combination(NamedTuple):
    cells: dict[str, Cell]
    indexes: dict[str, list[int]]
    """The columns of which each field has something."""
    wrong: dict[str, list[int]]
    """Those of them that an error of the field is about: the ones with such a cell, or else all."""
    answered: dict[str, set[str]]
    """The words that the answers of the user replaced in their own column, by field."""
    pieces: dict[str, tuple[list[Piece], list[Piece]]]
    """Of each field whose texts are joined the pieces of its own columns, and those that are left over."""
    parts: dict[str, list[Part]]
    """What each of its columns gives of a field; that of a column which counts alone has no value yet."""


class CombinedColumns:
    """Combines the cells of each row; `columns` are those of the list, and `fixed` has the values for all rows.

    A column that is split is given as its parts, see SplitColumns.

    `words` has what the user answered about words, by field; the error of a formula is replaced in its own column, and
    so is a word that empties it.
    `is_staff_remark` is set if a coordinator filled in the remark for all rows, which is no part of what a row gives.
    """

    def __init__(
        self,
        columns: Iterable[Column],
        fields: Mapping[str, SheetField],
        fixed: Mapping[str, str] | None = None,
        words: Mapping[str, Mapping[str, str | None]] | None = None,
        *,
        is_staff_remark: bool = False,
        escaped: bool = False,
    ) -> None:
        self.fields, self.escaped = fields, escaped
        self.answers = {
            name: {
                fields[name].widget.get_word_key(word): (word, meaning)
                for word, meaning in meanings.items()
                if is_formula_error(word) or fields[name].seems_to_empty(word) or is_emptying(meaning or "")
            }
            for name, meanings in (words or {}).items()
            if name in fields
        }
        self.fixed_remarks, self.is_staff_remark = (fixed or {}).get(REMARKS, ""), is_staff_remark
        columns_by_field: dict[str, list[Column]] = {}
        self.headers: dict[int, str] = {}
        self.fields_by_index: dict[int, str] = {}
        self.rests: list[Column] = []  # of the columns that are split
        for column in columns:
            if column.field and column.index >= 0:
                self.headers[column.index], self.fields_by_index[column.index] = column.header, column.field
                if column.mode == REMAINDER:
                    self.rests.append(column)
                else:
                    columns_by_field.setdefault(column.field, []).append(column)
        self.columns = {
            name: sorted(among, key=lambda column: column.mode == FALLBACK)
            for name, among in columns_by_field.items()
            if len(among) > 1 or among[0].mode
        }
        self.remarks = columns_by_field.get(REMARKS, [])
        combined = [column for among in self.columns.values() for column in among]
        self.has_remainders = has_remainders([*combined, *self.rests])
        self.names = {*self.columns} | ({REMARKS} if self.has_remainders else set())
        """The fields whose cells are combined."""

    def adds_to(self, name: str) -> bool:
        """Whether something is added to the value for all rows of a field, so that it is not the same for all."""
        return name == REMARKS and self.has_remainders

    def find_headers(self, name: str, row: Sequence[Cell], unknown: Collection[str]) -> list[str]:
        """Return the headers of the columns that an error of a combined field in this row is about.

        `unknown` are the words that are no values of the field.
        """
        if name not in self.names:
            return []
        wrong = self.combine(row).wrong.get(name, [])
        texts = {index: as_text(_get_text(row[index])) for index in wrong if index >= 0}
        words = {index: {text.strip(), *split_words(text)} for index, text in texts.items()}
        indexes = [index for index in words if not words[index].isdisjoint(unknown)] or wrong
        return list(dict.fromkeys(self.headers[index] for index in indexes if index in self.headers))

    def find_failed_cells(self, name: str, row: Sequence[Cell]) -> dict[str, str]:
        """Return the errors of formulas in the cells of a combined field in this row, by header."""
        indexes = self.combine(row).indexes.get(name, [])
        cells, _answered = self._replace_answered(row)
        failed = {i: as_text(cells[i]).strip() for i in indexes if i in self.headers and _is_failed(cells[i])}
        return {self.headers[index]: error for index, error in failed.items()}

    def get_joined_texts(self, name: str) -> JoinedTexts | None:
        """Return how the texts of the columns of a field are joined; None if they are not."""
        columns = self.remarks if name == REMARKS else self.columns.get(name, ())
        if not (name == REMARKS and self.has_remainders) and not any(
            column.mode in (JOIN, LABELLED) for column in columns
        ):
            return None
        return JoinedTexts([*filter(None, map(get_label, columns))], self.get_separator(name))

    def _replace_answered(self, row: Sequence[Cell]) -> tuple[Sequence[Cell], dict[str, set[str]]]:
        """Return a row with the user's answers about whole cells instead of these, and the answered words by field."""
        cells, answered = list(row), defaultdict(set)
        rests = {column.index for column in self.rests}  # whose words are those of other columns
        for index, name in self.fields_by_index.items():
            if index in rests:
                continue
            cell, answers = row[index], self.answers.get(name) if name in self.names else None
            if answers and isinstance(cell, str):
                key = self.fields[name].widget.get_word_key(cell.strip())
                if key in answers:
                    word, cells[index] = answers[key]
                    answered[name].add(word)
        return cells, answered

    def combine(self, row: Sequence[Cell]) -> Combination:
        row, answered = self._replace_answered(row)
        cells: dict[str, Cell] = {}
        indexes: dict[str, list[int]] = {}
        joined_pieces: dict[str, tuple[list[Piece], list[Piece]]] = {}
        parts: dict[str, list[Part]] = {}
        left: list[Piece] = []
        filled: list[Column] = []  # or emptied: what of them was left over before is so no more
        for name, columns in self.columns.items():
            if name == REMARKS and self.has_remainders:
                continue
            pieces = _find_pieces(columns, row)
            if any(column.mode in (JOIN, LABELLED) for column in columns):
                joined = [piece for piece in pieces if piece.column.mode != FALLBACK] or pieces[:1]
                cells[name], joined_pieces[name] = self._join(name, joined), (joined, [])
                indexes[name] = [piece.column.index for piece in joined]
                left += [piece for piece in pieces if piece not in joined]
                parts[name] = self._build_parts(name, joined)
            elif pieces:
                chosen, others = self._choose(name, columns, pieces)
                cells[name], indexes[name] = chosen.cell, [chosen.column.index]
                left += others
                pieces = [piece for piece in pieces if piece.column is chosen.column or not _is_failed(piece.cell)]
                rest = (piece.column for piece in pieces if piece.column is not chosen.column)
                remark = self._write_with_header(next(piece for piece in pieces if piece.column is chosen.column))
                first = Part(get_key(chosen.column), None, remark=remark)
                parts[name] = [first, *(Part(get_key(column), None) for column in rest)]
            if has_remainders(columns):
                filled += [piece.column for piece in pieces if not (_is_failed(piece.cell) or _is_emptying(piece.cell))]
                filled += [column for column in columns if _is_emptying(row[column.index])]
            if name in parts:
                parts[name] = _add_emptied(parts[name], columns, row)
        left += [Piece(column, cell) for column in self.rests if (cell := row[column.index])]
        filled += [column for column in self.rests if row[column.index] is not None]
        if self.has_remainders:
            pieces = _find_pieces(self.remarks, row)
            if left and all(_is_emptying(piece.cell) for piece in pieces):
                pieces = []
            own_pieces = pieces
            if self.fixed_remarks and not pieces:
                pieces = [Piece(Column(-1, ""), self.fixed_remarks)]
                own_pieces = [] if self.is_staff_remark else pieces
            text = fold(" ".join(as_text(_get_text(piece.cell)) for piece in pieces))
            left = [
                piece
                for piece in left
                if not _is_failed(piece.cell) and fold(f"{piece.column.header} {_get_text(piece.cell)}") not in text
            ]
            left = self._merge_by_column(left)
            cells[REMARKS], joined_pieces[REMARKS] = self._join(REMARKS, pieces, left), (pieces, left)
            indexes[REMARKS] = [piece.column.index for piece in [*pieces, *left]]
            remarks = self._build_parts(REMARKS, own_pieces) + [
                Part(fold(piece.column.key), self._write_with_header(piece)) for piece in left
            ]
            keys = {part.key for part in remarks}
            remarks += [Part(key, None) for key in dict.fromkeys(fold(c.key) for c in filled) if key not in keys]
            parts[REMARKS] = _add_emptied(remarks, self.remarks, row)
        wrong = {name: _find_wrong(row, of_field) for name, of_field in indexes.items()}
        return Combination(cells, indexes, wrong, answered, joined_pieces, parts)

    def _build_parts(self, name: str, pieces: Iterable[Piece]) -> list[Part]:
        is_line = not isinstance(self.fields[name].model_field, models.TextField)
        parts = []
        for piece in pieces:
            if not _is_emptying(piece.cell):
                text = get_label(piece.column) + self._write(piece)
                parts.append(Part(get_key(piece.column), " ".join(text.split()) if is_line else text))
        return parts

    def split(self, name: str, text: str, combination: Combination) -> dict[int, str | None]:
        """Return the texts by column that are joined as this corrected text of a field; empty if there are none.

        A column whose text was taken out gets None.
        """
        pieces, left = combination.pieces.get(name, ([], []))
        joined = self.get_joined_texts(name)
        texts = split_joined(
            joined.drop_bare_labels(text) if joined else text,
            [(get_label(piece.column), self._write(piece)) for piece in pieces],
            [self._write_with_header(piece) for piece in left],
            self.get_separator(name),
        )
        return {piece.column.index: own for piece, own in zip(pieces, texts or (), strict=texts is not None)}

    def take_out(self, name: str, text: str, earlier: Sequence[Part]) -> tuple[str, dict[int, str]]:
        """Return a corrected text of a field without the parts that only earlier lists gave, and their new cells.

        A part that was changed is found by its label. One that was taken out gets the word that empties it.
        """
        earlier = [part for part in earlier if isinstance(part.value, str)]
        columns = {get_key(column): column for column in self.columns.get(name, ()) if column.mode in (JOIN, LABELLED)}
        joined = JoinedText(text, self.get_separator(name), [(part.key, part.value) for part in earlier])
        joined.locate_labels({part.key: get_label(columns[part.key]) for part in earlier if part.key in columns})
        cells = {}
        for key, before, *_rest in earlier:
            if key in columns and joined.get(key).split() != before.split():
                cells[columns[key].index] = joined.get(key).removeprefix(get_label(columns[key])) or EMPTYING_WORD
        return joined.replace(dict.fromkeys((part.key for part in earlier), "")), cells

    def replace_parts(self, name: str, parts: Sequence[Part], value: Any) -> list[Part]:
        """Return the parts of a field of which a user typed the value that its cells give together.

        A column with the error of a formula that was taken out counts as blank.
        """
        if name == REMARKS and self.is_staff_remark and isinstance(value, str):
            value = f"{value}\n".removeprefix(f"{self.fixed_remarks}\n").removesuffix("\n")
        filled = [part for part in parts if part.value]
        columns = self.remarks if name == REMARKS else self.columns.get(name, ())
        labels = {key: get_label(column) for column in columns for key in (get_key(column), fold(column.key))}
        texts: list[str | None] | None = None
        own = [part for part in filled if part.key in labels]
        failed = self.find_failed_parts(name, own)
        if isinstance(value, str) and all(isinstance(part.value, str) for part in filled):
            pieces = [(labels[part.key], part.value.removeprefix(labels[part.key])) for part in own]
            left = [part.value for part in filled if part not in own]
            texts = split_joined(value, pieces, left, self.get_separator(name))
        if texts is None:
            first = next(iter([part for part in own if part.key not in failed] or own or filled or parts)).key
            typed = [Part(part.key, value if part.key == first else "") for part in parts]
        else:
            values = {part.key: labels[part.key] + text if text else "" for part, text in zip(own, texts, strict=True)}
            typed = [part._replace(value=values.get(part.key, part.value)) for part in parts]
        return [part for part in typed if part.value or part.key not in failed]

    def find_rests(self, name: str, parts: Iterable[Sequence[Any]]) -> list[Part]:
        """Return the parts of a row that other columns add to its remarks."""
        own = {"", *map(get_key, self.remarks)}
        of_row = [part for part in (Part(*part) for part in parts) if part.is_given and part.value]
        return [part for part in of_row if name == REMARKS and part.key not in own]

    def find_failed_parts(self, name: str, parts: Iterable[Part]) -> set[str]:
        """Return the keys of the parts that are the error of a formula."""
        joined = self.get_joined_texts(name)
        texts = ((part.key, part.value) for part in parts if isinstance(part.value, str))
        return {key for key, text in texts if joined and joined.find_failed(text)}

    def _choose(self, name: str, columns: list[Column], pieces: list[Piece]) -> tuple[Piece, list[Piece]]:
        """Return the piece that is the value of a field, and what is left over."""
        field, modes = self.fields[name], {column.mode for column in columns}
        chosen, rest = pieces[0], ""
        if field.is_phone and modes & {FIRST, MOBILE}:
            numbers = [(piece, number) for piece in pieces for number in self._split_numbers(field, piece.cell)]
            mobile = (pair for pair in numbers if MOBILE in modes and is_mobile(self._normalize(field, pair[1])))
            chosen, number = next(mobile, numbers[0])
            if number != chosen.cell:
                rest = take_out(str(chosen.cell), str(number))
            pieces = [piece for piece in pieces if piece is not chosen]
            chosen = Piece(chosen.column, number)
        value = self._normalize(field, chosen.cell)
        others = [Piece(chosen.column, rest), *pieces] if any(map(str.isalnum, rest)) else pieces
        return chosen, [
            piece for piece in others if piece is not chosen and self._normalize(field, piece.cell) != value
        ]

    @staticmethod
    def _split_numbers(field: SheetField, cell: Cell) -> list[Cell]:
        """Return the telephone numbers in a cell, or the cell itself."""
        if not isinstance(cell, str) or field.is_valid_cell(cell):
            return [cell]
        return [*find_numbers(cell)] or [cell]

    def _normalize(self, field: SheetField, cell: Cell) -> str:
        try:
            return str(field.widget.clean(cell)) if not isinstance(cell, Private) else cell.text
        except ValidationError:
            return fold(as_text(cell))

    def _join(self, name: str, pieces: list[Piece], left: Sequence[Piece] = ()) -> Any:
        """Return the texts of these pieces as one cell; that of a left over piece has its header before it.

        The error of a formula stands among them. The word that empties a field is the whole cell.
        """
        if not pieces and not left:
            return None
        if emptying := next((piece.cell for piece in pieces if _is_emptying(piece.cell)), None):
            return emptying
        texts = [get_label(piece.column) + self._write(piece) for piece in pieces]
        texts += [self._write_with_header(piece) for piece in left]
        text = self.get_separator(name).join(texts)
        return Private(text) if any(isinstance(piece.cell, Private) for piece in [*pieces, *left]) else text

    def get_separator(self, name: str) -> str:
        """Return what stands between the texts of the columns of a field."""
        is_labelled = any(column.mode == LABELLED for column in self.columns.get(name, ()))
        return get_separator(self.fields[name], is_labelled=is_labelled)

    def _merge_by_column(self, pieces: Iterable[Piece]) -> list[Piece]:
        """Return these pieces with those of one column, as of one that is split, together in one."""
        by_key: dict[str, list[Piece]] = {}
        for piece in pieces:
            by_key.setdefault(piece.column.key, []).append(piece)
        merged = []
        for first, *others in by_key.values():
            cell: Any = first.cell
            if others:
                text = ", ".join(map(self._write, [first, *others]))
                cell = Private(text) if any(isinstance(piece.cell, Private) for piece in [first, *others]) else text
            merged.append(Piece(first.column, cell))
        return merged

    def _write_with_header(self, piece: Piece) -> str:
        return f"{piece.column.header}: {self._write(piece)}"

    def _write(self, piece: Piece) -> str:
        """Return the text of a piece; a telephone number of which a spreadsheet dropped the zero gets it back."""
        text = as_text(_get_text(piece.cell))
        field = self.fields[piece.column.field] if piece.column.field else None
        if field and field.is_phone and not isinstance(piece.cell, str | Private) and field.is_valid_cell(piece.cell):
            return format_phone(str(field.widget.clean(piece.cell)))
        return str(unescape(text)) if self.escaped else text


def get_label(column: Column) -> str:
    """Return what stands before the text of a column."""
    return f"{column.header}: " if column.mode == LABELLED else ""


def get_key(column: Column) -> str:
    """Return the key of the part that a column gives of its field."""
    return fold(column.key) if column.mode in (JOIN, LABELLED, FALLBACK) else ""


def get_separator(field: SheetField, *, is_labelled: bool) -> str:
    """Return what stands between the texts that columns give of a field, some of which may have a label."""
    if field.widget.multiple:
        return "; "
    if isinstance(field.model_field, models.TextField):
        return "\n"
    return ", " if is_labelled else " "


def _add_emptied(parts: list[Part], columns: Iterable[Column], row: Sequence[Cell]) -> list[Part]:
    """Return the parts with those of the columns that a word empties in this row."""
    keys = {part.key for part in parts}
    emptied = [get_key(column) for column in columns if _is_emptying(row[column.index])]
    return [*parts, *(Part(key, "") for key in emptied if key not in keys)]


def has_remainders(columns: Iterable[Column]) -> bool:
    """Whether these columns may hold something that does not fit in their fields, so that it becomes a remark."""
    return any(column.mode in WITH_REMAINDER for column in columns)


def _find_pieces(columns: Iterable[Column], row: Sequence[Cell]) -> list[Piece]:
    """Return the filled cells of a row in these columns; a cell that empties the field only if no other is filled."""
    pieces = [
        Piece(column, cell)
        for column in columns
        if isinstance(cell := row[column.index], Private)
        or (cell is not None and (text := as_text(cell)) and not is_placeholder(text))
    ]
    return [piece for piece in pieces if not _is_emptying(piece.cell)] or pieces[:1]


def _find_wrong(row: Sequence[Cell], indexes: list[int]) -> list[int]:
    """Return those of these columns that have a number that may not be stored or else a failed formula, or all."""
    own = [index for index in indexes if index >= 0]
    private = [index for index in own if isinstance(row[index], Private)]
    return private or [index for index in own if _is_failed(row[index])] or indexes


def _is_emptying(cell: Cell) -> bool:
    return isinstance(cell, str) and is_emptying(cell)


def _is_failed(cell: Cell) -> bool:
    return isinstance(cell, str) and is_formula_error(cell.strip())


def _get_text(cell: Cell) -> Cell:
    return cell.text if isinstance(cell, Private) else cell
