"""Matches the columns of a list to fields, by earlier decisions for the same organisation or by their headers."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process
from xlsxwriter.utility import xl_col_to_name

from dossiers import privacy
from dossiers.models import FULL_NAME, FULL_NAMES, NAME_FIELDS, ImportRun, RecordKind
from dossiers.models.imports.import_profile import (
    FALLBACK,
    FIRST,
    JOIN,
    LABELLED,
    MOBILE,
    SPLIT_FIELDS,
    SPLITS_WITH_REST,
    WHOLE,
    split_target,
)
from dossiers.models.imports.partner_submissions import MUNICIPAL_FIELDS
from dossiers.spreadsheets.imports.columns.splits import SPLITS
from dossiers.spreadsheets.resources import DossierResource, RecordResource
from dossiers.spreadsheets.synonyms import SYNONYMS, VAGUE
from dossiers.spreadsheets.values import fold

MIN_HEADER_SIMILARITY = 86  # a score of at most 100, which allows one wrong letter in a word of seven
MIN_LETTERS_OF_SIMILAR_HEADER = 5  # a shorter word with one other letter is often another word
UNKNOWN, PRIVACY, REASONS, HIDDEN, BESIDE = "unknown", "privacy", "reasons", "hidden", "beside"
AS_ROWS = "rows"  # of a table beside the list, whose rows are read as rows of the list
NO_COLUMNS: Mapping[int, str] = MappingProxyType({})
REMARKS = "notes"  # the field that gets what columns of other fields have left
UNDER_TITLE = _("Under the title")  # before the title of its part in the remarks of a row
REMAINDER = "remainder"  # the mode of the remarks if the list has no column of them, and of what a split leaves
MODE_LABELS = {
    JOIN: _("%(field)s (joined)"),
    LABELLED: _("%(field)s (joined, with the name of the column)"),
    FALLBACK: _("%(field)s (where it is still empty)"),
    FIRST: _("%(field)s (the first number)"),
    MOBILE: _("%(field)s (the mobile number)"),
    WHOLE: _("%(field)s (a cell that can't be split becomes a remark)"),
}
ONLY_COLUMN_LABELS = {
    JOIN: _("%(field)s (only the part of this column)"),
    LABELLED: _("%(field)s (only the part of this column, with its name)"),
}
"""Of a column that no other column in the list is joined with: what other columns gave before stays."""
PARTS_OF_HEADER = re.compile(r"/|\bof\b", re.IGNORECASE)
REASON = re.compile(r"Reden \(import (\d+)\)")  # the header of the column with reasons in an error workbook


@dataclass
class Column:
    """A column of a list; if it is not imported, `field` is None and `dropped` has the reason."""

    index: int
    header: str
    field: str | None = None
    dropped: str | None = None
    occurrence: int = 1  # 2 for the second column with the same header, and so on
    mode: str = ""  # how it fills its field, if it is not the only column of the field: see FILL_MODES

    @property
    def key(self) -> str:
        """The key of this column in the decisions of a run or a profile."""
        return self.header if self.occurrence == 1 else f"{self.header} ({self.occurrence})"

    @property
    def label(self) -> str:
        """The header, with the letter of the column in a spreadsheet if another column before it has the same."""
        if self.occurrence == 1:
            return self.header
        return gettext("%(header)s (column %(letter)s)") % {"header": self.header, "letter": xl_col_to_name(self.index)}

    @property
    def target(self) -> str | None:
        """The decision about this column: its field, with the way it is filled."""
        return build_target(self.field, self.mode) if self.field else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"key": self.key}


def find_labels_of_added_lines(run: ImportRun) -> tuple[str, ...]:
    """Return what stands before the lines that are added to the remarks from other columns and from titles."""
    columns = (column for column in columns_of(run) if column.field and column.field != REMARKS and column.header)
    return tuple(f"{' '.join(header.split())}: " for header in (str(UNDER_TITLE), *(c.header for c in columns)))


def columns_of(run: ImportRun) -> list[Column]:
    """Return the columns with which a list was read."""
    return [Column(**{name: value for name, value in column.items() if name != "key"}) for column in run.columns]


class Headers:
    """The headers that are recognized for the columns of a record."""

    def __init__(self, resource: RecordResource) -> None:
        self.resource = resource
        self.fields: dict[str, str] = {}
        fields = {name: field for name, field in resource.sheet_fields().items() if field.in_use}
        for name, words in SYNONYMS[resource.kind].items():
            if name in fields or name in FULL_NAMES:
                self.fields |= {fold(word): name for word in words.split("|")}
        for name, field in fields.items():
            self.fields |= {fold(str(field.column_name)): name, fold(name): name}
        self.fields.pop("", None)
        names = {*fields, *(FULL_NAMES if resource.kind == RecordKind.DOSSIERS else ())}
        self.vague_fields: dict[str, list[str]] = {}
        for name in (name for name in VAGUE if name in names):
            for word in map(fold, VAGUE[name].split("|")):
                if word not in self.fields:
                    self.vague_fields.setdefault(word, []).append(name)
        self.splits = {name: SPLITS[name] for name in SPLITS_WITH_REST if fields.keys() >= {*SPLIT_FIELDS[name]}}
        """The ways to split a column that are proposed."""

    def exact(self, header: str) -> str | None:
        """Return the field of a known header, or of one such as `Telefoon/mobiel`, of which both parts are known so."""
        fields = {self.fields.get(part) for part in _split_header(header)}
        return self.fields.get(fold(header)) or (fields.pop() if len(fields) == 1 else None)

    def find_claimed(self, header: str) -> list[str]:
        """Return the fields that the parts of a header such as `Taal/niveau` mean, and that the whole looks like."""
        parts = _split_header(header)
        if not parts or self.exact(header):
            return []
        return list(filter(None, dict.fromkeys([*map(self.fields.get, parts), self.near(header)])))

    def find_split(self, header: str) -> str:
        """Return how the column with this header is split, or with one such as `Postcode/plaats`; "" if it is not."""
        fields = {self.fields.get(part) for part in _split_header(header)}
        for name, split in self.splits.items():
            if fold(header) in split.headers.split("|") or (len(fields) > 1 and fields <= {*SPLIT_FIELDS[name]}):
                return name if self.fields.get(fold(header)) in {None, *split.stands_for} else ""
        return ""

    def near(self, header: str) -> str | None:
        """Return the field of the most similar known header, to allow for typos; None if no header is similar."""
        folded = fold(header)
        if len(folded) < MIN_LETTERS_OF_SIMILAR_HEADER:
            return None
        known = [word for word in self.fields if len(word) >= MIN_LETTERS_OF_SIMILAR_HEADER]
        match = process.extractOne(folded, known, scorer=fuzz.ratio, score_cutoff=MIN_HEADER_SIMILARITY)
        return self.fields[match[0]] if match else None

    def vague(self, header: str) -> str | None:
        """Return the field of a header that says little; None if it has another meaning here."""
        return next(iter(self.find_vague(header)), None)

    def find_vague(self, header: str) -> list[str]:
        """Return all fields that a header that says little can mean."""
        return self.vague_fields.get(fold(header), [])

    def known(self, header: str) -> bool:
        """Whether a text is a known header; the reader uses this to find the header row."""
        return bool(self.exact(header)) or privacy.forbidden_header(header)


def find_municipal_headers(headers: Iterable[str]) -> list[str]:
    """Return those of a partner's headers that are known, but for fields which the municipality fills in."""
    known = Headers(DossierResource())
    return [header for header in headers if (known.exact(header) or known.near(header)) in MUNICIPAL_FIELDS]


