"""The report of employers' offers and their results."""

from django.utils.translation import gettext

from dossiers.figures import Scope
from dossiers.figures.employers import (
    STEPS,
    employers_hired,
    interests,
    interests_closed,
    interests_hired,
    interests_proposed,
    places_offered,
)
from dossiers.models import ClosingReason
from dossiers.reports.rows import count_columns, get_sector_names, get_title, rows_by, rows_of_first, total_row
from dossiers.reports.tables import PERCENT, Cell, Column, Row, Table

PER_SECTOR = (interests, interests_proposed, interests_hired)


def build_tables(scope: Scope) -> tuple[Table, ...]:
    steps = Table(
        "steps",
        gettext("Sign-ups of employers in this period, and what had become of them by its last day"),
        gettext("Step"),
        (Column("count", gettext("Sign-ups")), Column("share", gettext("Of all"), PERCENT)),
        rows_of_first(STEPS, scope),
        gettext(
            "Only the sign-ups of this period, counted on its last day; an employer may sign up more than once. Spoken "
            "with the employer: a contact since the sign-up was noted in which the employer was reached, the employer "
            "was told about a candidate otherwise than by mail, a candidate came to meet the employer, or the sign-up "
            "has or had the status “contacted”, or “matched” without a mail that proposed a candidate; such a mail "
            "does not count. A candidate was proposed: the employer was told about a candidate."
        ),
        chart=("count",),
    )
    rows = tuple(
        Row(get_title(figure), (Cell.of(figure(scope)),), figure.name)
        for figure in (places_offered, employers_hired)
        if all(figure.knows(part) for part in scope.parts)
    )
    number = Column("count", gettext("Number"))
    explanation = gettext(
        "The places are those of the sign-ups of this period. The employers are all where somebody started in this "
        "period, also after an earlier sign-up."
    )
    places = Table("places", gettext("Places and employers"), gettext("What"), (number,), rows, explanation)
    tables = [steps, places]
    explanation = gettext("Only the sign-ups of this period.")
    if "sector" not in scope.parts:
        rows = rows_by(PER_SECTOR, scope, "sector", get_sector_names())
        title, label = gettext("Per sector of the employer"), gettext("Sector")
        total = total_row(PER_SECTOR, scope)
        columns = count_columns(PER_SECTOR)
        tables.append(Table("per_sector", title, label, columns, rows, explanation, adds_up=True, total=total))
    reasons = dict(ClosingReason.objects.values_list("pk", "name"))
    rows = rows_by([interests_closed], scope, "reason", reasons)
    title, label = gettext("Why sign-ups were closed"), gettext("Reason")
    columns, total = count_columns([interests_closed]), total_row([interests_closed], scope)
    tables.append(Table("closed", title, label, columns, rows, explanation, adds_up=True, total=total))
    return tuple(tables)
