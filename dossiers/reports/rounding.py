"""Tables of an edition for others, in which nobody can be recognised. Pure: tables in, tables out.

**The rule**, as statistics offices round: each count is rounded down to a multiple of five by itself, totals too; 1 to
4 reads "fewer than 5", 0 is told. Shares, medians and amounts per person stand only on ten or more. Shares and amounts
are told as the two between which they lie, computed from the rounded numbers, and medians in whole days, so that they
tell nothing more of a count. Totals are always told. In a table by category (sector, reason, kind of barrier) 0 reads
"fewer than 5" too, a total under five is not broken down, and the smallest rows go together as "Other" where rounding
alone could give one away (`count_merged`). Counts are of records: behind few employers, offers or findings stand few
people too. Money of the budget and hours are of no person.

**What is guaranteed** to a reader who knows this rule and the total: no count of 1 to 4 is left with one possible
value, in a table alone, beside an edition that overlaps (of a longer period, whoever came in between) and beside one
of a single category. tests/dossiers/reports/test_rounding_search.py tries every table of up to six categories.

**What is not**: somebody who knows one of the people, or exactly who came in between two editions, knows more than the
editions say. Where several tables are read together that split one whole, or two periods and the period that they make
up, a count can sometimes be worked out. Numbers in texts are the editor's.
"""

from collections.abc import Container, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.figures.figure import Number
from dossiers.reports.charts import format_number
from dossiers.reports.rows import percent
from dossiers.reports.tables import COUNT, DAYS, EMPTY, EUROS, PERCENT, Cell, Column, Report, Row, Table

STEP = 5
MIN_FOR_SHARE = 10
"""The minimum number of people for a share, a median or an amount per person."""
MIN_BARS = 2
OTHER = "other"  # `part` of the row with the small categories
CASE_TABLES = frozenset({"solutions"})  # tables with a text about one case in each row

Interval = tuple[int, int]

FEW_EXPLAINED = _(
    "One to four reads “fewer than 5”; in tables per sector, organisation, reason or category, zero does too."
)
ROUNDING_EXPLAINED = _("Numbers are rounded down to a multiple of five, so they need not add up.")


def explain_rounding() -> str:
    """Return the sentences above the first table, in the active language."""
    return f"{ROUNDING_EXPLAINED} {FEW_EXPLAINED}"


def round_down(number: int) -> int:
    return number - number % STEP


def publish(report: Report, cases: Container[str] = ()) -> Report:
    """Return the public edition of a report, in the active language.

    `cases` has the `part` of each row with a text about one case that an editor selected for publication.
    """
    tables = []
    for table in report.tables:
        if table.name not in CASE_TABLES:
            tables.append(_publish_table(table))
        elif rows := tuple(row for row in table.rows if row.part in cases):
            tables.append(replace(table, rows=rows))
    return replace(report, tables=tuple(tables))


def count_merged(counts: Sequence[int], has_more_columns: bool = False) -> int:
    """Return how many rows, counted from the last, are merged as "Other": 0, at least two, or all.

    `counts` are those of the first column, in the order of their rounded numbers, so that which rows go together tells
    no more than rounding does. As few as leave each count two possible values, whatever the total is. In other columns,
    where 0 reads as few does, it is enough that the rows are no multiple of five.
    """
    rows = len(counts)
    if sum(counts) < STEP:
        return rows  # a total under five is not broken down
    for merged in (0, *range(2, rows)):
        rows_shown = rows - merged + bool(merged)
        if _is_ambiguous(counts, merged) and (rows_shown % STEP or not has_more_columns):
            return merged
    return rows


def _is_ambiguous(counts: Sequence[int], merged: int) -> bool:
    """Whether no possible total forces each row to its largest or smallest possible value."""
    if min(counts) >= STEP:
        return True
    intervals = [_interval(number) for number in counts]
    named, together = intervals[: len(intervals) - merged], intervals[len(intervals) - merged :]
    if together:
        # Whatever the merged rows are together: else how many rows go together would tell something of their sum.
        few = sum(number < STEP for number in counts[: len(named)])
        if few % STEP == STEP - 1 or (len(named) + 1) % STEP == 0:
            return False
        low, high = _interval(sum(counts[len(counts) - merged :]))
        named.append((max(low, sum(low for low, _high in together)), min(high, sum(high for _low, high in together))))
    lowest, highest = sum(low for low, _high in named), sum(high for _low, high in named)
    return lowest % STEP != STEP - 1 and highest % STEP != 0


def _interval(number: int) -> Interval:
    """Return the smallest and largest number above 0 that round to the same number (tables leave out empty rows)."""
    low = round_down(number)
    return low or 1, low + STEP - 1


def is_by_category(table: Table) -> bool:
    """Whether its rows divide one figure by sector, category and so on, instead of showing different figures."""
    figures = {row.cells[0].figure.partition(".")[0] for row in table.rows if row.cells}
    return table.adds_up and len(figures) == 1 and figures != {""}


def _is_count(cell: Cell, column: Column) -> bool:
    """Whether it is a number of records; one without a value is of a term that is over for nobody yet."""
    return column.unit == COUNT and cell.many is not None and isinstance(cell.value, int | None)


