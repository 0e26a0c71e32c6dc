"""Sets of whole numbers, such as lines and keys of records, as ranges: consecutive numbers take no more space."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence


class Ranges:
    """The numbers of ranges that are given by their first and last number, in ascending order."""

    def __init__(self, ranges: Collection[Sequence[int]]) -> None:
        self._starts, self._ends = [first for first, _last in ranges], [last for _first, last in ranges]

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self._starts, number) - 1
        return place >= 0 and number <= self._ends[place]

    def __iter__(self) -> Iterator[int]:
        for first, last in zip(self._starts, self._ends, strict=True):
            yield from range(first, last + 1)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in zip(self._starts, self._ends, strict=True))


def build_ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Return the first and last number of each run of consecutive numbers.

    >>> build_ranges([5, 2, 3, 9])
    [[2, 3], [5, 5], [9, 9]]
    """
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges
