"""What an edition tells others: nobody can be recognised in it, nor by laying it beside another."""

import json
from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.reports.charts import svg
from dossiers.reports.tables import WORDS, Cell, Column, Row, Table

from .papers import BEGIN, END, LATER, categories, edition, publishable, read, report, steps

FEW, NOT_STATED = "minder dan 5", "niet vermeld"


@pytest.fixture(autouse=True)
def in_dutch():
    with translation.override("nl"):
        yield


def shown(table: Table) -> dict[str, list]:
    return read(publishable(report(table)))


def test_small_categories_are_put_together():
    told = shown(categories({"Bouw": 12, "Horeca": 3, "Techniek": 2, "Zorg": 1, "Landbouw": 0}))
    assert told == {"Bouw": [12], "Landbouw": [0], "Overige (3)": [6]}


def test_what_is_still_few_is_said_so_and_nobody_is_nobody():
    assert shown(categories({"Bouw": 12, "Horeca": 3, "Zorg": 0})) == {"Bouw": [12], "Horeca": [FEW], "Zorg": [0]}
    assert shown(categories({"Bouw": 12, "Horeca": 2, "Zorg": 1})) == {"Bouw": [12], "Overige (2)": [FEW]}


def test_a_total_does_not_tell_the_one_that_was_kept_back():
    told = shown(categories({"Bouw": 12, "Horeca": 3, "Zorg": 20}, total=35))
    assert told == {"Bouw": [12], "Horeca": [FEW], "Zorg": [NOT_STATED], "Totaal": [35]}


def test_a_total_in_another_table_does_not_tell_it_either():
    told = publishable(report(steps({"registered": 35}), categories({"Bouw": 12, "Horeca": 3, "Zorg": 20})))
    assert read(told, 0)["registered"][0] == 35
    assert read(told, 1) == {"Bouw": [12], "Horeca": [FEW], "Zorg": [NOT_STATED]}


@pytest.mark.parametrize(
    "small", [{"Horeca": 1, "Zorg": 1, "Bouw": 1, "Techniek": 1, "Landbouw": 1}, {"Zorg": 4, "Bouw": 4}]
)
def test_a_row_of_several_tells_no_one_of_them(small):
    """Five that are 5 together are 1 each, two that are 8 are 4 each."""
    told = shown(categories({"Logistiek": 30} | small))
    assert told[f"Overige ({len(small)})"] == [NOT_STATED]


def test_of_people_the_others_are_not_told_either():
    assert read(publishable(report(steps({"registered": 20, "talked": 18}))))["talked"] == [NOT_STATED] * 3
    assert read(publishable(report(steps({"registered": 20, "talked": 20}))))["talked"][:2] == [20, 100]
    assert read(publishable(report(steps({"registered": 20, "talked": 12}))))["talked"][:2] == [12, 60]


def test_shares_and_medians_go_with_the_number_that_they_come_from():
    told = read(publishable(report(steps({"registered": 40, "talked": 3, "proposed": 30}))))
    assert told == {"registered": [40, 100, 21], "talked": [FEW, NOT_STATED, NOT_STATED], "proposed": [30, 75, 21]}


def test_without_the_whole_there_is_no_share():
    """Half of it, which are 10, would tell that the whole is 20."""
    earlier = edition(steps({"registered": 18, "proposed": 10}))
    told = publishable(report(steps({"registered": 20, "proposed": 10}, LATER)), [earlier])
    assert read(told) == {"registered": [NOT_STATED] * 3, "proposed": [10, NOT_STATED, 21]}


def test_a_chart_draws_only_what_is_told():
    table = publishable(report(steps({"registered": 40, "talked": 3})))[0].tables[0]
    drawn = svg(table)
    assert "registered" in drawn and "talked" not in drawn


def test_nothing_of_it_stands_in_what_is_kept_either():
    """Neither the number nor how many records are behind a median."""
    one = publishable(report(steps({"registered": 4321, "talked": 3}), categories({"Bouw": 4317, "Zorg": 3})))
    kept = json.dumps([table.frozen() for table in one[0].tables])
    assert '"many": 3' not in kept and '"value": 3' not in kept and '"many": 4318' not in kept


@pytest.mark.parametrize("later", [19, 20, 21, 22])
def test_a_later_edition_does_not_tell_who_came_between(later):
    earlier = edition(steps({"registered": 18}))
    told = read(publishable(report(steps({"registered": later}, LATER)), [earlier]))
    assert told["registered"][0] == NOT_STATED


