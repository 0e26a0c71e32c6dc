"""Finds the rows of a workbook that a user marked: struck through, or with a fill that most rows do not have."""

import itertools
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from xml.etree import ElementTree

from .colors import Palette

STRUCK = "struck"
LINE = re.compile(rb'\sr="[A-Z]{0,3}(\d{1,7})"')
STYLE = re.compile(rb' s="(\d+)"[^<>/]*>')
"""The style of a cell that is not blank, or of the row itself, which counts as one more cell."""
CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})\d+"[^<>]*? s="(\d+)"[^<>/]*>')
"""The column and the style of a cell that is not blank."""
MAY_MARK = re.compile(rb'strike|"solid"|gradientFill|Gray"|dark|light')
"""Occurs in the styles of a workbook if there is a font that is struck through or a fill."""
MOST = 0.7
"""The share of the distances between stripes that are equal, and of the list that has them, since rows are added."""
MAX_STYLES = 16 * 1024 * 1024
"""Bytes of the styles; those of the largest real workbooks are a few megabytes."""


class MarkedRows:
    """Collects the rows of which most filled cells have the same mark: STRUCK, or the name of a color."""

    def __init__(self, marks_by_style: dict[bytes, list[str]], header_row: int) -> None:
        """`marks_by_style` has the styles with a mark, by the index that cells refer to."""
        self._marks_by_style, self._header_row = marks_by_style, header_row
        self._struck_styles = {style for style, marks in marks_by_style.items() if STRUCK in marks}
        self._marked_cell = re.compile(b' s="(?:' + b"|".join(map(re.escape, marks_by_style)) + b')"')
        self._marks_by_row: dict[tuple[int, tuple[bytes, ...]], list[str]] = {}
        self._lines: defaultdict[str, list[int]] = defaultdict(list)
        self._last_line = 0
        self.struck_cells: defaultdict[int, list[int]] = defaultdict(list)
        """The lines of the cells that are struck through in a row that is not, by column, counted from 0."""

    @property
    def has_styles(self) -> bool:
        return bool(self._marks_by_style)

    def add_row(self, line: int, count: int, styles: Sequence[bytes], columns: Sequence[int]) -> None:
        """Add a row that occurs `count` times from this line, by the styles and the columns of its filled cells."""
        if not styles:
            return
        self._last_line = line + count - 1
        if line <= self._header_row:
            return
        marks = self._find_marks(len(styles), *styles)
        for mark in marks:
            self._lines[mark] += range(line, line + count)
        for column, style in zip(columns, styles, strict=True) if STRUCK not in marks else ():
            if style in self._struck_styles:
                self.struck_cells[column] += range(line, line + count)

    def add(self, chunk: bytes) -> None:
        """Add the rows in a piece of the sheet of an .xlsx that divides no row."""
        if not self._marks_by_style:
            return
        tag = b":row " if b"<row " not in chunk else b"<row "
        end = max(chunk.rfind(b"</c>"), chunk.rfind(b":c>"))
        if line := LINE.search(chunk, max(chunk.rfind(tag, 0, max(end, 0)), 0)):
            self._last_line = max(self._last_line, int(line[1]))
        place = 0
        while cell := self._marked_cell.search(chunk, place, max(end, 0)):  # most rows have none and need no more time
            start, place = chunk.rfind(tag, place, cell.start()), chunk.find(b"row>", cell.end())
            if place < 0:  # a row that is longer than a piece
                break
            row = chunk[start:place] if start >= 0 else b""
            filled = row.count(b"</c>") or row.count(b":c>")
            if filled and (line := LINE.search(row)) and int(line[1]) > self._header_row:
                marks = self._find_marks(filled, *STYLE.findall(row))
                for mark in marks:
                    self._lines[mark].append(int(line[1]))
                for letters, style in CELL.findall(row) if self._struck_styles and STRUCK not in marks else ():
                    if style in self._struck_styles:
                        self.struck_cells[count_column(letters)].append(int(line[1]))

    def _find_marks(self, filled: int, *styles: bytes) -> list[str]:
        """Return the marks of a row with this number of filled cells, of which some have these styles."""
        marks = self._marks_by_row.get((filled, styles))
        if marks is None:
            counts = Counter(mark for style in styles for mark in self._marks_by_style.get(style, ()))
            marks = [mark for mark, count in counts.items() if count * 2 > filled]
            self._marks_by_row[filled, styles] = marks
        return marks

    def find_lines(self) -> dict[str, list[int]]:
        """Return the lines of the rows by mark, except colors that most rows have or that are stripes."""
        count = self._last_line - self._header_row
        return {
            mark: lines
            for mark, lines in self._lines.items()
            if mark == STRUCK or (len(lines) * 2 <= count and not _are_stripes(lines, count))
        }


def count_column(letters: bytes) -> int:
    """Return the index of a column with these letters, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _are_stripes(lines: list[int], count: int) -> bool:
    """Whether the lines, or groups of them, are at equal distances through a whole list of `count` lines."""
    starts = [line for before, line in zip([0, *lines], lines, strict=False) if line != before + 1]
    if len(starts) < 3 or (len(starts) == 3 and len(lines) * 3 < count):
        return False
    distances = Counter(after - before for before, after in itertools.pairwise(starts))
    ((distance, equal),) = distances.most_common(1)
    return equal >= MOST * distances.total() and distance * len(starts) >= MOST * count


def find_marked_styles(package: zipfile.ZipFile) -> dict[bytes, list[str]]:
    """Return the marks of the styles of an .xlsx that have some, by the index that cells refer to."""
    part = "xl/styles.xml"
    if part not in package.namelist() or package.getinfo(part).file_size > MAX_STYLES:
        return {}
    content = package.read(part)
    if not MAY_MARK.search(content):
        return {}
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  (package.py refuses entity definitions)
        palette = Palette(package, root)
        fills = [palette.name_fill(fill) for fill in root.iterfind("{*}fills/{*}fill")]
    except (ElementTree.ParseError, ValueError):  # the rows can be read without it
        return {}
    colors = {str(index): color for index, color in enumerate(fills) if color}
    strikes = [font.find("{*}strike") for font in root.iterfind("{*}fonts/{*}font")]
    struck = {
        str(index)
        for index, strike in enumerate(strikes)
        if strike is not None and strike.get("val", "1") not in ("0", "false")
    }
    marks_by_style = {}
    for index, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        marks = [STRUCK] if style.get("fontId") in struck else []
        if color := colors.get(style.get("fillId", "")):
            marks.append(color)
        if marks:
            marks_by_style[str(index).encode()] = marks
    return marks_by_style
