"""The figures of the pilot that pages show: only those that were released for the website."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from config.environment import DEMO
from dossiers.figures.labels import get_part_names
from dossiers.reports.charts import describe_chart, draw_chart, format_cell
from dossiers.reports.evaluations import describe_period, get_public_tables, get_scope
from dossiers.reports.registry import REPORTS
from dossiers.reports.rounding import MIN_BARS, explain_rounding
from dossiers.reports.tables import WORDS, Column, Row, Table
from dossiers.reports.website import get_evaluation_on_website, get_withdrawn_from_website

MAX_COLUMNS_ON_PHONE, MAX_COLUMNS_ON_DESKTOP = 2, 5  # that fit beside each other within the width of the text


@dataclass(frozen=True)
class ShownCell:
    """A cell as text, with the label of its column. `value` is its number or text; None if it has none."""

    label: str
    text: str
    value: float | str | None
    is_words: bool


@dataclass(frozen=True)
class ShownRow:
    """A row. `is_untranslated` means that its label is Dutch in all languages, such as the name of an organisation."""

    label: str
    cells: list[ShownCell]
    is_untranslated: bool = False


@dataclass(frozen=True)
class ShownTable:
    """A table as text. `wide` and `narrow` are its chart as SVG for desktops and phones; empty without a chart."""

    name: str
    anchor: str
    title: str
    explanation: str
    rows_label: str
    columns: tuple[Column, ...]
    rows: list[ShownRow]
    total: ShownRow | None
    breadth: str  # where the columns fit beside each other: "narrow" everywhere, "broad" on desktops, "widest" nowhere
    wide: SafeString
    narrow: SafeString
    alternative: str
    is_drawn_in_part: bool  # whether rows without a number are missing from the chart

    @classmethod
    def from_table(cls, subject: str, table: Table, dutch_table: Table) -> Self:
        # The labels of records that are the same in Dutch, such as names; a Dutch table has none.
        dutch_labels = set() if table == dutch_table else {row.label for row in dutch_table.rows}
        untranslated_labels = {row.label for row in table.rows if row.is_of_record and row.label in dutch_labels}
        breadth = "widest"
        if len(table.columns) <= MAX_COLUMNS_ON_PHONE:
            breadth = "narrow"
        elif len(table.columns) <= MAX_COLUMNS_ON_DESKTOP:
            breadth = "broad"
        drawn = _count_drawable_rows(table) >= MIN_BARS
        return cls(
            name=table.name,
            anchor=f"{subject}-{table.name}",
            title=table.title,
            explanation="" if table.has_only_words else table.explanation,  # that of texts is for their authors
            rows_label=table.rows_label,
            columns=table.columns,
            rows=[_build_row(row, table, untranslated_labels) for row in table.rows],
            total=_build_row(table.total, table, untranslated_labels) if table.total else None,
            breadth=breadth,
            wide=_draw_chart(table) if drawn else SafeString(),
            narrow=_draw_chart(table, narrow=True) if drawn else SafeString(),
            alternative=describe_chart(table),
            is_drawn_in_part=drawn and _count_drawable_rows(table) < len(table.rows),
        )


@dataclass(frozen=True)
class Subject:
    anchor: str
    title: str
    tables: list[ShownTable]

    @property
    def is_for_council(self) -> bool:
        return not REPORTS[self.anchor].for_employers


@dataclass(frozen=True)
class Progress:
    """The released figures, with their period and scope, the dates of counting and release, and their language."""

    title: str
    kind: str
    language: str
    period: str
    begin: date | None
    end: date
    concerned: str  # the scope in words; empty for all people
    frozen_on: date | None
    released_on: date | None
    subjects: list[Subject]

    @property
    def is_demo(self) -> bool:
        return bool(settings.MODE == DEMO)

    @property
    def rounding(self) -> str:
        """How the numbers are rounded, in the language of the page, which the figures may not have."""
        return explain_rounding()


def get_progress(*names: str, first_only: bool = False) -> Progress | None:
    """Return the evaluation that the website shows, limited to the named subjects if any; None before a release."""
    evaluation = get_evaluation_on_website()
    if evaluation is None:
        return None
    current_language = translation.get_language()
    language = current_language if current_language in evaluation.public_in else settings.LANGUAGE_CODE
    subjects = []
    with translation.override(language):
        translated_tables, dutch_tables = get_public_tables(evaluation, language), get_public_tables(evaluation)
        for name in names or sorted(REPORTS, key=lambda name: not REPORTS[name].for_employers):
            pairs = zip(translated_tables.get(name, ()), dutch_tables.get(name, ()), strict=True)
            tables = [ShownTable.from_table(name, *pair) for pair in pairs if pair[0].rows or pair[0].tells_total]
            if tables:
                subjects.append(Subject(name, str(REPORTS[name].title), tables[:1] if first_only else tables))
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


@dataclass(frozen=True)
class Withdrawal:
    """The letter whose figures the website showed until it was withdrawn; why is not public."""

    title: str
    period: str
    withdrawn_on: date


def get_withdrawal() -> Withdrawal | None:
    """Return the withdrawal after which there are no figures; None while there are, or before a release."""
    evaluation = get_withdrawn_from_website()
    if evaluation is None or evaluation.withdrawn_at is None:
        return None
    return Withdrawal(evaluation.title, describe_period(evaluation), timezone.localdate(evaluation.withdrawn_at))


def _build_row(row: Row, table: Table, untranslated_labels: set[str]) -> ShownRow:
    cells = []
    for cell, column in zip(row.cells, table.columns, strict=True):
        json_value = float(cell.value) if isinstance(cell.value, Decimal) else cell.value
        cells.append(ShownCell(column.label, format_cell(cell, column), json_value, column.unit == WORDS))
    return ShownRow(row.label, cells, row.label in untranslated_labels)


def _count_drawable_rows(table: Table) -> int:
    """Return the number of rows with a number in the column of the chart."""
    if not table.chart:
        return 0
    column_index = table.column(table.chart[0])
    values = (row.cells[column_index].value for row in table.rows)
    return sum(value is not None and not isinstance(value, str) for value in values)


def _draw_chart(table: Table, *, narrow: bool = False) -> SafeString:
    return mark_safe(draw_chart(table, narrow=narrow))  # noqa: S308  (drawn by vl-convert, which escapes texts)
