"""What a reader can work out: each small table that could be there is tried, as somebody would who knows the rule."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise, product

import pytest

from dossiers.reports.suppression.reckoning import COUNTED, FEW, LARGE, POSSIBLE, SMALL, Key, Reckoning, is_few

World = tuple[int, ...]
Outcome = tuple[object, ...]


def told(numbers: dict[Key, int], sums: Iterable[tuple[list[Key], Key]], apart: Iterable[Key] = ()) -> Reckoning:
    """These numbers, few of them kept back, with all that must go along; `apart` are told nowhere."""
    known = Reckoning()
    for key, number in numbers.items():
        limits = COUNTED if key in apart else SMALL if is_few(number) else None
        known.add(key, number, limits)
    for parts, whole in sums:
        known.add_sum(*parts, of=whole)
    for key, number in numbers.items():
        if is_few(number):
            known.protect(key, set(numbers) - set(apart))
    return known


def a_list(world: World) -> Reckoning:
    """Rows with their total."""
    rows: dict[Key, int] = dict(enumerate(world))
    return told(rows | {"total": sum(world)}, [(list(rows), "total")])


def some_of_it(world: World) -> Reckoning:
    """A whole of people and some of them."""
    whole, some = world
    return told({"whole": whole, "some": some, "others": whole - some}, [(["some", "others"], "whole")], ["others"])


def two_editions(world: World) -> Reckoning:
    """The second of a period that holds the first's."""
    first, more = world
    known = Reckoning()
    known.add("first", first, SMALL if is_few(first) else None)
    known.add("both", first + more, SMALL if is_few(first + more) else None)
    known.add("more", more, COUNTED)
    known.add_sum("first", "more", of="both")
    for key in known.numbers:
        if is_few(known.numbers[key]):
            known.protect(key, {"both"})  # the first is out
    return known


def both_ways(world: World) -> Reckoning:
    """Two rows, two columns, and their totals."""
    a, b, c, d = world
    numbers = {"a": a, "b": b, "c": c, "d": d, "ab": a + b, "cd": c + d, "ac": a + c, "bd": b + d, "all": sum(world)}
    lines = ("ab", "cd", "ac", "bd")
    sums = [(list(line), line) for line in lines] + [(["ab", "cd"], "all"), (["ac", "bd"], "all")]
    return told(dict(numbers), sums)


def outcome(known: Reckoning) -> Outcome:
    """What stands in the paper."""
    words = {SMALL: "few", LARGE: "not stated"}
    shown = [key for key in known.numbers if known.kept_back.get(key) != COUNTED]
    return tuple(
        words.get(known.kept_back[key], "not stated") if key in known.kept_back else known.numbers[key] for key in shown
    )


def found_out(make: Callable[[World], Reckoning], worlds: Iterable[World], top: int) -> tuple[list[World], int]:
    """In which worlds somebody who tries all worlds can tell a few; and how many different papers there are.

    Only worlds up to `top` are judged: of those at the edge the neighbours were not tried.
    """
    papers: dict[Outcome, list[tuple[World, Reckoning]]] = defaultdict(list)
    for world in worlds:
        known = make(world)
        papers[outcome(known)].append((world, known))
    found = []
    for alike in papers.values():
        world, known = alike[0]
        for key, number in known.numbers.items():
            if is_few(number) and {one.numbers[key] for _world, one in alike} == {number} and max(world) <= top:
                found.append(world)
    return found, len(papers)


@pytest.mark.parametrize(("rows", "most", "top"), [(2, 17, 12), (3, 13, 9), (4, 9, 5)])
def test_in_a_list_with_its_total_nobody_who_knows_the_rule_finds_a_few(rows, most, top):
    found, papers = found_out(a_list, product(range(most), repeat=rows), top)
    assert found == [] and papers > 100


def test_of_people_the_others_can_not_be_found_either():
    worlds = [(whole, some) for whole, some in product(range(24), repeat=2) if some <= whole]
    assert found_out(some_of_it, worlds, 18)[0] == []


def test_the_difference_of_two_editions_is_not_found():
    found, _papers = found_out(two_editions, product(range(5, 24), range(20)), 14)
    assert found == []


def test_in_a_table_that_adds_up_both_ways_it_is_seldom():
    """The docstring of the rule says how seldom."""
    found, papers = found_out(both_ways, product(range(10), repeat=4), 6)
    assert len(set(found)) < papers / 200


def possible(known: Reckoning, key: Key, most: int = 24) -> set[int]:
    """Each value that fits what was told, found by trying all: another way than the rule's own."""
    hidden = [one for one in known.numbers if one in known.kept_back]
    ranges = []
    for one in hidden:
        low, high = known.kept_back[one]
        ranges.append(range(int(low), int(min(high, most)) + 1))
    found = set()
    for values in product(*ranges):
        numbers = known.numbers | dict(zip(hidden, values, strict=True))
        if all(sum(factor * numbers[part] for part, factor in one.items()) == 0 for one in known.sums):
            found.add(numbers[key])
    return found


@pytest.mark.parametrize("world", [(3, 8, 9), (1, 5, 9), (2, 2, 11), (4, 4, 4), (1, 1, 9), (1, 0, 0), (4, 12, 12)])
def test_a_few_keeps_three_possible_values(world):
    known = a_list(world)
    for key, number in known.numbers.items():
        if is_few(number):
            assert len(possible(known, key) & set(range(1, FEW))) >= POSSIBLE, (world, key)


def test_every_number_kept_back_in_both_ways_keeps_three_values():
    for world in [(1, 9, 9, 9), (2, 3, 8, 9), (4, 5, 5, 4), (1, 0, 7, 9)]:
        known = both_ways(world)
        for key, number in known.numbers.items():
            if is_few(number):
                assert len(possible(known, key, 20) & set(range(1, FEW))) >= POSSIBLE, (world, key)


def test_nothing_is_kept_back_where_nothing_is_few():
    for world in [(5, 9, 12), (0, 8, 9), (5, 5, 0)]:
        assert a_list(world).kept_back == {}


def test_which_one_goes_along_does_not_depend_on_its_size():
    papers = [outcome(a_list((3, *rest))) for rest in ((8, 20, 30), (30, 20, 8), (20, 8, 30))]
    assert all(one[3] == "not stated" and one[1] != "not stated" for one in papers)


def test_more_people_never_make_an_answer_slow():
    """A chain in which each number hangs on the next."""
    numbers: dict[Key, int] = dict.fromkeys(range(60), 9) | {0: 3}
    pairs = [([left, f"{left}+"], right) for left, right in pairwise(range(60))]
    numbers |= {f"{left}+": 0 for left in range(59)} | {"0+": 6}
    known = told(numbers, pairs, [f"{left}+" for left in range(59)])
    assert known.is_safe(0)
