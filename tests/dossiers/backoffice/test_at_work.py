"""Every page counts the same people at work."""

import pytest
from django.http import QueryDict
from django.utils.html import escape

from dossiers.backoffice.dashboard.tiles import build_tiles
from dossiers.figures import Scope
from dossiers.filters import DossierFilterSet
from dossiers.models import ClosingReason, Dossier, Employer, Evaluation, Placement, Sector, Status, Step
from dossiers.reports.evaluations import freeze, get_full_reports, get_public_reports
from dossiers.reports.registry import REPORTS
from dossiers.reports.tables import Report

from ..models.factories import make_dossier
from ..models.placements import make_placement, make_ready_dossier, today
from .pages import text, url

pytestmark = pytest.mark.usefixtures("base_data")


@pytest.fixture
def people_at_work() -> list[Dossier]:
    """Seven people at work, and others who do not count.

    Five have guidance, one of them with two jobs; two still work after they completed the pilot."""
    people = [make_placement(Step.WORKING).dossier for _number in range(7)]
    make_placement(Step.WORKING, people[0])
    for completed in (*people[5:], make_placement(Step.ENDED).dossier, make_dossier(status=Status.AVAILABLE)):
        completed.status = Status.COMPLETED
        completed.save()
    make_placement(Step.PERMIT_GRANTED)
    make_ready_dossier()
    return people


def filter_dossiers(query: str) -> set[Dossier]:
    filters = DossierFilterSet(QueryDict(query), Dossier.objects.all())
    assert filters.is_valid(), filters.errors
    return set(filters.qs)


def read_people_at_work(reports: list[Report]) -> dict[str, int]:
    """Return the table of people at work on the last day, and the first table, which ends with the same number."""
    period = next(report for report in reports if report.name == "period")
    last, *_more = period.tables[0].rows[::-1]
    table = next(table for table in period.tables if table.name == "at_work")
    assert (last.label, last.cells) == (table.rows[0].label, table.rows[0].cells)
    return {row.label: row.cells[0].value for row in table.rows}


def test_list_board_dashboard_report_and_evaluation_show_the_same_number(
    people_at_work, coordinator_client, coordinator
):
    report = read_people_at_work([REPORTS["period"].build(Scope(end=today()))])
    assert (
        report["Mensen aan het werk op de laatste dag"] == len(people_at_work) == len(filter_dossiers("at_work=true"))
    )

    tile = next(tile for tile in build_tiles(coordinator, today()) if tile.label == "Mensen aan het werk")
    assert tile.count == len(people_at_work)
    assert coordinator_client.get(tile.url).context["page_obj"].paginator.count == len(people_at_work)

    board = coordinator_client.get(url(Placement, "board"))
    column = next(column for column in board.context["columns"] if column.step == Step.WORKING)
    assert (column.total, column.people) == (len(people_at_work) + 1, len(people_at_work))
    assert column.total == report["Lopende plaatsingen op de laatste dag"]
    opened = board.context["people_at_work_url"]
    assert f'<a href="{escape(opened)}">7 mensen</a>' in board.content.decode()
    assert coordinator_client.get(opened).context["page_obj"].paginator.count == len(people_at_work)

    evaluation = Evaluation.objects.create(title="Tussenevaluatie", end=today(), reports=["period"])
    freeze(evaluation, coordinator)
    assert read_people_at_work(get_full_reports(evaluation)) == report
    rounded = read_people_at_work(get_public_reports(evaluation))
    assert rounded["Mensen aan het werk op de laatste dag"] == 5  # of seven, as others read it


def test_the_list_shows_everyone_at_work_with_or_without_guidance(people_at_work):
    assert filter_dossiers("at_work=true") == set(people_at_work)
    assert filter_dossiers("at_work=false") == set(Dossier.objects.all()) - set(people_at_work)
    assert filter_dossiers("at_work=true&status=completed") == set(people_at_work[5:])


def test_the_working_status_is_named_as_work_with_guidance(people_at_work):
    assert Status.WORKING.label == "aan het werk met begeleiding"
    report = read_people_at_work([REPORTS["period"].build(Scope(end=today()))])
    assert len(filter_dossiers("status=working")) == report["Van hen nog begeleid"] == 5


def test_the_link_of_the_board_lists_exactly_the_people_it_counts(people_at_work, coordinator_client, colleague):
    dossier = people_at_work[0]
    dossier.coordinator = colleague
    dossier.save()
    board = coordinator_client.get(url(Placement, "board"), {"coordinator": colleague.pk, "sector": ""})
    column = next(column for column in board.context["columns"] if column.step == Step.WORKING)
    assert (column.total, column.people) == (2, 1)
    assert coordinator_client.get(board.context["people_at_work_url"]).context["page_obj"].paginator.count == 1

    sector = Sector.objects.get(name="Zorg").pk  # of an employer: a list of dossiers can't be filtered by that
    Employer.objects.filter(interests__placements__dossier=dossier).update(sector=sector)
    board = coordinator_client.get(url(Placement, "board"), {"sector": sector})
    assert "1 mens " in text(board)
    assert board.context["people_at_work_url"] == ""


def test_no_closing_reason_is_called_at_work():
    """Some of those who found work have stopped since."""
    assert not ClosingReason.objects.filter(name__iexact="aan het werk").exists()
    assert ClosingReason.objects.filter(side="candidate", name="Werk gevonden").exists()
