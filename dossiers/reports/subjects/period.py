"""The report of all events in the period, and of the people at work on its last day.

Pages with room for one table show the first, which ends with the number of people at work.
"""

from django.utils.translation import gettext

from dossiers.figures import Figure, Scope, counts
from dossiers.figures.employers import interests
from dossiers.figures.funnel import AT_WORK, people_at_work, registered
from dossiers.figures.retention import at_work_on_last_day, ended, ended_before_work, started
from dossiers.reports.rows import count_cells, find_figures_of_employers, get_title
from dossiers.reports.tables import Column, Row, Table


def build_tables(scope: Scope) -> tuple[Table, ...]:
    events: dict[Figure, str] = {  # in the order in which things happen
        registered: gettext("Candidates who registered"),
        interests: get_title(interests),
        started: gettext("Placements that started"),
        ended: get_title(ended),
        ended_before_work: get_title(ended_before_work),
        people_at_work: get_title(people_at_work),
    }
    shown = {figure: events[figure] for figure in find_figures_of_employers(events, scope)}
    explanation = gettext(
        "All that happened in this period, also with candidates and employers who registered before it. What became of "
        "those who registered in it is told apart, in the parts about candidates and employers."
    )
    if scope.sector is not None:
        explanation += " " + gettext(
            "Registrations of candidates are not in it: who registers has no employer yet. How many look for work in "
            "the sector stands in the part about candidates."
        )
    happened = _table("happened", gettext("From the first to the last day"), shown, scope, explanation)
    labels = {figure: get_title(figure) for figure in AT_WORK} | {
        at_work_on_last_day: gettext("Placements at work on the last day")
    }
    explanation = gettext("People, whenever they registered. Whoever has two jobs is one person with two placements.")
    at_work = _table("at_work", gettext("At work on the last day"), labels, scope, explanation)
    return happened, at_work


def _table(name: str, title: str, labels: dict[Figure, str], scope: Scope, explanation: str = "") -> Table:
    numbers = counts(labels, scope)
    rows = tuple(Row(label, count_cells([figure], numbers, scope), figure.name) for figure, label in labels.items())
    columns = (Column("count", gettext("Number")),)
    return Table(name, title, gettext("What"), columns, rows, explanation)
