"""How far candidates came, in all, per sector and per organisation."""

from django.utils.translation import gettext

from dossiers.figures import Scope
from dossiers.figures.funnel import STEPS, eligible, proposed, registered, worked
from dossiers.reports.rows import (
    count_columns,
    get_organisation_names,
    get_sector_names,
    rows_by,
    rows_of_first,
    total_row,
)
from dossiers.reports.tables import PERCENT, Column, Table

PER_PART = (registered, eligible, proposed, worked)
"""The steps of the tables per sector and organisation; a table of all steps is too wide for a page."""


def build_tables(scope: Scope) -> tuple[Table, ...]:
    steps = Table(
        "steps",
        gettext("What became of the candidates who registered in this period"),
        gettext("Step"),
        (Column("count", gettext("Candidates")), Column("share", gettext("Of those registered"), PERCENT)),
        rows_of_first(STEPS, scope),
        gettext(
            "Only those who registered in this period, counted on its last day: who registered earlier and started at "
            "work in this period is not in it. Steps may be passed over, so a row can be larger than the one above it. "
            "Proposed to an employer: an employer was told about the candidate."
        ),
        chart=("count",),
    )
    tables = [steps]
    for part, title, label, names, overlap in (
        (
            "sector",
            gettext("Per sector that the candidate looks for"),
            gettext("Sector"),
            get_sector_names,
            gettext("Those who registered in this period. Anyone looking for work in two sectors is in both rows."),
        ),
        (
            "organisation",
            gettext("Per organisation that referred them"),
            gettext("Organisation"),
            get_organisation_names,
            gettext("Those who registered in this period. Anyone referred by two organisations is in both rows."),
        ),
    ):
        if part not in scope.parts:
            rows = rows_by(PER_PART, scope, part, names())
            columns, total = count_columns(PER_PART), total_row(PER_PART, scope)
            tables.append(Table(f"per_{part}", title, label, columns, rows, overlap, adds_up=True, total=total))
    return tuple(tables)
