"""What somebody with a pencil can work out: numbers, the sums between them, and which of them were published.

Knows no tables. A sum is known to the reader exactly, also where it holds by and large only (rows in which somebody
stands twice): who can't work it out then, can't with less.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator
from dataclasses import dataclass, field

FEW = 5
"""Under so many, persons could be recognised (the issue's own rule); 0 is nobody."""
POSSIBLE = 3
"""So many values must stay possible for each number that is kept back. With 2, the last one kept back beside it would
tell that the first was the least it could be."""
TRIES = 300  # of a search for another value; a number for which none is found in so many counts as found out

Key = Hashable
Sum = dict[Key, int]
Limits = tuple[float, float]
ANY: Limits = (float("-inf"), float("inf"))
COUNTED: Limits = (0, float("inf"))
SMALL: Limits = (1, FEW - 1)
SOME: Limits = (1, float("inf"))
LARGE: Limits = (FEW, float("inf"))


def is_few(number: int) -> bool:
    return 0 < abs(number) < FEW


@dataclass
class Reckoning:
    """`numbers` as they are; `kept_back` those that are not told, with the limits that a reader knows; `sums` as
    {key: factor}, together always the same."""

    numbers: dict[Key, int] = field(default_factory=dict)
    kept_back: dict[Key, Limits] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    _sums_of: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, key: Key, number: int, limits: Limits | None = None) -> None:
        """A number; with limits it is kept back from the start."""
        self.numbers[key] = number
        if limits:
            self.kept_back[key] = limits

    def add_sum(self, *parts: Key, of: Key) -> None:
        """These parts make up that whole."""
        self.sums.append(dict.fromkeys(parts, 1) | {of: -1})
        for key in self.sums[-1]:
            self._sums_of[key].append(len(self.sums) - 1)

    def protect(self, key: Key, among: Container[Key]) -> bool:
        """Keep back what is needed `among` some keys, so that a number keeps enough possible values; says if it does.

        The next to be kept back is the last in order, a part sooner than a whole: never chosen by its size, which
        would tell something of it.
        """
        while not self.is_safe(key):
            beside = self._next_beside(key, among)
            if beside is None:
                return self._say_less(key, among) and self.is_safe(key)
            self.kept_back[beside] = LARGE
        return True

    def _say_less(self, key: Key, among: Container[Key]) -> bool:
        """Of a whole that is few itself not even that: it would bound each of its parts. Says if there was one."""
        wholes = [one for place in self._sums_of[key] for one, factor in self.sums[place].items() if factor < 0]
        few = [one for one in wholes if one in among and self.kept_back.get(one) == SMALL]
        self.kept_back |= dict.fromkeys(few, SOME)
        return bool(few)

    def kept_back_around(self, keys: Iterable[Key]) -> list[Key]:
        """The few that are kept back and of which these can tell something, by sums."""
        seen, around = set(keys), list(keys)
        while around:
            for place in self._sums_of[around.pop()]:
                new = [one for one in self.sums[place] if one not in seen]
                seen.update(new)
                around += [one for one in new if one in self.kept_back]
        return [key for key, number in self.numbers.items() if key in seen and is_few(number)]

    def is_safe(self, key: Key) -> bool:
        """Whether a reader finds at least POSSIBLE values of it as likely."""
        if key not in self.kept_back:
            return False
        return 1 + sum(self._reachable(key, step) for step in (1, -1)) >= POSSIBLE

    def _reachable(self, key: Key, step: int) -> int:
        """How many other few values it can have on this side, all that was told staying as it is.

        Of one of which not even that was told, also others count.
        """
        now, found, may_be_more = dict(self.numbers), 0, self.kept_back[key] == SOME
        while (is_few(now[key] + step) or (may_be_more and found < POSSIBLE)) and (
            changed := self._moved(now, key, step)
        ):
            now |= changed
            found += 1
        return found

    def _moved(self, now: dict[Key, int], key: Key, step: int) -> dict[Key, int] | None:
        tries = iter(range(TRIES))
        changes: dict[Key, int] = {key: step}
        if not self._fits(now, key, step) or not self._settle(now, changes, tries):
            return None
        return {one: now[one] + change for one, change in changes.items()}

    def _fits(self, now: dict[Key, int], key: Key, change: int) -> bool:
        low, high = self.kept_back.get(key, (now[key], now[key]))
        return low <= now[key] + change <= high

    def _settle(self, now: dict[Key, int], changes: dict[Key, int], tries: Iterator[int]) -> bool:
        """Complete the changes until each sum holds again."""
        amiss = self._amiss(changes)
        if amiss is None:
            return True
        one, excess = amiss
        free = [key for key in one if key in self.kept_back and key not in changes]
        for key in sorted(free, key=lambda key: len(self._sums_of[key])):  # first what changes little else
            change = -excess * one[key]  # factors are 1 and -1
            if self._fits(now, key, change) and next(tries, None) is not None:
                changes[key] = change
                if self._settle(now, changes, tries):
                    return True
                del changes[key]
        return False

    def _amiss(self, changes: dict[Key, int]) -> tuple[Sum, int] | None:
        for key in changes:
            for place in self._sums_of[key]:
                one = self.sums[place]
                if excess := sum(factor * changes.get(part, 0) for part, factor in one.items()):
                    return one, excess
        return None

    def _next_beside(self, key: Key, among: Container[Key]) -> Key | None:
        """What to keep back next: out of the sums that tell the number, or what it depends on, else any around it."""
        order = {one: place for place, one in enumerate(self.numbers)}
        for sums in (self._telling(key), *self._around(key, self._holds_still), *self._around(key, lambda *_: True)):
            fitting = [
                (factor, order[one], one)
                for found in sums
                for one, factor in found.items()
                if one in among and one not in self.kept_back and self.numbers[one] >= FEW
            ]
            if fitting:
                return max(fitting, key=lambda found: found[:2])[2]
        return None

    def _telling(self, key: Key) -> list[Sum]:
        return [self.sums[place] for place in self._sums_of[key] if not self._leaves_open(self.sums[place], key)]

    def _around(self, key: Key, wanted: Callable[[Sum, Key], bool]) -> Iterator[list[Sum]]:
        """Sums of the number, then of those kept back that it depends on, farther and farther."""
        seen, around = {key}, [key]
        while around:
            sums = [(self.sums[place], one) for one in around for place in self._sums_of[one]]
            yield [found for found, one in sums if wanted(found, one)]
            near = dict.fromkeys(one for found, _one in sums for one in found if one in self.kept_back)
            around = [one for one in near if one not in seen]
            seen.update(around)

    def _holds_still(self, found: Sum, key: Key) -> bool:
        """Whether nothing else in that sum can move with it."""
        return not any(one != key and one in self.kept_back for one in found)

    def _leaves_open(self, one: Sum, key: Key) -> bool:
        """Whether this sum alone leaves the number enough values."""
        now, values = self.numbers[key], 1
        for step in (1, -1):
            room = 0.0
            for beside, factor in one.items():
                if beside != key and beside in self.kept_back:
                    low, high = self.kept_back[beside]
                    grows = -step * one[key] * factor > 0
                    room += high - self.numbers[beside] if grows else self.numbers[beside] - low
            values += sum(is_few(now + step * far) and far <= room for far in range(1, FEW))
        return values >= POSSIBLE
