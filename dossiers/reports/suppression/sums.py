"""Which sums a reader can know of, among numbers of one or several editions."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations, permutations

from dossiers.reports.suppression.addresses import Number, joins, overlap
from dossiers.reports.suppression.belonging import MADE_UP_OF, OFTEN_THE_SAME, SOME_OF
from dossiers.reports.suppression.reckoning import COUNTED, Key, Limits, Reckoning

LESS: Limits = (float("-inf"), 0)


def reckoning(numbers: Mapping[Number, int], kept_back: Mapping[Number, Limits]) -> Reckoning:
    """What can be worked out of these: their sums, and what one has more than another, which is told nowhere."""
    found = Reckoning()
    for key, number in numbers.items():
        found.add(key, number, kept_back.get(key))
    single = [key for key in numbers if key.is_single]
    for key in numbers:
        _made_up(found, key)
        _some_of(found, key)
        _the_same(found, key)
        if not key.is_single:
            found.add_sum(*(Number(key.figure, (code,), key.edition) for code in key.codes), of=key)
    _parts(found, single)
    _periods(found, single)
    return found


def _made_up(found: Reckoning, key: Number) -> None:
    parts = [key.with_figure(name) for name in MADE_UP_OF.get(key.figure, ())]
    if parts and all(part in found.numbers for part in parts):
        found.add_sum(*parts, of=key)


def _some_of(found: Reckoning, key: Number) -> None:
    whole = key.with_figure(SOME_OF.get(key.figure, ""))
    if whole in found.numbers and found.numbers[whole] >= found.numbers[key]:
        _apart(found, key, whole, ("others", key), COUNTED)


def _apart(found: Reckoning, less: Key, more: Key, name: Key, limits: Limits) -> None:
    found.add(name, found.numbers[more] - found.numbers[less], limits)
    found.add_sum(less, name, of=more)


def _the_same(found: Reckoning, key: Number) -> None:
    for names in OFTEN_THE_SAME:
        if key.figure in names:
            for name in names[names.index(key.figure) + 1 :]:
                other = key.with_figure(name)
                if found.numbers.get(other) == found.numbers[key]:
                    found.add_sum(key, of=other)


def _parts(found: Reckoning, single: list[Number]) -> None:
    """Rows by sector and so on, and their whole; a reader is taken to know who stands in two rows."""
    parts_of: dict[tuple[str, Number], list[Number]] = defaultdict(list)
    for key in single:
        for part in key.parts:
            parts_of[part, key.without(part)].append(key)
    for (_part, whole), parts in parts_of.items():
        if whole in found.numbers:
            found.add_sum(*parts, of=whole)


def _periods(found: Reckoning, single: list[Number]) -> None:
    """The same figure of the same part in other periods, or told again after a correction."""
    alike: dict[tuple, list[Number]] = defaultdict(list)
    for key in single:
        alike[key.figure, tuple(key.parts.items())].append(key)
    for same in alike.values():
        for one, other in combinations(same, 2):
            if one.edition != other.edition:
                _difference(found, one, other)
        for first, second, both in permutations(same, 3):
            if joins(first.period, second.period, both.period):
                found.add_sum(first, second, of=both)


def _difference(found: Reckoning, one: Number, other: Number) -> None:
    grown = found.numbers[other] - found.numbers[one]
    if one.codes == other.codes and not grown:
        found.add_sum(one, of=other)
    elif overlap(one.period, other.period):
        _apart(found, one, other, ("between", one, other), COUNTED if grown >= 0 else LESS)
