"""Tests of the numbers of people in the public edition."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from dossiers.reports.charts import draw_chart
from dossiers.reports.rounding import publish
from dossiers.reports.tables import EUROS, WORDS, Cell, Column, Row, Table

from .tables import make_category_table, make_report, make_step_table, publish_table, read_cells

FEW = "minder dan 5"


@pytest.fixture(autouse=True)
def in_dutch():
    with translation.override("nl"):
        yield


def publish_and_read(table: Table) -> dict[str, list]:
    return read_cells(publish_table(table))


def test_counts_and_totals_are_each_rounded_down():
    assert publish_and_read(make_category_table({"Bouw": 12, "Horeca": 3, "Zorg": 19})) == {
        "Bouw": [10], "Horeca": [FEW], "Zorg": [15], "Totaal": [30],
    }  # fmt: skip


@pytest.mark.parametrize(("number", "expected"), [(0, 0), (1, FEW), (4, FEW), (5, 5), (9, 5), (122, 120)])
def test_one_to_four_is_published_as_fewer_than_five_and_zero_as_zero(number, expected):
    assert publish_and_read(make_step_table({"registered": 1000, "worked": number}))["worked"][0] == expected


def test_the_smallest_rows_are_merged_only_where_rounding_would_disclose_a_number():
    """Five rows published as 10, 5, 5, 5 and few add up to 40 only as 14, 9, 9, 9 and 4."""
    numbers = {"Bouw": 12, "Horeca": 9, "Techniek": 7, "Zorg": 6, "Landbouw": 3}
    assert publish_and_read(make_category_table(numbers)) == {
        "Bouw": [10],
        "Horeca": [5],
        "Techniek": [5],
        "Overige": [5],
        "Totaal": [35],
    }
    assert "Overige" not in publish_and_read(make_category_table(numbers | {"Logistiek": 6}))
    assert publish_and_read(make_category_table({"Bouw": 9, "Horeca": 9, "Techniek": 9, "Zorg": 9, "Landbouw": 4})) == {
        "Totaal": [40]
    }


def test_a_total_under_five_is_not_broken_down():
    table = publish_table(make_category_table({"Bouw": 1, "Horeca": 1, "Zorg": 1, "Techniek": 1}))
    assert read_cells(table) == {"Totaal": [FEW]} and "Te weinig om uit te splitsen." in table.explanation


def test_shares_and_medians_require_ten_people_and_use_rounded_numbers():
    cells = publish_and_read(
        make_step_table({"registered": 44, "talked": 3, "proposed": 31, "worked": 9, "withdrew": 0})
    )
    assert cells == {
        "registered": [40, 100, 21],
        "talked": [FEW, None, None],
        "proposed": [30, "68% tot 85%", 21],
        "worked": [5, "11% tot 23%", None],
        "withdrew": [0, 0, None],
    }
    assert publish_and_read(make_step_table({"registered": 9, "worked": 6})) == {
        "registered": [5],
        "worked": [5],
    }  # no empty columns


def test_a_share_of_two_equal_rounded_numbers_is_a_range():
    """The table has 24 requested permits: 20 are granted, one is refused and three are pending."""
    assert publish_and_read(make_step_table({"asked": 24, "granted": 20}))["granted"][1] == "83% tot 100%"
    assert publish_and_read(make_step_table({"asked": 24, "granted": 24}))["granted"][1] == "83% tot 100%"


def test_a_median_is_rounded_to_whole_days():
    table = make_step_table({"registered": 12})
    row = replace(table.rows[0], cells=(*table.rows[0].cells[:2], Cell(Decimal("21.5"), 12)))
    assert publish_and_read(replace(table, rows=(row,)))["registered"][2] == 22


def test_the_cost_of_a_start_is_published_as_a_range():
    """An exact amount, beside the total of all expenses, would disclose the number of starts."""
    columns = (Column("spent", "Besteed", EUROS), Column("cost", "Per start", EUROS))

    def publish_costs(starts: int) -> list:
        cells = (Cell(Decimal("12345.67")), Cell(Decimal("1.23"), starts, "", Decimal("12345.67"), starts))
        return publish_and_read(Table("per_start", "X", "Wanneer", columns, (Row("Nu", cells, "period"),)))["Nu"]

    assert publish_costs(12) == [Decimal("12345.67"), "€ 881,83 tot € 1.234,57"] == publish_costs(10)
    assert publish_costs(9) == [Decimal("12345.67"), None]


def test_a_chart_draws_only_published_numbers():
    drawn = draw_chart(publish_table(make_step_table({"registered": 40, "worked": 20, "talked": 3})))
    # A chart needs at least two bars.
    assert draw_chart(publish_table(make_step_table({"registered": 40, "talked": 3}))) == ""
    assert "registered" in drawn and "talked" not in drawn


def test_exact_numbers_are_not_stored_in_the_public_edition():
    tables = (make_step_table({"a": 4321, "b": 3}), make_category_table({"A": 4318, "B": 3}))
    stored = json.dumps([publish_table(table).frozen() for table in tables])
    for number in ("4321", "4318", ": 3,"):
        assert number not in stored


def test_the_order_of_rows_does_not_disclose_exact_numbers():
    many = make_category_table({"Zorg": 12, "Bouw": 14, "Techniek": 31, "Horeca": 4, "Aardappels": 1}, ranked=True)
    assert list(publish_and_read(many)) == ["Techniek", "Zorg", "Overige", "Totaal"]
    other_way = make_category_table({"Zorg": 14, "Bouw": 12, "Techniek": 31, "Horeca": 1, "Aardappels": 4}, ranked=True)
    assert list(publish_and_read(other_way)) == list(publish_and_read(many))


def test_texts_of_findings_are_omitted_and_advice_is_sorted_by_name():
    def make_words_table(name: str) -> Table:
        rows = tuple(Row(label, (Cell("Iets"),), label) for label in ("Vervoer", "Taal"))
        return Table(name, name, "Categorie", (Column("x", "X", WORDS),), rows)

    report = publish(make_report(make_words_table("solutions"), make_words_table("advice")))
    assert [table.name for table in report.tables] == ["advice"]
    assert [row.label for row in report.tables[0].rows] == ["Taal", "Vervoer"]
    chosen = publish(make_report(make_words_table("solutions")), {"Taal"})
    assert [row.label for row in chosen.tables[0].rows] == ["Taal"]


def test_amounts_of_money_are_not_rounded():
    columns = (Column("spent", "Besteed", EUROS),)
    table = Table("budget", "Budget", "Soort", columns, (Row("Matching", (Cell(Decimal("3.25")),), "matching"),))
    assert publish_and_read(table) == {"Matching": [Decimal("3.25")]}
