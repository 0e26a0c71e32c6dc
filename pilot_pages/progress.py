"""How the pilot goes, as pages show it: the figures that were released for the website, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from dossiers.figures.labels import get_part_names
from dossiers.models import Evaluation
from dossiers.reports.charts import describe_chart, draw_chart, format_cell
from dossiers.reports.evaluations import describe_period, get_public_tables, get_scope
from dossiers.reports.rounding import MIN_BARS
from dossiers.reports.tables import WORDS, Cell, Column, Row, Table
from dossiers.reports.website import get_evaluation_on_website
from pilot_pages.subjects import SUBJECTS

MOST_ON_A_TELEPHONE, MOST_ON_A_DESK = 2, 5  # columns that stand beside each other in the column of text


@dataclass(frozen=True)
class ShownCell:
    """In words, under the words of its column, and the number itself where it tells one."""

    label: str
    text: str
    value: float | str | None
    is_words: bool


@dataclass(frozen=True)
class ShownRow:
    """`is_name` says that only our language has its label: the name of an organisation, say, on an English page."""

    label: str
    cells: list[ShownCell]
    is_name: bool = False


@dataclass(frozen=True)
class ShownTable:
    """A table in words; `wide` and `narrow` are its chart, for a desk and for a telephone, empty without one."""

    name: str
    anchor: str
    title: str
    explanation: str
    rows_label: str
    columns: tuple[Column, ...]
    rows: list[ShownRow]
    total: ShownRow | None
    breadth: str  # when its columns fit beside each other: "narrow" always, "broad" on a desk, "widest" nowhere
    wide: SafeString
    narrow: SafeString
    alternative: str
    is_drawn_in_part: bool  # whether rows without a number are missing from the chart


@dataclass(frozen=True)
class Subject:
    anchor: str
    title: str
    tables: list[ShownTable]


@dataclass(frozen=True)
class Progress:
    """What was released: of which period and whom, counted and published when, and the language of its figures."""

    title: str
    kind: str
    language: str
    period: str
    begin: date | None
    end: date
    concerned: str  # empty: everybody
    frozen_on: date | None
    released_on: date | None
    subjects: list[Subject]


def progress(*names: str, first_only: bool = False) -> Progress | None:
    """The edition that the website shows, of these subjects only where some are named; None before there is one."""
    evaluation = get_evaluation_on_website()
    if evaluation is None:
        return None
    asked = translation.get_language()
    language = asked if asked in evaluation.public_in else settings.LANGUAGE_CODE
    with translation.override(language):
        subjects = list(_subjects(evaluation, language, names or tuple(SUBJECTS), first_only))
    scope = get_scope(evaluation)
    return Progress(
        title=evaluation.title,
        kind=evaluation.kind,
        language=language,
        period=describe_period(evaluation),
        begin=evaluation.begin,
        end=evaluation.end,
        concerned=", ".join(get_part_names(scope)),
        frozen_on=evaluation.frozen_at and timezone.localdate(evaluation.frozen_at),
        released_on=evaluation.released_at and timezone.localdate(evaluation.released_at),
        subjects=subjects,
    )


def _subjects(evaluation: Evaluation, language: str, names: tuple[str, ...], first_only: bool) -> Iterator[Subject]:
    translated, in_ours = get_public_tables(evaluation, language), get_public_tables(evaluation)
    for name in names:
        pairs = zip(translated.get(name, ()), in_ours.get(name, ()), strict=True)
        tables = [_shown(name, table, _names(table, ours)) for table, ours in pairs if table.rows or table.tells_total]
        if tables:
            yield Subject(name, str(SUBJECTS[name]), tables[:1] if first_only else tables)


def _names(table: Table, ours: Table) -> set[str]:
    """Those of records that are called the same in our language; none of a table in that language itself."""
    own = {row.label for row in ours.rows}
    return set() if table == ours else {row.label for row in table.rows if row.is_of_record and row.label in own}


def _shown(subject: str, table: Table, names: set[str]) -> ShownTable:
    is_words = all(column.unit == WORDS for column in table.columns)
    breadth = "widest"
    if len(table.columns) <= MOST_ON_A_TELEPHONE:
        breadth = "narrow"
    elif len(table.columns) <= MOST_ON_A_DESK:
        breadth = "broad"
    drawn = _rows_to_draw(table) >= MIN_BARS
    return ShownTable(
        name=table.name,
        anchor=f"{subject}-{table.name}",
        title=table.title,
        explanation="" if is_words else table.explanation,  # that of words is for who writes them
        rows_label=table.rows_label,
        columns=table.columns,
        rows=[_row(row, table, names) for row in table.rows],
        total=_row(table.total, table, names) if table.total else None,
        breadth=breadth,
        wide=_drawing(table) if drawn else SafeString(),
        narrow=_drawing(table, narrow=True) if drawn else SafeString(),
        alternative=describe_chart(table),
        is_drawn_in_part=drawn and _rows_to_draw(table) < len(table.rows),
    )


def _row(row: Row, table: Table, names: set[str]) -> ShownRow:
    pairs = zip(row.cells, table.columns, strict=True)
    cells = [
        ShownCell(column.label, format_cell(cell, column), _value(cell), column.unit == WORDS) for cell, column in pairs
    ]
    return ShownRow(row.label, cells, row.label in names)


def _value(cell: Cell) -> float | str | None:
    """A decimal as the nearest number that JSON has."""
    return float(cell.value) if isinstance(cell.value, Decimal) else cell.value


def _rows_to_draw(table: Table) -> int:
    """How many rows have a number in the column that is drawn."""
    if not table.chart:
        return 0
    place = table.column(table.chart[0])
    values = (row.cells[place].value for row in table.rows)
    return sum(value is not None and not isinstance(value, str) for value in values)


def _drawing(table: Table, *, narrow: bool = False) -> SafeString:
    return mark_safe(draw_chart(table, narrow=narrow))  # noqa: S308  (drawn by vl-convert, which escapes texts)
