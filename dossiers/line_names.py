"""Names the lines of a list, which may stand in several tables: on several sheets, or beside each other on one.

A line is one number everywhere: the number on its sheet, to which LINES_PER_SHEET is added for each sheet of the list
before it, and LINES_PER_TABLE for each table on the left of its own. A list in a single table so has the line numbers
of its file, and no line gets another number when more tables are read.
"""

from collections.abc import Sequence
from itertools import groupby

LINES_PER_TABLE = 2_000_000  # more than a sheet of any program has
TABLES_PER_SHEET = 5
LINES_PER_SHEET = LINES_PER_TABLE * TABLES_PER_SHEET
MAX_SHEETS = 200  # of one list, so that a line fits an integer field
LINES_NAMED = 20


def split_line(line: int) -> tuple[int, int, int]:
    """Return the index of the sheet in the list, that of the table on the sheet, and the number of the line there."""
    table, number = divmod(line, LINES_PER_TABLE)
    return *divmod(table, TABLES_PER_SHEET), number


def name_table(index: int) -> str:
    """Return the name of a table beside the list, by its index on the sheet."""
    # Not above: the child process that reads files does not load Django.
    from django.utils.translation import gettext

    return gettext("table %(number)d") % {"number": index + 1}


def name_lines(lines: Sequence[int], sheets: Sequence[str] = ()) -> str:
    """Return line numbers as text, at most LINES_NAMED of them; `sheets` are those of a list that has several."""
    places = map(split_line, lines[:LINES_NAMED])
    names = []
    for (sheet, table), numbers in groupby(places, key=lambda place: place[:2]):
        shown = ", ".join(str(number) for _sheet, _table, number in numbers)
        place = ", ".join([*sheets[sheet : sheet + 1], *([name_table(table)] if table else ())])
        names.append(f"{shown} ({place})" if place else shown)
    if len(lines) > LINES_NAMED:
        names.append("…")
    return ", ".join(names)
