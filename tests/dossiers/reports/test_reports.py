"""Tests of the reports, which make tables of figures."""

import json
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.figures import Scope, findings, parse_address
from dossiers.models import Dossier, Organisation, Placement, Sector, Status, Step, Supply
from dossiers.models.placements.placement_steps import take_step
from dossiers.reports.charts import draw_chart, format_cell, format_number
from dossiers.reports.registry import REPORTS, find_available_reports
from dossiers.reports.rounding import publish
from dossiers.reports.tables import Cell, Column, Report, Row, Table

from ..models.factories import make_dossier, make_employer, make_interest
from ..models.placements import days_ago, get_end_reason, make_placement, make_ready_dossier, today
from ..models.test_activity import make_finding

pytestmark = pytest.mark.usefixtures("base_data")


def get_table(report: Report, name: str) -> Table:
    return next(table for table in report.tables if table.name == name)


def get_values(table: Table) -> dict[str, list]:
    return {row.label: [cell.value for cell in row.cells] for row in table.rows}


def make_report(name: str, **scope) -> Report:
    return REPORTS[name].build(Scope(**{"end": today()} | scope))


def test_barriers_are_sorted_by_frequency(coordinator):
    for code, solved in (("taal", 3), ("vervoer", None), ("taal", None)):
        finding = make_finding(code, noticed_on=days_ago(13), solved_on=solved and days_ago(solved))
        finding.save()
        finding.confirm(coordinator)
    report = make_report("findings")
    assert get_values(get_table(report, "barriers")) == {"Taal": [2, 1, 10], "Vervoer naar het werk": [1, 0, None]}
    assert get_table(report, "opportunities").is_empty
    assert [row.label for row in get_table(report, "solutions").rows] == ["Taal"]


def test_the_report_shows_the_advice_of_categories_with_confirmed_findings(coordinator):
    finding = make_finding("taal")
    finding.category.advice = "Begin de taalles eerder."
    finding.category.save()
    finding.save()
    assert get_table(make_report("findings"), "advice").rows == ()
    finding.confirm(coordinator)
    assert get_values(get_table(make_report("findings"), "advice")) == {"Taal": ["Begin de taalles eerder."]}


def test_a_share_is_a_percentage_of_registered_candidates():
    make_dossier()
    make_dossier(expectation_talk_on=today())
    make_dossier(expectation_talk_on=today())
    steps = get_values(get_table(make_report("funnel"), "steps"))
    assert steps["Aangemeld"] == [3, 100] and steps["Verwachtingengesprek gehad"] == [2, 67]


def test_the_row_of_records_without_a_sector_links_to_those_records():
    make_dossier()
    (row,) = get_table(make_report("funnel"), "per_sector").rows
    assert row.label == "niet bekend" and row.cells[0].figure.endswith(".s0")


@pytest.mark.parametrize("name", REPORTS)
def test_tables_survive_freezing_and_thawing(name, coordinator):
    make_placement(Step.WORKING)
    finding = make_finding(solved_on=today())
    finding.save()
    finding.confirm(coordinator)
    for table in make_report(name).tables:
        assert Table.thawed(json.loads(json.dumps(table.frozen()))) == table
        parts = [row.part for row in (*table.rows, *([table.total] if table.total else []))]
        assert all(parts) and len(set(parts)) == len(parts)  # the key of a row in its translation


@pytest.mark.parametrize("name", REPORTS)
def test_the_query_count_of_a_report_does_not_grow_with_the_number_of_records(name):
    def count_queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            make_report(name)
        return len(captured)

    make_placement(Step.WORKING)
    make_report(name)
    few = count_queries()
    for _number in range(8):
        make_placement(Step.WORKING)
    assert count_queries() == few


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_supports_each_of_its_filters(name):
    for part in REPORTS[name].parts:
        make_report(name, **{part: 0})
    assert (name in find_available_reports(Scope(today(), sector=1))) == ("sector" in REPORTS[name].parts)


def test_a_chart_shows_the_labels_and_numbers_of_the_table():
    row = Row("Zorg & <b>", (Cell.count(1200),))
    drawn = draw_chart(Table("x", "X", "Wat", (Column("count", "Aantal"),), (row,), chart=("count",)))
    assert drawn.startswith("<svg") and "Zorg &amp; &lt;b&gt;" in drawn and "1.200" in drawn