class UnclearHeaders(Exception):
    """The fields of the columns with these headers do not follow from them."""

    def __init__(self, headers: Iterable[str]) -> None:
        self.headers = list(headers)
        super().__init__(", ".join(self.headers))


class TwoColumnsForOneField(UnclearHeaders):
    """Two columns match one `field` equally well."""

    def __init__(self, columns: Iterable["Column"], field: str) -> None:
        super().__init__(column.key for column in columns)
        self.field = field


class TwoFieldsForOneColumn(UnclearHeaders):
    """The header of a column means the two `fields`."""

    def __init__(self, header: str, fields: Iterable[str]) -> None:
        super().__init__([header])
        self.fields = list(fields)


def build_columns(header: Iterable[str]) -> list[Column]:
    """Return a column without a field for each header."""
    seen: Counter[str] = Counter()
    columns = []
    for index, text in enumerate(header):
        seen[text] += 1
        columns.append(Column(index, text, occurrence=seen[text]))
    return columns


def suggest(
    header: list[str],
    known: Headers,
    decided: Mapping[str, str | None],
    skipped: Mapping[int, str] = NO_COLUMNS,
    remembered: Collection[str] = (),
    splits: Mapping[int, str] = NO_COLUMNS,
) -> list[Column]:
    """Return a column with its suggested field for each header.

    Raises TwoColumnsForOneField or TwoFieldsForOneColumn.

    `decided` maps headers to fields, or to None for columns to leave out, as in an import profile. It has priority over
    exact headers, these over similar ones, and these over vague ones. Columns with a forbidden header are always left
    out, and so are those in `skipped`, which has the reason by index.

    `remembered` are the headers that only earlier lists decided: they do not say that another column of this list with
    an exact header for the same field counts less. `splits` are the columns, by index, whose header and cells show that
    they are split.
    """
    columns = build_columns(header)
    targets = {fold(text): field for text, field in decided.items()}
    for column in columns:
        column.dropped = _reason_to_drop(column, skipped)
        if not column.dropped and fold(column.key) in targets:
            column.field, column.mode = split_target(targets[fold(column.key)] or "")
            column.field = column.field or None
            column.dropped = None if column.field else UNKNOWN
        elif not column.dropped:
            column.field = splits.get(column.index)
    for field in find_unclear_fields(column.target for column in columns):
        raise TwoColumnsForOneField([column for column in columns if column.field == field], field)
    _claim(columns, known.exact, remembered={*map(fold, remembered)})
    for column in columns:
        if not column.field and not column.dropped and len(fields := known.find_claimed(column.header)) > 1:
            raise TwoFieldsForOneColumn(column.header, fields)
    _claim(columns, known.near)
    _claim(columns, known.vague, is_vague=True)
    has_part_of_name = any(column.field in NAME_FIELDS for column in columns)
    for column in columns:
        if has_part_of_name and column.field in FULL_NAMES:  # the columns with parts of the name have priority
            column.field = None
        if not column.field and not column.dropped:
            column.dropped = UNKNOWN
    return columns


