"""What employers offered, and what came of it."""

from django.utils.translation import gettext

from dossiers.figures import Scope, counts
from dossiers.figures.employers import STEPS, employers_hired, interests, interests_closed, places_offered
from dossiers.models import ClosingReason
from dossiers.reports.building import count_cells, count_columns, rows_by, sector_names, share, title_of
from dossiers.reports.tables import PERCENT, Cell, Column, Report, Row, Table


def report(scope: Scope) -> Report:
    tables = [_steps(scope), _places(scope)]
    if "sector" not in scope.parts:
        rows = rows_by(STEPS, scope, "sector", sector_names())
        title, label = gettext("Per sector"), gettext("Sector")
        tables.append(Table("per_sector", title, label, count_columns(STEPS), rows, adds_up=True))
    reasons = dict(ClosingReason.objects.values_list("pk", "name"))
    rows = rows_by([interests_closed], scope, "reason", reasons)
    title, label = gettext("Why interests were closed"), gettext("Reason")
    tables.append(Table("closed", title, label, count_columns([interests_closed]), rows, adds_up=True))
    return Report("employers", gettext("Employers"), tuple(tables))


def _steps(scope: Scope) -> Table:
    numbers = counts(STEPS, scope)
    whole = numbers[interests.name]
    rows = tuple(
        Row(title_of(one), (*count_cells([one], numbers, scope), share(numbers[one.name], whole)), one.name)
        for one in STEPS
    )
    return Table(
        "steps",
        gettext("Interests received in this period, and what had become of them by its last day"),
        gettext("Step"),
        (Column("count", gettext("Interests")), Column("share", gettext("Of all"), PERCENT)),
        rows,
        chart=("count",),
    )


def _places(scope: Scope) -> Table:
    rows = tuple(
        Row(title_of(one), (Cell.of(one(scope)),), one.name)
        for one in (places_offered, employers_hired)
        if all(one.knows(part) for part in scope.parts)
    )
    columns = (Column("count", gettext("Number")),)
    return Table("places", gettext("Places and employers"), gettext("What"), columns, rows)
