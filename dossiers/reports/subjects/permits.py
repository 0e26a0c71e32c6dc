"""Work permits asked, granted, refused and why."""

from django.utils.translation import gettext

from dossiers.figures import Scope
from dossiers.figures.permits import OUTCOMES, permits_asked, permits_refused
from dossiers.models import ClosingReason
from dossiers.reports.rows import count_columns, get_sector_names, rows_by, rows_of_first, total_row
from dossiers.reports.tables import PERCENT, Cell, Column, Row, Table


def build_tables(scope: Scope) -> tuple[Table, ...]:
    asked, *outcomes = rows_of_first((permits_asked, *OUTCOMES), scope)
    tables = [
        Table(
            "outcomes",
            gettext("Permits applied for in this period, and what had become of them by its last day"),
            gettext("Outcome"),
            (Column("count", gettext("Permits")), Column("share", gettext("Of those asked"), PERCENT)),
            tuple(outcomes),
            chart=("count",),
            adds_up=True,
            total=Row(asked.label, (asked.cells[0], Cell(None)), "whole"),
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
    return tuple(tables)