def test_a_table_of_zeros_has_no_chart():
    table = Table("x", "X", "Wat", (Column("count", "Aantal"),), (Row("Zorg", (Cell.count(0),)),), chart=("count",))
    assert draw_chart(table) == ""


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1234567, "count", "1.234.567"),
        (28600, "euros", "€ 28.600,00"),
        (Decimal("0.5"), "euros", "€ 0,50"),
        (67, "percent", "67%"),
        (2.5, "days", "2,5"),
        (Decimal("5.25"), "days", "5,25"),
        (Decimal("25.750"), "days", "25,75"),
        (Decimal("1200.00"), "days", "1.200"),
        (Decimal("7.25"), "hours", "7,25"),
    ],
)
def test_numbers_are_formatted_in_the_dutch_locale(value, unit, words):
    assert format_number(value, unit) == words


def test_steps_outside_the_period_do_not_count():
    make_placement(Step.WORKING, begun=100)
    assert get_values(get_table(make_report("period", begin=days_ago(10)), "happened"))["Plaatsingen die begonnen"] == [
        0
    ]
    assert get_values(get_table(make_report("period", end=today() - timedelta(days=50)), "happened"))[
        "Plaatsingen die begonnen"
    ] == [1]


def test_events_in_the_period_come_before_the_funnel_of_its_registrations():
    assert next(iter(REPORTS)) == "period"
    happened = get_values(get_table(make_report("period"), "happened"))
    assert list(happened) == [
        "Kandidaten die zich aanmeldden",
        "Aanmeldingen van werkgevers",
        "Plaatsingen die begonnen",
        "Plaatsingen die eindigden nadat iemand begon",
        "Plaatsingen die eindigden voordat iemand begon",
        "Mensen aan het werk op de laatste dag",
    ]
    of_registered = get_table(make_report("funnel"), "steps")
    assert of_registered.title == "Hoe het ging met de kandidaten die zich in deze periode aanmeldden"
    assert "Stappen kunnen worden overgeslagen" in of_registered.explanation
    assert "wachttijd" not in of_registered.explanation, "nobody knows whether a volunteer has to wait"


def test_the_number_of_people_at_work_is_broken_down():
    """Completed dossiers count too, whenever they were registered."""
    first = make_placement(Step.WORKING, begun=100)
    Dossier.objects.filter(pk=first.dossier_id).update(created_at="2020-01-05T12:00:00+01:00")
    dossier = make_placement(Step.WORKING).dossier
    dossier.status = Status.COMPLETED
    dossier.save()
    make_placement(Step.ENDED, begun=120)
    assert get_values(get_table(make_report("period", begin=days_ago(30)), "at_work")) == {
        "Mensen aan het werk op de laatste dag": [2],
        "Van hen nog begeleid": [1],
        "Van hen afgerond: zij werken door zonder de pilot": [1],
        "Lopende plaatsingen op de laatste dag": [2],
    }
    happened = get_values(get_table(make_report("period"), "happened"))
    assert (happened["Plaatsingen die begonnen"], happened["Plaatsingen die eindigden nadat iemand begon"]) == (
        [3],
        [1],
    )


def test_placements_that_ended_before_anybody_began_are_counted_apart():
    make_placement(Step.WORKING)
    after_start = make_placement(Step.ENDED, begun=120)
    dropped = [make_placement(Step.INTERVIEW, begun=days) for days in (40, 30)]
    for placement in dropped:
        take_step(placement, Step.ENDED, days_ago(1), end_reason=get_end_reason())
    rows = {row.label: row.cells[0] for row in get_table(make_report("period"), "happened").rows}
    for label, placements in (("nadat", [after_start]), ("voordat", dropped)):
        cell = rows[f"Plaatsingen die eindigden {label} iemand begon"]
        figure, scope = parse_address(cell.figure)
        assert cell.value == len(placements) and set(figure.records(scope)) == set(placements)
    earlier = get_values(get_table(make_report("period", end=days_ago(2)), "happened"))
    assert earlier["Plaatsingen die eindigden voordat iemand begon"] == [0]


