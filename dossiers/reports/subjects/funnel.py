"""How far candidates came, in all, per sector and per organisation."""

from django.utils.translation import gettext

from dossiers.figures import Scope, counts
from dossiers.figures.funnel import STEPS, registered
from dossiers.reports.building import (
    count_cells,
    count_columns,
    organisation_names,
    rows_by,
    sector_names,
    share,
    title_of,
)
from dossiers.reports.tables import PERCENT, Column, Report, Row, Table


def report(scope: Scope) -> Report:
    tables = [_steps(scope)]
    for part, title, label, names in (
        ("sector", gettext("Per sector"), gettext("Sector"), sector_names),
        ("organisation", gettext("Per organisation that referred them"), gettext("Organisation"), organisation_names),
    ):
        if part not in scope.parts:
            rows = rows_by(STEPS, scope, part, names())
            tables.append(Table(f"per_{part}", title, label, count_columns(STEPS), rows, _overlap(part), adds_up=True))
    return Report("funnel", gettext("How far candidates came"), tuple(tables))


def _steps(scope: Scope) -> Table:
    numbers = counts(STEPS, scope)
    whole = numbers[registered.name]
    rows = tuple(
        Row(title_of(one), (*count_cells([one], numbers, scope), share(numbers[one.name], whole)), one.name)
        for one in STEPS
    )
    return Table(
        "steps",
        gettext("How far candidates registered in this period had come"),
        gettext("Step"),
        (Column("count", gettext("Candidates")), Column("share", gettext("Of those registered"), PERCENT)),
        rows,
        gettext(
            "Counted on the last day of the period. Steps need not follow each other: volunteering, for one, needs no "
            "work permit."
        ),
        chart=("count",),
    )


def _overlap(part: str) -> str:
    if part == "sector":
        return gettext("Anyone looking for work in two sectors is in both rows.")
    return gettext("Anyone referred by two organisations is in both rows.")
