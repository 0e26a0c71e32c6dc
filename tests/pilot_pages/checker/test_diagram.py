"""The boxes and lines of the drawing of a check."""

from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pilot_pages.checker.graph import Box, build_graph
from pilot_pages.checker.layout import BOX_WIDTH, GUTTER, Drawing, draw, find_columns
from pilot_pages.checker.overview import overview
from pilot_pages.models import CheckPage
from tests.pilot_pages.checker.trees import build_small_tree, outcome, question, tree_value

NAMES = [f"vraag-{number}" for number in range(7)]
TARGETS = st.sampled_from([*NAMES, "uitkomst", "weg", ""])


def build_boxes(*entries: dict[str, Any]) -> dict[str, Box]:
    return {box.name: box for box in build_graph(tree_value(*entries))}


def find_overlaps(drawing: Drawing) -> list[tuple[str, str]]:
    return [
        (left.box.name, right.box.name)
        for left, right in combinations(drawing.boxes, 2)
        if abs(left.x - right.x) < BOX_WIDTH
        if left.y < right.y + right.height and right.y < left.y + left.height
    ]


def test_a_box_stands_as_far_from_the_start_as_the_longest_way_to_it() -> None:
    boxes = build_graph(tree_value(*build_small_tree()))
    assert dict(zip([box.name for box in boxes], find_columns(boxes), strict=True)) == {
        "loon": 0, "wachttijd": 1, "mag": 2, "wacht": 2,
    }  # fmt: skip


def test_the_shipped_check_is_drawn_with_each_question_and_answer(shipped_check: CheckPage) -> None:
    drawing = overview(shipped_check.tree).drawing
    assert find_overlaps(drawing) == []
    assert [place.box.name for place in drawing.boxes] == [child.value["name"] for child in shipped_check.tree]
    assert len(drawing.lines) == sum(
        len(child.value["answers"]) for child in shipped_check.tree if child.block_type == "question"
    )
    assert not any(place.box.marks for place in drawing.boxes)


@given(st.lists(st.lists(TARGETS, max_size=4), min_size=1, max_size=len(NAMES)))
def test_no_boxes_overlap_whatever_the_answers_lead_to(targets: list[list[str]]) -> None:
    questions = [
        question(name, [(f"Antwoord {number} dat lang is", to) for number, to in enumerate(row)])
        for name, row in zip(NAMES, targets, strict=False)
    ]
    drawing = overview(tree_value(*questions, outcome("uitkomst"))).drawing
    assert len(drawing.boxes) == len(questions) + 1
    assert len(drawing.lines) == sum(map(len, targets))
    assert find_overlaps(drawing) == []
    assert all(place.x >= 0 and place.x + BOX_WIDTH <= drawing.width for place in drawing.boxes)
    assert all(place.y >= 0 and place.y + place.height <= drawing.height for place in drawing.boxes)


def test_a_line_that_passes_a_column_has_a_lane_between_its_boxes() -> None:
    boxes = build_graph(tree_value(question("a", {"1": "b", "2": "c"}), question("b", {"3": "c"}), outcome("c")))
    drawing = draw(boxes)
    lane = next(line.path for line in drawing.lines if f"h{BOX_WIDTH}" in line.path)
    passed = drawing.boxes[1]
    y = int(lane.partition(f"h{BOX_WIDTH}")[0].split()[-1])
    assert not passed.y <= y <= passed.y + passed.height
    assert passed.x == drawing.boxes[0].x + BOX_WIDTH + GUTTER


def test_an_answer_that_leads_back_and_a_question_without_an_outcome_are_marked() -> None:
    boxes = build_boxes(question("een", {"Ja": "twee", "Nee": "mag"}), question("twee", {"Ja": "twee"}), outcome("mag"))
    assert boxes["een"].reaches_outcome and boxes["een"].marks == []
    assert boxes["twee"].arrows[0].is_loop and not boxes["twee"].reaches_outcome
    assert len(boxes["twee"].marks) == 1


def test_a_question_to_which_only_an_unreachable_one_leads_is_unreachable_too() -> None:
    boxes = build_boxes(
        question("een", {"Ja": "mag"}), question("los", {"Ja": "ook-los"}), question("ook-los", {"Ja": "mag"}),
        outcome("mag"),
    )  # fmt: skip
    assert [name for name, box in boxes.items() if not box.is_reached] == ["los", "ook-los"]


def test_a_second_question_with_the_same_name_is_drawn_and_marked() -> None:
    boxes = build_graph(tree_value(question("een", {"Ja": "mag"}), question("een", {"Ja": "mag"}), outcome("mag")))
    assert [box.is_reached for box in boxes] == [True, False, True]


def test_every_box_is_listed_once_with_its_answers() -> None:
    entries = (question("een", {"Ja": "een"}), question("x", {"Ja": "y"}), question("y", {"Ja": "x"}))
    checked = overview(tree_value(*entries))
    assert [branch.box.name for branch in checked.roots] == ["een"]
    [(_arrow, listed)] = checked.loose_roots[0].answers
    assert [branch.box.name for branch in checked.loose_roots] == ["x"] and listed and listed.box.name == "y"
