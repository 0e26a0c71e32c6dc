"""The layout of the drawing of a check: a column of boxes for each step from the first question, and the arrows."""

import textwrap
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from statistics import mean

from pilot_pages.checker.graph import Arrow, Box

# Pixels, like all sizes here. The style sheet has the same font sizes and heights of lines.
BOX_WIDTH, GUTTER, MARGIN, GAP = 220, 80, 40, 20
LINE, PADDING = 18, 7
CHARACTERS, BOLD_CHARACTERS = 25, 21  # of a line in a box: few enough for a wide font
KIND_LENGTH = 9  # of “Question” or “Outcome” before a name, in any language
LANE_HEIGHT, DETOUR_GAP = 6, 12


@dataclass(frozen=True)
class Row:
    """An answer in the box of its question; the line of its arrow starts at its right side."""

    arrow: Arrow
    y: int
    height: int


@dataclass
class PlacedBox:
    box: Box
    x: int
    y: int
    is_entered: bool
    rows: list[Row] = field(default_factory=list)

    width = BOX_WIDTH

    @property
    def head_height(self) -> int:
        """The height of the name, the words and the marks."""
        name = count_lines(f"{self.box.name} {'x' * KIND_LENGTH}")
        texts = (self.box.words, *self.box.marks)
        return measure(name, *(count_lines(text, BOLD_CHARACTERS) for text in texts), int(self.box.is_start))

    @property
    def height(self) -> int:
        return self.head_height + sum(measure_answer(arrow) for arrow in self.box.arrows)

    @property
    def entry(self) -> int:
        """The y at which arrows arrive."""
        return self.y + self.head_height // 2


@dataclass(frozen=True)
class Line:
    """The line of an answer as an SVG path."""

    path: str
    is_loop: bool
    is_missing: bool
    is_reached: bool


@dataclass(frozen=True)
class Drawing:
    boxes: list[PlacedBox]
    lines: list[Line]
    width: int
    height: int


@dataclass(frozen=True)
class Item:
    """A box in a column, by its index, or the lane in which lines pass by to a later column."""

    box: int
    is_lane: bool