def test_retention_is_not_reported_before_the_weeks_have_passed():
    make_placement(Step.WORKING)
    shown = make_report("retention")
    assert list(get_values(get_table(shown, "stayed")).values()) == [[0, None, None], [0, None, None]]
    per_sector = get_table(shown, "per_sector")
    assert [[cell.value for cell in row.cells] for row in (*per_sector.rows, per_sector.total)] == [
        [1, 1, None, None]
    ] * 2
    published = get_table(publish(shown), "stayed")
    assert list(get_values(published).values()) == [[0, "te vroeg om te zeggen"]] * 2, (
        "a 0 would say that nobody stayed"
    )
    (row, *_rows), (column, *_columns) = get_table(shown, "stayed").rows, get_table(shown, "stayed").columns[1:]
    assert format_cell(row.cells[1], column) == "te vroeg om te zeggen"


def test_each_table_explains_which_people_it_counts(coordinator):
    """A report has numbers of the period beside numbers of people who registered in it."""
    make_placement(Step.WORKING)
    tables = {(name, each.name): each.explanation for name in REPORTS for each in make_report(name).tables}
    for key, words in {
        ("period", "happened"): "ook met kandidaten en werkgevers die zich eerder aanmeldden",
        ("funnel", "steps"): "Wie zich eerder aanmeldde en in deze periode begon te werken, telt hier niet mee",
        ("funnel", "per_sector"): "Wie zich in deze periode aanmeldde",
        ("employers", "steps"): "Alleen de aanmeldingen van deze periode",
        ("employers", "places"): "ook na een eerdere aanmelding",
        ("lead-times", "steps"): "wanneer zij zich ook aanmeldden",
        ("retention", "per_sector"): "ook wie eerder begon",
        ("findings", "barriers"): "Gezien in deze periode",
    }.items():
        assert words in tables[key], key


def make_placement_in_sector(sector: str, wished: str, step: Step = Step.WORKING, **fields) -> Placement:
    employer = make_employer(sector=Sector.objects.get(name=sector))
    dossier = fields.pop("dossier", None) or make_ready_dossier(sectors=[wished])
    return make_placement(step, dossier, make_interest(employer=employer), **fields)


def test_a_sector_filter_uses_the_sector_of_the_employer_in_all_placement_numbers():
    """Three people look for work in one sector and work in another, where one of them has two placements."""
    for _number in range(3):
        placement = make_placement_in_sector("Zorg", wished="Horeca", begun=90)
    make_placement_in_sector("Zorg", wished="", dossier=placement.dossier, begun=80)
    make_placement_in_sector("Horeca", wished="Zorg", begun=90)
    make_placement_in_sector("Horeca", wished="Horeca", step=Step.ENDED, begun=95)
    people = {}
    for sector in Sector.objects.all():
        shown = make_report("period", sector=sector.pk)
        at_work = {row.part: row.cells[0].value for row in get_table(shown, "at_work").rows}
        happened = {row.part: row.cells[0].value for row in get_table(shown, "happened").rows}
        assert at_work["people_at_work"] <= at_work["at_work_on_last_day"]
        assert at_work["people_at_work"] == at_work["guided_at_work"] + at_work["completed_at_work"]
        assert at_work["people_at_work"] == happened["people_at_work"] <= happened["started"]
        assert at_work["at_work_on_last_day"] == happened["started"] - happened["ended"]
        assert "registered" not in happened, "who registers has no employer yet"
        people[sector.name] = at_work["people_at_work"], at_work["at_work_on_last_day"], happened["started"]
    assert (people.pop("Zorg"), people.pop("Horeca")) == ((3, 4, 4), (1, 1, 2))
    assert set(people.values()) == {(0, 0, 0)}

    horeca = Sector.objects.get(name="Horeca").pk
    days = {row.part: row.cells[0].value for row in get_table(make_report("lead-times", sector=horeca), "steps").rows}
    assert days["registered_to_work"] <= days["proposed_to_working"] == 2 and "registered_to_talk" not in days
    tables = {
        (name, each.name): each.explanation
        for name in REPORTS
        if "sector" in REPORTS[name].parts
        for each in make_report(name, sector=horeca).tables
    }
    left_out = tables.pop(("findings", "left_out"))
    assert "omdat de sector ontbreekt" in left_out and "Alleen" not in left_out, "it is about no sector"
    for (name, _table), explanation in tables.items():
        words = {"funnel": "werk zoekt in de sector Horeca", "findings": "over de sector Horeca"}
        assert words.get(name, "werkgevers in de sector Horeca") in explanation, name
    assert "heeft nog geen werkgever" in tables["period", "happened"]


