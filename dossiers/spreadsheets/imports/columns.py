"""Which column of a list is which field: suggested from its header, or as it was decided for this sender before."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rapidfuzz import fuzz, process

from dossiers import privacy
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.synonyms import SYNONYMS
from dossiers.spreadsheets.values import fold

NEAR = 86  # of 100: one wrong letter in a word of seven
SHORTEST_NEAR_MISS = 5  # letters: in shorter words one other letter makes another word
UNKNOWN, PRIVACY, REASONS, HIDDEN = "unknown", "privacy", "reasons", "hidden"
REASON = re.compile(r"Reden \(import (\d+)\)")  # the column that we add to a list that goes back to its sender


@dataclass
class Column:
    """A column of a list; `field` is None when it is left out, and `dropped` says why."""

    index: int
    header: str
    field: str | None = None
    dropped: str | None = None

    occurrence: int = 1  # the header's first, second, … time

    @property
    def key(self) -> str:
        """What decisions about this column are kept under."""
        return self.header if self.occurrence == 1 else f"{self.header} ({self.occurrence})"

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"key": self.key}


class Headers:
    """The headers that a record's columns are known by."""

    def __init__(self, resource: RecordResource) -> None:
        self.fields: dict[str, str] = {}
        fields = {name: field for name, field in resource.sheet_fields().items() if field.offered}
        for name, words in SYNONYMS[resource.kind].items():
            if name in fields:
                self.fields |= {fold(word): name for word in words.split("|")}
        for name, field in fields.items():
            self.fields |= {fold(str(field.column_name)): name, fold(name): name}
        self.fields.pop("", None)

    def exact(self, header: str) -> str | None:
        return self.fields.get(fold(header))

    def near(self, header: str) -> str | None:
        """The field of the header that looks most like this one, small typos included."""
        folded = fold(header)
        if len(folded) < SHORTEST_NEAR_MISS:
            return None
        known = [word for word in self.fields if len(word) >= SHORTEST_NEAR_MISS]
        match = process.extractOne(folded, known, scorer=fuzz.ratio, score_cutoff=NEAR)
        return self.fields[match[0]] if match else None

    def known(self, header: str) -> bool:
        """Whether a text looks like a header; the reader finds the header row by it."""
        return bool(self.exact(header)) or privacy.forbidden_header(header)


class TwoColumnsForOneField(Exception):
    """Two columns have an equal claim to a field; carries their headers."""

    def __init__(self, headers: Iterable[str]) -> None:
        self.headers = list(headers)
        super().__init__(", ".join(self.headers))


def suggest(
    header: list[str], known: Headers, decided: Mapping[str, str | None], hidden: Collection[int] = ()
) -> list[Column]:
    """A column for each header; raises TwoColumnsForOneField.

    Those at the places in `hidden` are left out.

    `decided` maps headers to fields (None: leave out), as an import profile keeps them; what it says goes first, then
    exact synonyms, then near misses. A forbidden header is dropped whatever was decided.
    """
    seen: Counter[str] = Counter()
    columns = []
    for index, text in enumerate(header):
        seen[text] += 1
        columns.append(Column(index, text, occurrence=seen[text]))
    remembered = {fold(text): field for text, field in decided.items()}
    for column in columns:
        column.dropped = _reason_to_drop(column, hidden)
        if not column.dropped and fold(column.key) in remembered:
            column.field = remembered[fold(column.key)]
            column.dropped = None if column.field else UNKNOWN
    for claim in (known.exact, known.near):
        _claim(columns, claim)
    for column in columns:
        if not column.field and not column.dropped:
            column.dropped = UNKNOWN
    return columns


def _reason_to_drop(column: Column, hidden: Collection[int]) -> str | None:
    """Why a column is left out whatever was decided about its header."""
    if privacy.forbidden_header(column.header):
        return PRIVACY
    if column.index in hidden:
        return HIDDEN
    if not column.header:
        return UNKNOWN
    return REASONS if REASON.fullmatch(column.header) else None


def _claim(columns: list[Column], claim: Callable[[str], str | None]) -> None:
    """Give undecided columns their field, unless an earlier way took it."""
    taken = {column.field for column in columns if column.field}
    claims: dict[str, list[Column]] = {}
    for column in columns:
        if not column.field and not column.dropped and (field := claim(column.header)) and field not in taken:
            claims.setdefault(field, []).append(column)
    for field, claimants in claims.items():
        if len(claimants) > 1:
            raise TwoColumnsForOneField(column.header for column in claimants)
        claimants[0].field = field
