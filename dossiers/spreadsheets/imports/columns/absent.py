"""The columns of a list that a further table or sheet does not have, so that its rows say nothing about them."""

from bisect import bisect_right
from operator import itemgetter

from dossiers.models import ImportRun

ABSENT_COLUMNS = "absent_columns"
"""Key in `ImportRun.asked`: the lines from which other columns of the list are absent, and the indexes of these."""


class AbsentColumns:
    """The columns that the table or sheet of a line does not have, so that they are not blank there."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run

    def find(self, line: int) -> frozenset[int]:
        """Return the indexes of the columns that are absent on a line of the rows that were read so far."""
        part = self.find_part(line)
        return frozenset(part[1]) if part else frozenset()

    def find_part(self, line: int) -> tuple[int, list[int]] | None:
        """Return the first line of the part that a line is in, and the absent columns; None if no part lacks any."""
        parts = self._run.asked.get(ABSENT_COLUMNS, [])
        place = bisect_right(parts, line, key=itemgetter(0)) - 1
        return parts[place] if place >= 0 else None
