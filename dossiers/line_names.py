"""Names the lines of a list, which may stand on several sheets that are read as one list.

A line is one number everywhere: the number on its sheet, to which LINES_PER_SHEET is added for each sheet of the list
before it. A list on a single sheet so has the line numbers of its file.
"""

from collections.abc import Sequence
from itertools import groupby

LINES_PER_SHEET = 10_000_000  # more than a sheet of any program has
MAX_SHEETS = 200  # of one list, so that a line fits an integer field
LINES_NAMED = 20


def split_line(line: int) -> tuple[int, int]:
    """Return the index of the sheet in the list, and the number of the line on that sheet."""
    return divmod(line, LINES_PER_SHEET)


def name_lines(lines: Sequence[int], sheets: Sequence[str] = ()) -> str:
    """Return line numbers as text, at most LINES_NAMED of them; `sheets` are those of a list that has several."""
    places = map(split_line, lines[:LINES_NAMED])
    names = []
    for index, numbers in groupby(places, key=lambda place: place[0]):
        shown = ", ".join(str(number) for _index, number in numbers)
        names.append(f"{shown} ({sheets[index]})" if index < len(sheets) else shown)
    if len(lines) > LINES_NAMED:
        names.append("…")
    return ", ".join(names)
