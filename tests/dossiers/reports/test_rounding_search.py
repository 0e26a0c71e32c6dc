"""An exhaustive search for disclosures in small tables, by a reader who knows the rule and the totals.

The reader has every table that could have been published in this form. No number of one to four may have the same
value in all of them: not of a category, of the merged categories or of the whole.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import pytest

from dossiers.reports.rounding import STEP, count_merged, round_down

Counts = tuple[int, ...]
MOST = 9  # highest number in a category, so that 0, few and 5 are published


def publish_number(number: int) -> Any:
    return "few" if 0 < number < STEP else round_down(number)


@cache
def publish_counts(counts: Counts) -> tuple[Any, ...]:
    """Return the public form of a table; categories without people and merged categories have no number."""
    present = sorted((i for i, number in enumerate(counts) if number), key=lambda i: (-round_down(counts[i]), i))
    merged = set(present[len(present) - count_merged([counts[i] for i in present]) :]) if present else set()
    named = tuple(None if i in merged or not number else publish_number(number) for i, number in enumerate(counts))
    together = sum(counts[i] for i in merged)
    return named, publish_number(together) if len(merged) < len(present) else None, publish_number(sum(counts))


def get_hidden_numbers(counts: Counts) -> Counts:
    """Return the numbers that a reader may try to find out."""
    named, together, _total = publish_counts(counts)
    merged = sum(number for number, name in zip(counts, named, strict=True) if name is None) if together else 0
    return (*counts, sum(counts), merged)


def find_disclosures(editions: Iterator[tuple[Any, Counts]]) -> list[Any]:
    """Return the editions that leave only one value for a number of one to four."""
    possible: dict[Any, list[set[int]]] = {}
    for edition, numbers in editions:
        candidates = possible.setdefault(edition, [set() for _number in numbers])
        for values, number in zip(candidates, numbers, strict=True):
            values.add(number)
    return [
        edition
        for edition, candidates in possible.items()
        if any(len(numbers) == 1 and 0 < min(numbers) < STEP for numbers in candidates)
    ]


def all_counts(categories: int, most: int = MOST) -> Iterator[Counts]:
    return product(range(most + 1), repeat=categories)


def single_editions(categories: int) -> Iterator[tuple[Any, Counts]]:
    for counts in all_counts(categories):
        yield publish_counts(counts), get_hidden_numbers(counts)


def longer_periods(categories: int) -> Iterator[tuple[Any, Counts]]:
    """Yield a period and a longer one that contains it; the reader does not know how many people were added."""
    for counts in all_counts(categories):
        for more in product(*(range(number, MOST + 1) for number in counts)):
            yield (
                (publish_counts(counts), publish_counts(more)),
                (*get_hidden_numbers(counts), *get_hidden_numbers(more)),
            )


def parts_of_a_whole(categories: int) -> Iterator[tuple[Any, Counts]]:
    """Yield a table and the edition of one category, whose number is its headline."""
    for counts in all_counts(categories):
        for place, number in enumerate(counts):
            yield (publish_counts(counts), place, publish_number(number)), get_hidden_numbers(counts)


def overlapping_periods(categories: int) -> Iterator[tuple[Any, Counts]]:
    """Yield two periods with common days: the numbers before, in and after the overlap."""
    for before, both, after in product(all_counts(categories, 5), all_counts(categories, 5), all_counts(categories, 5)):
        first, second = (tuple(map(sum, zip(part, both, strict=True))) for part in (before, after))
        yield (
            (publish_counts(first), publish_counts(second)),
            (*get_hidden_numbers(first), *get_hidden_numbers(second), *both),
        )


def two_tables(first: int, second: int) -> Iterator[tuple[Any, Counts]]:
    """Yield the same whole by sector and by organization."""
    by_total = defaultdict(list)
    for counts in all_counts(second):
        by_total[sum(counts)].append(counts)
    for counts in all_counts(first):
        for other in by_total[sum(counts)]:
            yield (
                (publish_counts(counts), publish_counts(other)),
                (*get_hidden_numbers(counts), *get_hidden_numbers(other)),
            )


def second_columns(rows: int) -> Iterator[tuple[Any, Counts]]:
    """Yield rows that are large in the first column; merged rows have only their sum."""
    merged = count_merged([2 * STEP] * rows, has_more_columns=True)
    for counts in all_counts(rows - merged):
        named = tuple(publish_number(number) if number >= STEP else "few" for number in counts)
        for together in range(4 * STEP) if merged else (0,):
            yield (
                (named, publish_number(together) or "few", publish_number(sum(counts) + together)),
                (*counts, together),
            )


def outcomes(rows: int) -> Iterator[tuple[Any, Counts]]:
    """Yield outcomes in rows that are always present; a whole under five is not broken down."""
    for counts in all_counts(rows):
        whole = sum(counts)
        yield (
            (tuple(map(publish_number, counts)) if not 0 < whole < STEP else None, publish_number(whole)),
            (*counts, whole),
        )


@pytest.mark.parametrize(
    ("editions", "sizes"),
    [
        *((single_editions, (categories,)) for categories in (1, 2, 3, 4)),
        *((longer_periods, (categories,)) for categories in (1, 2, 3)),
        (parts_of_a_whole, (3,)),
        (overlapping_periods, (2,)),
        (two_tables, (3, 3)),
        *((second_columns, (rows,)) for rows in (2, 3, 4)),
        *((outcomes, (rows,)) for rows in (2, 3, 4)),
    ],
)
def test_no_number_from_one_to_four_can_be_derived(editions, sizes):
    assert find_disclosures(editions(*sizes)) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("editions", "sizes"),
    [
        (single_editions, (5,)),
        (single_editions, (6,)),
        (parts_of_a_whole, (4,)),
        (longer_periods, (4,)),
        (second_columns, (5,)),
    ],
)
def test_no_number_from_one_to_four_can_be_derived_from_larger_tables(editions, sizes):
    assert find_disclosures(editions(*sizes)) == []


def test_how_many_rows_go_together_does_not_tell_their_sum():
    """With four rows of six merged, a reader could otherwise work out that the last two are fewer than five."""
    assert count_merged([9, 9, 4, 4, 1, 3]) == count_merged([9, 9, 4, 4, 4, 4])


def test_rounding_without_merging_would_disclose_numbers():
    """The search can find a disclosure: four categories of one person each are fewer than five together."""
    assert (("few",) * 4, "few") in find_disclosures(
        ((tuple(map(publish_number, counts)), publish_number(sum(counts))), counts) for counts in all_counts(4)
    )