def match_columns(
    header: Sequence[str], other: Sequence[str], known: Headers, decided: Mapping[str, str | None]
) -> dict[int, int]:
    """Return the index in `header` of the column with the same field, by the index in the header of another table.

    None are matched if only one of the tables has full names, or in another order, since the people of the other one
    would lose their name.
    """
    try:
        indexes, fields = (_number_by_target(suggest(list(texts), known, decided)) for texts in (header, other))
    except UnclearHeaders:
        return {}
    if {target for target, _number in indexes} & {*FULL_NAMES} != {target for target, _number in fields} & {
        *FULL_NAMES
    }:
        return {}
    return {index: indexes[field] for field, index in fields.items() if field in indexes}


def _number_by_target(columns: list[Column]) -> dict[tuple[str, int], int]:
    """Return the index of each column with a field, by its target and its number among the columns with that target."""
    counts: Counter[str] = Counter()
    indexes = {}
    for column in columns:
        if column.target:
            counts[column.target] += 1
            indexes[column.target, counts[column.target]] = column.index
    return indexes


def build_target(field: str, mode: str) -> str:
    return f"{field}:{mode}" if mode else field


def find_unclear_fields(targets: Iterable[str | None]) -> list[str]:
    """Return the fields that several of these columns fill without saying how."""
    modes: dict[str, list[str]] = {}
    for field, mode in map(split_target, filter(None, targets)):
        modes.setdefault(field, []).append(mode)
    return [
        field
        for field, among in modes.items()
        if (main := [mode for mode in among if mode not in (JOIN, LABELLED, FALLBACK)])
        and (len(main) > 1 or len(main) + among.count(FALLBACK) < len(among))
    ]