def test_the_sector_of_a_finding_comes_from_employer_placement_or_candidate_in_that_order(
    coordinator,
):
    sectors = {name: Sector.objects.get(name=name) for name in ("Horeca", "Zorg")}
    at_care = make_placement_in_sector("Zorg", wished="Horeca")
    looking = make_dossier(sectors=["Horeca", "Zorg"])
    for fields in (
        {"employer": make_employer(sector=sectors["Horeca"]), "dossier": make_dossier(sectors=["Zorg"])},
        {"placement": at_care, "dossier": at_care.dossier},
        {"interest": at_care.interest},
        {"employer": make_employer(), "dossier": looking},
        {"placement": at_care, "solved_on": today()},
        {"dossier": make_dossier()},
        {},
    ):
        finding = make_finding(**fields)
        finding.save()
        finding.confirm(coordinator)

    def count(**scope) -> tuple[int, list[int]]:
        shown = make_report("findings", **scope)
        (total,) = [get_table(shown, "barriers").total.cells[0].value]
        left_out = [row.cells[0].value for table in shown.tables if table.name == "left_out" for row in table.rows]
        return total, left_out

    assert count() == (7, [])
    assert count(sector=sectors["Horeca"].pk) == (2, [2])
    assert count(sector=sectors["Zorg"].pk) == (4, [2])
    assert count(sector=Sector.objects.get(name="Logistiek").pk) == (0, [2])
    assert findings.findings_noticed(Scope(today(), sector=0)).number == 2

    organisation = Organisation.objects.first()
    Supply.objects.create(dossier=at_care.dossier, organisation=organisation, external_id="P1")
    assert count(organisation=organisation.pk) == (2, [5]), "also what names only the placement"


def test_each_finding_excluded_for_a_missing_sector_or_organisation_counts_in_one_row(coordinator):
    (sector, other_sector), organisation = Sector.objects.all()[:2], Organisation.objects.first()
    other = Organisation.objects.create(name="Andere organisatie")
    known = [(), (sector,), (other_sector,), (sector, other_sector)]
    referred = [(), (organisation,), (other,), (organisation, other)]
    everything = [pair for pair in product(known, referred) for _time in range(1 + len(pair[0]) + 3 * len(pair[1]))]
    for sectors, organisations in everything:
        dossier = make_dossier(sectors=[known_sector.name for known_sector in sectors])
        for referrer in organisations:
            Supply.objects.create(dossier=dossier, organisation=referrer, external_id=str(dossier.pk))
        finding = make_finding(dossier=dossier)
        finding.save()
        finding.confirm(coordinator)

    def expect(is_counted) -> int:
        return sum(is_counted(*pair) for pair in everything)

    def count(**scope) -> tuple[int, list[int]]:
        shown = make_report("findings", **scope)
        cells = [row.cells[0] for row in get_table(shown, "left_out").rows]
        for cell in cells:
            figure, listed = parse_address(cell.figure)
            assert figure.records(listed).count() == cell.value
        return get_table(shown, "barriers").total.cells[0].value, [cell.value for cell in cells]

    inside, left_out = count(sector=sector.pk, organisation=organisation.pk)
    assert inside == expect(lambda sectors, organisations: sector in sectors and organisation in organisations)
    assert left_out == [
        expect(lambda sectors, organisations: not sectors and organisations != ()),
        expect(lambda sectors, organisations: sectors != () and not organisations),
        expect(lambda sectors, organisations: not sectors and not organisations),
    ]
    elsewhere = expect(
        lambda sectors, organisations: (
            sectors != () and organisations != () and not (sector in sectors and organisation in organisations)
        )
    )
    assert 0 not in left_out and inside + elsewhere + sum(left_out) == len(everything)
    assert count(sector=sector.pk)[1] == [expect(lambda sectors, _organisations: not sectors)]
    assert count(organisation=organisation.pk)[1] == [expect(lambda _sectors, organisations: not organisations)]
