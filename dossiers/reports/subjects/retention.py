"""The report of candidates who are still at work after 13 and after 26 weeks."""

from django.utils.translation import gettext

from dossiers.figures import Scope, counts
from dossiers.figures.retention import LONG_ENOUGH_AGO, STAYED, WEEKS, at_work_on_last_day, started
from dossiers.reports.rows import count_cells, count_columns, get_sector_names, rows_by, share, total_row
from dossiers.reports.tables import PERCENT, Column, Report, Row, Table


def report(scope: Scope) -> Report:
    figures = [*LONG_ENOUGH_AGO.values(), *STAYED.values()]
    numbers = counts(figures, scope)
    stayed = []
    for weeks in WEEKS:
        before, then = LONG_ENOUGH_AGO[weeks], STAYED[weeks]
        cells = (*count_cells([before, then], numbers, scope), share(numbers[then.name], numbers[before.name]))
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
            gettext("At the same employer. Anyone who started later than that is not counted yet."),
            chart=("share",),
        ),
    ]
    if "sector" not in scope.parts:
        shown = (started, at_work_on_last_day, *STAYED.values())
        still = gettext("Still at work after %(weeks)d weeks")
        labels = {figure.name: still % {"weeks": weeks} for weeks, figure in STAYED.items()}
        columns = tuple(Column(column.name, labels.get(column.name, column.label)) for column in count_columns(shown))
        rows = rows_by(shown, scope, "sector", get_sector_names())
        title = gettext("Per sector of the employer")
        total = total_row(shown, scope)
        tables.append(Table("per_sector", title, gettext("Sector"), columns, rows, adds_up=True, total=total))
    return Report("retention", gettext("Who stays at work"), tuple(tables))