def _publish_table(table: Table) -> Table:
    if table.has_only_words:
        return replace(
            table, rows=tuple(sorted(table.rows, key=lambda row: row.label))
        )  # by label, because the order by number discloses the counts
    rows = tuple(_publish_row(row, table, is_by_category(table)) for row in _merge_small_rows(table))
    if table.ranked:
        rows = tuple(sorted(rows, key=lambda row: (row.part == OTHER, -_get_count(row.cells[0]), row.label)))
    total = _publish_row(table.total, table) if table.total else None
    published = replace(table, rows=rows, total=total)
    if not rows and table.rows:
        note = gettext("Too few to break down.")
        return replace(published, chart=(), explanation=" ".join(filter(None, [table.explanation, note])))
    published = _drop_columns(published, table)
    if published.chart:
        cells = [row.cells[published.column(published.chart[0])] for row in published.rows]
        bars = sum(isinstance(cell.value, int | Decimal) and cell.value > 0 for cell in cells)
        if bars < MIN_BARS:
            return replace(published, chart=())
    return published


def _get_count(cell: Cell) -> int:
    return cell.value if isinstance(cell.value, int) else 0


def _merge_small_rows(table: Table) -> Sequence[Row]:
    """Return the rows, with the smallest categories merged into the last row; none if all would be merged."""
    if not table.rows or (table.adds_up and table.total and 0 < _get_count(table.total.cells[0]) < STEP):
        return ()  # a total under five is not broken down
    if not is_by_category(table):
        return table.rows
    ordered = sorted(table.rows, key=lambda row: (-round_down(_get_count(row.cells[0])), row.part))
    places = [place for place, column in enumerate(table.columns) if _is_count(ordered[0].cells[place], column)]
    merged = count_merged([_get_count(row.cells[0]) for row in ordered], len(places) > 1)
    if merged == len(ordered):
        return []
    together = ordered[len(ordered) - merged :]
    named = [row for row in table.rows if row not in together]
    if not together:
        return named
    sums = {place: sum(_get_count(row.cells[place]) for row in together) for place in places}
    cells = tuple(Cell.count(sums[place]) if place in sums else EMPTY for place in range(len(table.columns)))
    return [*named, Row(gettext("Other"), cells, OTHER)]


def _publish_row(row: Row, table: Table, hide_zero: bool = False) -> Row:
    pairs = zip(row.cells, table.columns, strict=True)
    return replace(row, cells=tuple(_publish_cell(cell, column, hide_zero) for cell, column in pairs))


def _publish_cell(cell: Cell, column: Column, hide_zero: bool) -> Cell:
    if _is_count(cell, column):
        if cell.value is None and not hide_zero:  # nobody is in the column of whom it could be told, which reads 0
            return Cell(gettext("too early to say"), None, cell.figure)
        number = _get_count(cell)
        if 0 < number < STEP or (hide_zero and number == 0):
            return Cell(gettext("fewer than 5"), None, cell.figure)
        return Cell(round_down(number), None, cell.figure)
    if cell.many is None:  # of no person
        return cell
    if column.unit == PERCENT:
        return Cell(_publish_share(cell))
    if column.unit == EUROS and cell.divisor and cell.dividend is not None and cell.divisor >= MIN_FOR_SHARE:
        fewest = round_down(cell.divisor)  # a range of amounts: with the sum, an exact one would disclose the divisor
        lowest, highest = (Decimal(cell.dividend) / number for number in (fewest + STEP - 1, fewest))
        return Cell(_format_range(lowest, highest, EUROS))
    if column.unit == DAYS and cell.many >= MIN_FOR_SHARE and isinstance(cell.value, int | Decimal):
        return Cell(Decimal(cell.value).quantize(Decimal(1), ROUND_HALF_UP))  # half a day would disclose an even count
    return EMPTY


def _publish_share(cell: Cell) -> Number | str:
    """Return the range of possible percentages: counts of 20 and 24 both show as 20, but the share is not 100%."""
    if cell.divisor is None or cell.divisor < MIN_FOR_SHARE:
        return None
    if cell.dividend is None:  # of the whole itself
        return cell.value
    if not isinstance(cell.dividend, int) or 0 < cell.dividend < STEP:
        return None
    part, whole = round_down(cell.dividend), round_down(cell.divisor)
    most = part + STEP - 1 if part else 0
    lowest, highest = percent(part, whole + STEP - 1), percent(min(most, whole), whole)
    return lowest if lowest == highest else _format_range(lowest, highest, PERCENT)


def _format_range(lowest: Number, highest: Number, unit: str) -> str:
    words = {"lowest": format_number(lowest, unit), "highest": format_number(highest, unit)}
    return gettext("%(lowest)s to %(highest)s") % words


def _drop_columns(published: Table, table: Table) -> Table:
    """Remove columns of shares and medians without any value, and columns with a total under five."""
    dropped = {
        place
        for place, column in enumerate(published.columns)
        if column.unit in (PERCENT, DAYS) and all(row.cells[place].value is None for row in published.all_rows)
    }
    if table.total and is_by_category(table):  # a total under five is not divided by category
        for place, (cell, column) in enumerate(zip(table.total.cells, table.columns, strict=True)):
            if place and _is_count(cell, column) and _get_count(cell) < STEP:
                dropped.add(place)

    def left(values: tuple) -> tuple:
        return tuple(value for place, value in enumerate(values) if place not in dropped)

    def narrowed(row: Row) -> Row:
        return replace(row, cells=left(row.cells))

    columns = left(published.columns)
    return replace(
        published,
        columns=columns,
        rows=tuple(map(narrowed, published.rows)),
        total=narrowed(published.total) if published.total else None,
        chart=tuple(name for name in published.chart if name in {column.name for column in columns}),
    )