def draw(boxes: list[Box]) -> Drawing:
    """Place the boxes in columns by their longest distance from the start, without overlap."""
    columns = find_columns(boxes)
    targets = {arrow.to for box in boxes for arrow in box.arrows}
    placed = [PlacedBox(box, find_left(columns[at]), 0, at in targets) for at, box in enumerate(boxes)]
    lanes: dict[tuple[int, int], int] = {}  # the y of the lane to a box in a column
    sources: dict[tuple[int, Item], list[int]] = defaultdict(list)  # the y of the lines that come to an item
    for column in range(max(columns, default=-1) + 1):
        items = [Item(at, is_lane=False) for at, place in enumerate(columns) if place == column]
        items += [item for place, item in sources if place == column and item.is_lane]
        for item, y in _stack(items, column, sources, placed):
            if item.is_lane:
                lanes[column, item.box] = y
                _note_source(sources, columns, column, item.box, y)
                continue
            place = placed[item.box]
            place.y = y
            y += place.head_height
            for arrow in place.box.arrows:
                place.rows.append(Row(arrow, y, measure_answer(arrow)))
                if arrow.to is not None and columns[arrow.to] > column:
                    _note_source(sources, columns, column, arrow.to, y + place.rows[-1].height // 2)
                y += place.rows[-1].height
    return _draw_lines(placed, lanes, columns)


def find_columns(boxes: list[Box]) -> list[int]:
    """Return the longest distance of each box from the start, or from a box that cannot be reached either."""
    arrows = [
        (at, arrow.to)
        for at, box in enumerate(boxes)
        for arrow in box.arrows
        if arrow.to is not None and not arrow.is_loop and box.is_reached == boxes[arrow.to].is_reached
    ]

    @cache
    def find_column(at: int) -> int:
        return max((find_column(source) + 1 for source, target in arrows if target == at), default=0)

    return [find_column(at) for at in range(len(boxes))]


def find_left(column: int) -> int:
    return MARGIN + column * (BOX_WIDTH + GUTTER)


def count_lines(text: str, characters: int = CHARACTERS) -> int:
    """Return the number of lines of a text, which has at least one."""
    return max(1, len(textwrap.wrap(text, characters)))


def measure(*lines: int) -> int:
    """Return the height of texts below each other with these numbers of lines."""
    return 2 * PADDING + LINE * sum(lines)


def measure_answer(arrow: Arrow) -> int:
    return measure(count_lines(arrow.words), count_lines(arrow.mark, BOLD_CHARACTERS) if arrow.mark else 0)


def _note_source(
    sources: dict[tuple[int, Item], list[int]], columns: list[int], column: int, target: int, y: int
) -> None:
    """Note in the next column that a line to the box `target` comes from y."""
    sources[column + 1, Item(target, is_lane=columns[target] > column + 1)].append(y)


def _stack(
    items: list[Item], column: int, sources: dict[tuple[int, Item], list[int]], placed: list[PlacedBox]
) -> Iterable[tuple[Item, int]]:
    """Return the items of a column with their y: as near to where their lines come from as the others leave room."""
    wishes = {item: mean(sources[column, item]) for item in items if (column, item) in sources}
    end = max(wishes.values(), default=0)
    items = sorted(items, key=lambda item: (not placed[item.box].box.is_reached, wishes.get(item, end)))
    bottom, stacked, shifts = 0.0, [], []
    for item in items:
        height = LANE_HEIGHT if item.is_lane else placed[item.box].height
        wish = wishes.get(item, end) - height / 2
        y = max(bottom, wish)
        shifts.append(y - wish)
        stacked.append((item, y))
        bottom = y + height + GAP
    shift = min(mean(shifts), stacked[0][1])  # none above the start, which stays at the top
    return [(item, round(y - shift)) for item, y in stacked]


def _draw_lines(placed: list[PlacedBox], lanes: dict[tuple[int, int], int], columns: list[int]) -> Drawing:
    """Draw the lines, and move all boxes down as far as the lines above them need."""
    detours = [
        (at, number)
        for at, place in enumerate(placed)
        for number, row in enumerate(place.rows)
        if row.arrow.to is not None and columns[row.arrow.to] <= columns[at]
    ]
    room = MARGIN + DETOUR_GAP * len(detours)
    for place in placed:
        place.y += room
        place.rows = [Row(row.arrow, row.y + room, row.height) for row in place.rows]
    lines = []
    for at, place in enumerate(placed):
        for number, row in enumerate(place.rows):
            y, to = row.y + row.height // 2, row.arrow.to
            path = f"M{place.x + BOX_WIDTH} {y}"
            if to is None:
                path += "h22m-5-5l10 10m0-10l-10 10"
            elif (at, number) in detours:  # over all boxes; each has a place of its own between them
                detour, target = detours.index((at, number)), placed[to]
                right = place.x + BOX_WIDTH + 32 + 5 * detour % (MARGIN - 16)
                left = target.x - 14 - 5 * detour % (MARGIN - 16)
                path += f"H{right}V{room - DETOUR_GAP * (detour + 1)}H{left}V{target.entry}H{target.x}"
            else:
                for column in range(columns[at] + 1, columns[to]):
                    x, lane = find_left(column), lanes[column, to] + room
                    path += _curve(x, y, lane) + f"h{BOX_WIDTH}"
                    y = lane
                path += _curve(placed[to].x, y, placed[to].entry)
            lines.append(Line(path, row.arrow.is_loop, to is None, place.box.is_reached))
    width = max((place.x for place in placed), default=0) + BOX_WIDTH + GUTTER
    bottoms = [place.y + place.height for place in placed] + [lane + room for lane in lanes.values()]
    return Drawing(placed, lines, width, max(bottoms, default=0) + MARGIN)


def _curve(x: int, from_y: int, to_y: int) -> str:
    """Return the path from the column before to the column that begins at x."""
    middle = x - GUTTER // 2
    return f"C{middle} {from_y} {middle} {to_y} {x} {to_y}"