def find_fill_modes(resource: RecordResource, name: str) -> list[str]:
    """Return the ways in which several columns, or a column with several values in a cell, can fill a field."""
    if name in SPLITS:
        return [*SPLITS[name].split_by_mode]
    if name == "reference":
        return []
    field = resource.sheet_fields()[name]
    if name == REMARKS:
        return [JOIN, LABELLED]
    if field.widget.multiple:
        return [JOIN]
    joined = [JOIN, LABELLED] if field.is_any_text and name not in resource.identity else []
    return [*joined, FALLBACK, *([FIRST, MOBILE] if field.is_phone else [])]


def column_targets(resource: RecordResource) -> dict[str, str]:
    """Return the labels of all that can be decided about a column: the choices, and the ways to fill their fields."""
    targets = {}
    for name, label in column_choices(resource).items():
        targets[name] = str(label)
        for mode in find_fill_modes(resource, name):
            targets[build_target(name, mode)] = str(MODE_LABELS[mode]) % {"field": label}
    return targets


def column_choices(resource: RecordResource) -> dict[str, str | Promise]:
    """Return the labels of what a column can be mapped to: the fields in use, and what is split into some of them."""
    choices: dict[str, str | Promise] = {}
    fields = resource.sheet_fields()
    for name, field in fields.items():
        for split in SPLITS:
            if SPLIT_FIELDS[split][0] == name and fields.keys() >= {*SPLIT_FIELDS[split]}:
                choices[split] = SPLITS[split].label
        if field.in_use:
            choices[name] = field.column_name
    return choices


def _reason_to_drop(column: Column, skipped: Mapping[int, str]) -> str | None:
    """Return why a column is left out regardless of the decisions; None if it is not."""
    if privacy.forbidden_header(column.header):
        return PRIVACY
    if column.index in skipped:
        return skipped[column.index]
    if not column.header:
        return UNKNOWN
    return REASONS if REASON.fullmatch(column.header) else None


def _claim(
    columns: list[Column],
    claim: Callable[[str], str | None],
    *,
    is_vague: bool = False,
    remembered: Collection[str] = (),
) -> None:
    """Set the fields that `claim` returns for the headers of undecided columns, unless the field is already taken.

    Full names are one field in whichever order. Of several columns with vague headers for one field none gets it.
    Columns with these `remembered` headers do not take their field from another one that claims it.
    """
    taken: dict[str, list[Column]] = {}
    for column in columns:
        if column.field and column.mode != FALLBACK:
            taken.setdefault(_without_order(column.field), []).append(column)
    claims: dict[str, list[Column]] = {}
    for column in columns:
        if not column.field and not column.dropped and (field := claim(column.header)):
            claims.setdefault(_without_order(field), []).append(column)
    if not {*taken, *claims}.isdisjoint(NAME_FIELDS):
        claims.pop(FULL_NAME, None)
    for field, claimants in claims.items():
        holders = taken.get(field, [])
        if not all(fold(column.key) in remembered for column in holders) or (len(claimants) > 1 and is_vague):
            continue
        claimants = sorted([*holders, *claimants], key=lambda column: column.index)
        if len(claimants) > 1:
            raise TwoColumnsForOneField(claimants, claim(claimants[0].header) or field)
        claimants[0].field = claim(claimants[0].header)


def _split_header(header: str) -> list[str]:
    """Return the parts between `/` or `of`; none if the header has only one."""
    parts = list(filter(None, map(fold, PARTS_OF_HEADER.split(header))))
    return parts if len(parts) > 1 else []


def _without_order(field: str) -> str:
    return FULL_NAME if field in FULL_NAMES else field
