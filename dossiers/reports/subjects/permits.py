"""Work permits asked, granted, refused and why."""

from django.utils.translation import gettext

from dossiers.figures import Scope, counts
from dossiers.figures.permits import OUTCOMES, permits_asked, permits_refused
from dossiers.models import ClosingReason
from dossiers.reports.rows import count_cells, count_columns, get_sector_names, get_title, rows_by, share, total_row
from dossiers.reports.tables import PERCENT, Cell, Column, Report, Row, Table


def report(scope: Scope) -> Report:
    numbers = counts([permits_asked, *OUTCOMES], scope)
    outcomes = tuple(
        Row(
            get_title(outcome),
            (*count_cells([outcome], numbers, scope), share(numbers[outcome.name], numbers[permits_asked.name])),
            outcome.name,
        )
        for outcome in OUTCOMES
    )
    tables = [
        Table(
            "outcomes",
            gettext("Permits applied for in this period, and what had become of them by its last day"),
            gettext("Outcome"),
            (Column("count", gettext("Permits")), Column("share", gettext("Of those asked"), PERCENT)),
            outcomes,
            chart=("count",),
            adds_up=True,
            total=Row(get_title(permits_asked), (*count_cells([permits_asked], numbers, scope), Cell(None)), "whole"),
        )
    ]
    explanation = gettext("Only the permits that were asked for in this period.")
    if "reason" not in scope.parts:
        reasons = dict(ClosingReason.objects.values_list("pk", "name"))
        rows = rows_by([permits_refused], scope, "reason", reasons)
        title, label = gettext("Why permits were refused"), gettext("Reason")
        columns, total = count_columns([permits_refused]), total_row([permits_refused], scope)
        tables.append(Table("refused", title, label, columns, rows, explanation, adds_up=True, total=total))
    if "sector" not in scope.parts:
        figures = (permits_asked, *OUTCOMES)
        rows = rows_by(figures, scope, "sector", get_sector_names())
        title, label = gettext("Per sector of the employer"), gettext("Sector")
        columns, total = count_columns(figures), total_row(figures, scope)
        tables.append(Table("per_sector", title, label, columns, rows, explanation, adds_up=True, total=total))
    return Report("permits", gettext("Work permits"), tuple(tables))
