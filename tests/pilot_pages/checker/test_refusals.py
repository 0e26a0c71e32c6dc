"""The validation of a check before it is published, with each message at its field."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from wagtail.blocks.stream_block import StreamBlockValidationError

from pilot_pages.checker.problems import problems_in
from pilot_pages.models import CheckPage, HomePage, SignUpPage
from tests.pilot_pages.checker.trees import build_small_tree, outcome, question, tree_value

ONE = [question("een", {"Ja": "a", "Nee": "b"}), outcome("a"), outcome("b")]
BAD: dict[str, tuple[list[dict[str, Any]], tuple[int | None, str, int | None], str]] = {
    "an answer without a target": (
        [question("een", {"Ja": "a", "Nee": ""}), outcome("a")], (0, "to", 1), "This answer leads nowhere.",
    ),
    "an unknown target": (
        [question("een", {"Ja": "a", "Nee": "c"}), outcome("a")], (0, "to", 1),
        "“c” does not exist. Choose one of these: a.",
    ),
    "a question without answers": (
        [*ONE[:1], question("a", {}), outcome("b")], (1, "answers", None), "A question needs two answers or more.",
    ),
    "a loop": (
        [question("een", {"Ja": "twee", "Nee": "a"}), question("twee", {"Ja": "een", "Nee": "a"}), outcome("a")],
        (1, "to", 0), "This leads back to “een”",
    ),
    "a question that leads to itself": (
        [question("een", {"Ja": "een", "Nee": "a"}), outcome("a")], (0, "to", 0), "This leads back to “een”",
    ),
    "an outcome that is not reached": ([*ONE, outcome("c")], (3, "name", None), "No answer leads here."),
    "a question that is not reached": (
        [*ONE, question("c", {"Ja": "a", "Nee": "b"})], (3, "name", None), "No answer leads here.",
    ),
    "no outcome": (
        [question("een", {"Ja": "een", "Nee": "een"})], (None, "", None), "There is no outcome yet.",
    ),
    "no question": ([outcome("a")], (None, "", None), "There is no question yet."),
    "a name that is there twice": ([*ONE, outcome("b")], (3, "name", None), "This name is there twice."),
    "no name": ([*ONE, outcome(" ")], (3, "name", None), "Give it a name"),
    "one answer twice": (
        [question("een", [("Ja", "a"), ("Ja", "b")]), *ONE[1:]], (0, "answer", 1),
        "This question has this answer twice.",
    ),
    "a rule that does not exist": (
        [question("een", {"Ja": "a", "Nee": "b"}, question="Al {wachten}?"), *ONE[1:]], (0, "question", None),
        "{wachten} is no rule with a value.",
    ),
    "a rule that does not exist, in an outcome": (
        [*ONE[:2], outcome("b", summary="Na {nooit} weer.")], (2, "summary", None), "{nooit} is no rule with a value.",
    ),
}  # fmt: skip
BSN = "Is 123456782 uw nummer?"
ASKED = {
    "what a question may not ask": (
        [question("een", {"Ja": "a", "Nee": "b"}, question="Uw nationaliteit?"), *ONE[1:]], (0, "question", None),
    ),
    "what an answer may not tell": (
        [question("een", {"Ja": "a", "Mijn religie": "b"}), *ONE[1:]], (0, "answer", 1),
    ),
}  # fmt: skip
PRIVATE = {
    ("question", None): [question("een", {"Ja": "a", "Nee": "b"}, question=BSN), *ONE[1:]],
    ("explanation", None): [question("een", {"Ja": "a", "Nee": "b"}, explanation=f"<p>{BSN}</p>"), *ONE[1:]],
    ("answer", 1): [question("een", {"Ja": "a", BSN: "b"}), *ONE[1:]],
    ("hint", 0): [
        {"type": "question", "value": {"name": "een", "question": "Een?", "answers": [
            {"answer": "Ja", "hint": BSN, "to": "a"}, {"answer": "Nee", "to": "b"},
        ]}}, *ONE[1:],
    ],
    ("heading", None): [ONE[0], outcome("a", heading=BSN), ONE[2]],
    ("summary", None): [ONE[0], outcome("a", summary=BSN), ONE[2]],
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_a_check_that_asks_for_forbidden_data_is_refused(base_data: None, name: str) -> None:
    entries, place = ASKED[name]
    with translation.override("en"):
        (problem,) = problems_in(tree_value(*entries))
    assert (problem.at, problem.field, problem.answer) == place
    assert "asks for something that may not be kept" in problem.message


@pytest.mark.parametrize("place", PRIVATE)
def test_a_personal_number_in_a_check_is_refused(base_data: None, place: tuple[str, int | None]) -> None:
    (problem,) = problems_in(tree_value(*PRIVATE[place]))
    assert (problem.field, problem.answer) == place
    assert "123456782" not in problem.message


@pytest.mark.parametrize("name", BAD)
def test_each_problem_is_reported_at_its_field(base_data: None, name: str) -> None:
    entries, place, message = BAD[name]
    with translation.override("en"):
        problems = problems_in(tree_value(*entries))
    assert (*place, True) in [
        (problem.at, problem.field, problem.answer, problem.message.startswith(message)) for problem in problems
    ]


def test_each_mistake_is_reported_once(base_data: None) -> None:
    for name in ("an unknown target", "an answer without a target", "a loop", "an outcome that is not reached"):
        assert len(problems_in(tree_value(*BAD[name][0]))) == 1, name


def test_a_complete_check_has_no_problems() -> None:
    assert problems_in(tree_value(*build_small_tree())) == []


def test_two_paths_to_one_question_are_not_a_loop() -> None:
    entries = [question("een", {"Ja": "twee", "Nee": "drie"}), question("twee", {"Ja": "drie", "Nee": "a"})]
    assert (
        problems_in(tree_value(*entries, question("drie", {"Ja": "a", "Nee": "b"}), outcome("a"), outcome("b"))) == []
    )


@pytest.mark.parametrize("name", BAD)
def test_an_invalid_check_cannot_be_saved_as_live(content: SignUpPage, name: str) -> None:
    page = CheckPage(title="Slecht", slug="slecht", intro="-", tree=tree_value(*BAD[name][0]))
    with pytest.raises(ValidationError) as refused:
        HomePage.objects.get().add_child(instance=page)
    assert "tree" in refused.value.message_dict


def test_publishing_an_invalid_revision_is_refused_and_the_live_check_does_not_change(check: CheckPage) -> None:
    check.tree = tree_value(*BAD["a loop"][0])
    revision = check.save_revision(clean=False)
    with pytest.raises(ValidationError):
        revision.publish()
    assert CheckPage.objects.get(pk=check.pk).tree[0].value["name"] == "loon"


def test_the_error_message_names_the_question_and_the_answer(content: SignUpPage) -> None:
    page = CheckPage(title="Slecht", slug="slecht", intro="-", tree=tree_value(*BAD["an unknown target"][0]))
    with translation.override("nl"), pytest.raises(ValidationError) as refused:
        HomePage.objects.get().add_child(instance=page)
    assert refused.value.message_dict["tree"] == [
        "Vraag “een”, antwoord “Nee”: “c” bestaat niet. Kies een van deze: a."
    ]


def test_each_form_error_is_at_its_own_field() -> None:
    block = tree_value().stream_block
    with pytest.raises(StreamBlockValidationError) as refused:
        block.clean(tree_value(*BAD["an unknown target"][0]))
    answers = refused.value.block_errors[0].block_errors["answers"]
    assert list(answers.block_errors) == [1]
    assert list(answers.block_errors[1].block_errors) == ["to"]


def test_the_address_of_an_answer_has_only_lowercase_letters() -> None:
    block = tree_value().stream_block
    entries = build_small_tree()
    entries[0]["value"]["answers"][0]["address"] = "Met Loon"
    with pytest.raises(StreamBlockValidationError):
        block.clean(tree_value(*entries))
