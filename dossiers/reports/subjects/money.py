"""The report of the pilot's cost, the remaining budget, and the cost per start at work."""

from dataclasses import replace
from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from dossiers.figures import Figure, Scope
from dossiers.figures.money import KINDS, cost_of_a_start, hours, spent
from dossiers.figures.retention import started
from dossiers.models import Pilot
from dossiers.reports.rows import get_title
from dossiers.reports.tables import EUROS, HOURS, Cell, Column, Row, Table


def build_tables(scope: Scope) -> tuple[Table, ...]:
    return _build_budget_table(scope), _build_months_table(scope), _build_start_table(scope)


def _build_budget_table(scope: Scope) -> Table:
    pilot = Pilot.load()

    def row(figure: Figure, label: str, budget: Decimal | None) -> Row:
        in_period, so_far = figure(scope), figure(replace(scope, begin=None))
        left = None if budget is None else budget - Decimal(so_far.number or 0)
        cells = (_euros(in_period.number, in_period.address), _euros(so_far.number, so_far.address))
        return Row(label, (*cells, _euros(budget), _euros(left)), figure.name)

    split = pilot.is_split
    kinds = ((figure, getattr(pilot, cost.value) if split else None) for cost, figure in KINDS.items())
    return Table(
        "budget",
        gettext("Spent per kind of cost"),
        gettext("Kind of cost"),
        (
            Column("period", gettext("Spent in this period"), EUROS),
            Column("so_far", gettext("Spent until its last day"), EUROS),
            Column("budget", gettext("Budget"), EUROS),
            Column("left", gettext("Left"), EUROS),
        ),
        tuple(row(cost, get_title(cost), budget) for cost, budget in kinds),
        chart=("period",),
        total=row(spent, gettext("In all"), pilot.budget),
    )


def _euros(amount: Decimal | int | None, address: str = "") -> Cell:
    """Money of the budget: of no person, however few spent it."""
    return Cell(amount, None, address)


def _build_months_table(scope: Scope) -> Table:
    months = spent.records(scope).with_total().annotate(month=TruncMonth("spent_on")).order_by("month")  # type: ignore[attr-defined]
    sums = months.values_list("month").annotate(sum=Sum("sum_total"))
    rows = tuple(
        Row(capfirst(date_format(month, "F Y")), (_euros(amount),), f"{month:%Y-%m}") for month, amount in sums
    )
    columns = (Column("period", gettext("Spent"), EUROS),)
    return Table("months", gettext("Spent per month"), gettext("Month"), columns, rows)


def _build_start_table(scope: Scope) -> Table:
    began, spent_now, written = started(scope), spent(scope), hours(scope)
    many = began.records.count()
    cells = (
        Cell.of(began),
        _euros(spent_now.number, spent_now.address),
        Cell(cost_of_a_start(scope), many, "", spent_now.number, many),
        Cell(written.number, None, written.address),
    )
    return Table(
        "per_start",
        gettext("For each start at work"),
        gettext("When"),
        (
            Column("started", get_title(started)),
            Column("spent", get_title(spent), EUROS),
            Column("cost", gettext("Spent for each start"), EUROS),
            Column("hours", gettext("Hours written"), HOURS),
        ),
        (Row(gettext("In this period"), cells, "period"),),
        gettext("All costs of the period, divided by the placements that started in it: guidance of others too."),
    )