def test_a_later_edition_tells_what_differs_by_more_or_not_at_all():
    earlier = edition(steps({"registered": 18}))
    for later in (18, 23, 40):
        told = read(publishable(report(steps({"registered": later}, LATER)), [earlier]))
        assert told["registered"][0] == later


def test_numbers_that_were_corrected_by_a_few_are_not_told_again():
    earlier = edition(steps({"registered": 18}))
    assert read(publishable(report(steps({"registered": 20})), [earlier]))["registered"][0] == NOT_STATED
    assert read(publishable(report(steps({"registered": 18})), [earlier]))["registered"][0] == 18


def test_periods_that_follow_each_other_do_not_tell_the_one_kept_back():
    """3 until November and 20 after it: 23 in all would tell the 3."""
    first = edition(steps({"registered": 3}))
    after = steps({"registered": 20}, LATER, begin=END.replace(day=2))
    second = edition(after, earlier=(first,))
    both = publishable(report(steps({"registered": 23}, LATER)), [first, second])
    assert read(both)["registered"][0] == NOT_STATED


def test_another_period_apart_is_another_matter():
    earlier = edition(steps({"registered": 18}))
    apart = steps({"registered": 20}, LATER, begin=END.replace(day=2))
    assert read(publishable(report(apart), [earlier]))["registered"][0] == 20


def test_the_order_of_rows_tells_nothing():
    many = categories({"Zorg": 30, "Techniek": 20, "Bouw": 11, "Horeca": 3}, total=64, ranked=True)
    assert list(shown(many).items()) == [
        ("Techniek", [20]), ("Bouw", [11]), ("Horeca", [FEW]), ("Zorg", [NOT_STATED]), ("Totaal", [64]),
    ]  # fmt: skip


def test_words_about_one_case_are_left_out_and_advice_stands_in_no_order_of_numbers():
    def words(name: str) -> Table:
        rows = tuple(Row(label, (Cell("Iets"),)) for label in ("Vervoer", "Taal"))
        return Table(name, name, "Categorie", (Column("x", "X", WORDS),), rows)

    (told,) = publishable(report(words("solutions"), words("advice")))
    assert [table.name for table in told.tables] == ["advice"]
    assert [row.label for row in told.tables[0].rows] == ["Taal", "Vervoer"]


def test_money_is_of_no_person():
    table = replace(categories({}), rows=(Row("Matching", (Cell(3),)),), adds_up=False)
    assert shown(table) == {"Matching": [3]}


def test_a_table_of_which_nothing_can_be_told_says_so():
    told = publishable(report(categories({"Bouw": 1, "Zorg": 1, "Horeca": 1, "Techniek": 1}, total=4)))
    assert read(told) == {} or set(map(tuple, read(told).values())) <= {(FEW,), (NOT_STATED,)}


NUMBERS = st.integers(0, 30)


@settings(max_examples=150, deadline=None)
@given(st.lists(NUMBERS, min_size=2, max_size=6), st.integers(0, 8), st.integers(0, 5))
def test_no_few_can_be_taken_from_what_two_editions_show(numbers, more, place):
    """Whatever is shown: no row, no rest of a total, and no difference of the two is 1 to 4."""
    first = dict(zip("ABCDEF", numbers, strict=False))
    second = dict(first)
    grown = list(second)[place % len(second)]
    second[grown] += more
    earlier = edition(categories(first, sum(first.values())))
    later = edition(categories(second, sum(second.values()), end=LATER), earlier=(earlier,))
    before, after = read(earlier.public), read(later.public)
    for told in (before, after):
        assert not [one for (one,) in told.values() if isinstance(one, int) and 0 < one < 5]
        rows = [one for label, (one,) in told.items() if label != "Totaal"]
        if rows and isinstance(told["Totaal"][0], int) and sum(not isinstance(one, int) for one in rows) == 1:
            assert told["Totaal"][0] - sum(one for one in rows if isinstance(one, int)) >= 5
    for label in before.keys() & after.keys():
        (one,), (other,) = before[label], after[label]
        if isinstance(one, int) and isinstance(other, int) and "Overige" not in label:
            assert not 0 < abs(other - one) < 5, label


def test_begin_of_everything_overlaps_too():
    earlier = edition(steps({"registered": 18}, begin=None))
    assert read(publishable(report(steps({"registered": 16}, begin=BEGIN)), [earlier]))["registered"][0] == NOT_STATED
