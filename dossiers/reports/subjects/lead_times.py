"""How long each step takes."""

from decimal import Decimal

from django.utils.translation import gettext

from dossiers.figures import Scope
from dossiers.figures.lead_times import STEPS, get_days
from dossiers.figures.medians import HALF, find_quantile
from dossiers.reports.rows import find_figures_of_employers, get_title
from dossiers.reports.tables import DAYS, Cell, Column, Row, Table

QUARTER = Decimal("0.25")


def build_tables(scope: Scope) -> tuple[Table, ...]:
    rows = []
    for step in find_figures_of_employers(STEPS, scope):
        days, address = get_days(step, step.records(scope)), step.address(scope)
        many = sum(days.values())
        times = (Cell(find_quantile(share, days), many, address) for share in (HALF, QUARTER, 1 - QUARTER))
        rows.append(Row(get_title(step), (Cell.count(many, address), *times), step.name))
    explanation = gettext("Of all who took the step in this period, whenever they registered.")
    if scope.sector is not None:
        explanation += " " + gettext("The expectation talk is not in it: nobody has an employer then.")
    return (
        Table(
            "steps",
            gettext("Days between steps, for steps taken in this period"),
            gettext("Step"),
            (
                Column("count", gettext("How many")),
                Column("median", gettext("Median (days)"), DAYS),
                Column("quarter", gettext("A quarter within days"), DAYS),
                Column("three_quarters", gettext("Three quarters within days"), DAYS),
            ),
            tuple(rows),
            explanation,
            chart=("median",),
        ),
    )
