"""The report of candidates who are still at work after 13 and after 26 weeks."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext

from dossiers.figures import Scope, counts
from dossiers.figures.retention import PAIRS, at_work_on_last_day, started
from dossiers.reports.rows import count_cells, count_columns, get_sector_names, rows_by, share, total_row
from dossiers.reports.tables import PERCENT, Cell, Column, Row, Table


def _clear_undecided(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return (started long enough ago, stayed), the second without a number if nobody started long enough ago."""
    before, then = cells
    return before, then if before.many else replace(then, value=None)


def _leave_out_long_enough_ago(row: Row) -> Row:
    """Return a row of started, at work, and the PAIRS, with only the second cell of each pair."""
    start, at_work, *rest = row.cells
    stayed = [_clear_undecided(rest[place : place + 2])[1] for place in range(0, len(rest), 2)]
    return replace(row, cells=(start, at_work, *stayed))


def build_tables(scope: Scope) -> tuple[Table, ...]:
    numbers = counts([figure for pair in PAIRS.values() for figure in pair], scope)
    stayed = []
    for weeks, (before, then) in PAIRS.items():
        cells = (
            *_clear_undecided(count_cells([before, then], numbers, scope)),
            share(numbers[then.name], numbers[before.name]),
        )
        stayed.append(Row(gettext("After %(weeks)d weeks") % {"weeks": weeks}, cells, then.name))
    tables = [
        Table(
            "stayed",
            gettext("Those who started in this period"),
            gettext("When"),
            (
                Column("started", gettext("Started that long ago or longer")),
                Column("stayed", gettext("Still at work then")),
                Column("share", gettext("Of those"), PERCENT),
            ),
            tuple(stayed),
            gettext(
                "At the same employer. Anyone who started later than that is not counted yet: as long as nobody "
                "started that long ago, it is too early to say who stays."
            ),
            chart=("share",),
        ),
    ]
    if "sector" not in scope.parts:
        tables.append(_build_sector_table(scope))
    return tuple(tables)


def _build_sector_table(scope: Scope) -> Table:
    counted = (started, at_work_on_last_day, *(figure for pair in PAIRS.values() for figure in pair))
    shown = (started, at_work_on_last_day, *(then for _before, then in PAIRS.values()))
    still = gettext("Still at work after %(weeks)d weeks")
    labels = {figure.name: still % {"weeks": weeks} for weeks, (_before, figure) in PAIRS.items()}
    columns = tuple(Column(column.name, labels.get(column.name, column.label)) for column in count_columns(shown))
    rows = tuple(map(_leave_out_long_enough_ago, rows_by(counted, scope, "sector", get_sector_names())))
    title = gettext("Per sector of the employer")
    total = _leave_out_long_enough_ago(total_row(counted, scope))
    label, explanation = (
        gettext("Sector"),
        gettext(
            "Started: the placements that started in this period. At work on the last day: all, also those that "
            "started before it."
        ),
    )
    return Table("per_sector", title, label, columns, rows, explanation, adds_up=True, total=total)
