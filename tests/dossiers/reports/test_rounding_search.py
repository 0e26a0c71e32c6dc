"""Every small table, alone and beside another edition: what a reader learns who knows the rule and the totals.

The reader keeps, for all that was told, every table that could have been told so. No number of one to four may have
one value in all of them: of a category, of the categories that went together, or of the whole.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import pytest

from dossiers.reports.rounding import STEP, count_merged, round_down

Counts = tuple[int, ...]
MOST = 9  # of a category: what is told as 0, as few and as 5


def told(number: int) -> Any:
    return "few" if 0 < number < STEP else round_down(number)


@cache
def told_of(counts: Counts) -> tuple[Any, ...]:
    """A table of these categories as it is told: those of nobody are not in it, like those that went together."""
    present = sorted((i for i, number in enumerate(counts) if number), key=lambda i: (-round_down(counts[i]), i))
    merged = set(present[len(present) - count_merged([counts[i] for i in present]) :]) if present else set()
    named = tuple(None if i in merged or not number else told(number) for i, number in enumerate(counts))
    together = sum(counts[i] for i in merged)
    return named, told(together) if len(merged) < len(present) else None, told(sum(counts))


def hidden_in(counts: Counts) -> Counts:
    """All that a reader may be after."""
    named, together, _total = told_of(counts)
    merged = sum(number for number, name in zip(counts, named, strict=True) if name is None) if together else 0
    return (*counts, sum(counts), merged)


def given_away(editions: Iterator[tuple[Any, Counts]]) -> list[Any]:
    """What was told, where it leaves a number of one to four one value."""
    possible: dict[Any, list[set[int]]] = {}
    for seen, numbers in editions:
        known = possible.setdefault(seen, [set() for _number in numbers])
        for values, number in zip(known, numbers, strict=True):
            values.add(number)
    return [seen for seen, known in possible.items() if any(len(one) == 1 and 0 < min(one) < STEP for one in known)]


def tables(categories: int, most: int = MOST) -> Iterator[Counts]:
    return product(range(most + 1), repeat=categories)


def alone(categories: int) -> Iterator[tuple[Any, Counts]]:
    for counts in tables(categories):
        yield told_of(counts), hidden_in(counts)


def beside_a_longer_period(categories: int) -> Iterator[tuple[Any, Counts]]:
    """Whoever was in the one is in the other, that of one person more among them; the reader does not know how many."""
    for counts in tables(categories):
        for more in product(*(range(number, MOST + 1) for number in counts)):
            yield (told_of(counts), told_of(more)), (*hidden_in(counts), *hidden_in(more))


def beside_a_part(categories: int) -> Iterator[tuple[Any, Counts]]:
    """An edition of one category, in which its number is the headline."""
    for counts in tables(categories):
        for place, number in enumerate(counts):
            yield (told_of(counts), place, told(number)), hidden_in(counts)


def beside_one_that_overlaps(categories: int) -> Iterator[tuple[Any, Counts]]:
    """Two periods with days in common: what lies in both, before and after."""
    for before, both, after in product(tables(categories, 5), tables(categories, 5), tables(categories, 5)):
        first, second = (tuple(map(sum, zip(one, both, strict=True))) for one in (before, after))
        yield (told_of(first), told_of(second)), (*hidden_in(first), *hidden_in(second), *both)


def in_two_tables(first: int, second: int) -> Iterator[tuple[Any, Counts]]:
    """One whole, told by sector and by organisation."""
    by_total = defaultdict(list)
    for counts in tables(second):
        by_total[sum(counts)].append(counts)
    for counts in tables(first):
        for other in by_total[sum(counts)]:
            yield (told_of(counts), told_of(other)), (*hidden_in(counts), *hidden_in(other))


def with_a_second_column(rows: int) -> Iterator[tuple[Any, Counts]]:
    """Of rows that are large in the first column; of those that went together only their sum is told."""
    merged = count_merged([2 * STEP] * rows, has_more_columns=True)
    for counts in tables(rows - merged):
        named = tuple(told(number) if number >= STEP else "few" for number in counts)
        for together in range(4 * STEP) if merged else (0,):
            yield (named, told(together) or "few", told(sum(counts) + together)), (*counts, together)


def outcomes(rows: int) -> Iterator[tuple[Any, Counts]]:
    """What became of something, in rows that always stand there; a whole under five is not broken down."""
    for counts in tables(rows):
        whole = sum(counts)
        yield (tuple(map(told, counts)) if not 0 < whole < STEP else None, told(whole)), (*counts, whole)


@pytest.mark.parametrize(
    ("editions", "sizes"),
    [
        *((alone, (categories,)) for categories in (1, 2, 3, 4)),
        *((beside_a_longer_period, (categories,)) for categories in (1, 2, 3)),
        (beside_a_part, (3,)),
        (beside_one_that_overlaps, (2,)),
        (in_two_tables, (3, 3)),
        *((with_a_second_column, (rows,)) for rows in (2, 3, 4)),
        *((outcomes, (rows,)) for rows in (2, 3, 4)),
    ],
)
def test_no_number_of_one_to_four_is_left_with_one_value(editions, sizes):
    assert given_away(editions(*sizes)) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("editions", "sizes"),
    [(alone, (5,)), (beside_a_part, (4,)), (beside_a_longer_period, (4,)), (with_a_second_column, (5,))],
)
def test_none_is_in_larger_tables_either(editions, sizes):
    assert given_away(editions(*sizes)) == []


@pytest.mark.exhaustive
def test_of_tables_with_six_categories_fewer_than_one_in_a_thousand_give_one_away():
    seen = set(given_away(alone(6)))
    assert sum(told_of(counts) in seen for counts in tables(6)) < (MOST + 1) ** 6 / 1000


def test_rounding_alone_would_give_some_away():
    """The search finds what it is for: four of one person each are fewer than five together."""
    assert (("few",) * 4, "few") in given_away(((tuple(map(told, one)), told(sum(one))), one) for one in tables(4))
