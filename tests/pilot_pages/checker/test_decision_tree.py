"""The steps through the decision tree of a check."""

import pytest
from django.utils import translation

from dossiers.models import Regulation
from pilot_pages.checker.decision_tree import Tree
from pilot_pages.placeholders import PlaceholderFiller
from tests.pilot_pages.checker.trees import build_small_tree, outcome, question, tree_value


def small_tree() -> Tree:
    return Tree.of(tree_value(*build_small_tree()))


def test_a_walk_starts_at_the_first_question_and_follows_the_answers() -> None:
    tree = small_tree()
    assert tree.walk(()).at.name == "loon"
    assert tree.walk(("loon-betaald",)).at.name == "wachttijd"
    assert tree.walk(("loon-betaald", "wachttijd-nee")).at.name == "wacht"


@pytest.mark.parametrize(
    "addresses",
    [("nergens",), ("wachttijd-ja",), ("loon-vrijwillig", "wachttijd-ja"), ("loon-betaald", "loon-betaald")],
)
def test_an_answer_of_another_question_leads_to_no_step(addresses: tuple[str, ...]) -> None:
    assert small_tree().walk(addresses) is None


def test_the_maximum_number_of_remaining_questions_is_counted() -> None:
    tree = small_tree()
    assert [(walk.number, walk.most) for walk in (tree.walk(()), tree.walk(("loon-betaald",)))] == [(1, 2), (2, 2)]
    assert tree.walk(("loon-vrijwillig",)).most == 1


def test_the_shortest_path_to_each_step_is_found() -> None:
    tree = small_tree()
    assert tree.find_shortest_path("mag") == ("loon-vrijwillig",)
    assert tree.find_shortest_path("wacht") == ("loon-betaald", "wachttijd-nee")
    assert tree.find_shortest_path("loon") == tree.find_shortest_path("nergens") == ()


def test_a_draft_with_a_loop_can_be_viewed() -> None:
    tree = Tree.of(
        tree_value(question("een", {"Ja": "twee", "Nee": "een"}), question("twee", {"Ja": "een", "Nee": ""}))
    )
    assert tree.walk(("een-ja", "twee-ja", "een-nee")).at.name == "een"
    assert tree.walk(()).most == 2


def test_a_reworded_answer_has_the_same_url() -> None:
    value = tree_value(*build_small_tree())
    Tree.of(value)
    answer = value[0].value["answers"][0]
    assert answer["address"] == "loon-betaald"
    answer["answer"] = "Met loon"
    assert Tree.of(value).walk(("loon-betaald",)).given[0].answer.words == "Met loon"


def test_answers_have_unique_urls() -> None:
    value = tree_value(question("x", [("Ja!", "a"), ("Ja?", "a"), ("…", "a")]), outcome("a"))
    Tree.of(value)
    assert [answer["address"] for answer in value[0].value["answers"]] == ["x-ja", "x-ja-2", "x"]


def test_a_copied_answer_gets_a_url_of_its_own() -> None:
    value = tree_value(*build_small_tree())
    Tree.of(value)
    value[1].value["answers"][1]["address"] = "loon-betaald"
    tree = Tree.of(value)
    assert tree.walk(("loon-betaald",)).at.name == "wachttijd"
    assert tree.walk(("loon-betaald", "wachttijd-nee")).at.name == "wacht"


def test_values_of_regulations_are_in_the_language_of_the_reader(base_data: None) -> None:
    Regulation.objects.filter(key="wachttijd").update(value="7")
    with translation.override("nl"):
        assert PlaceholderFiller().fill("Al {wachttijd}, {leeftijd}, {anoniementarief}") == "Al 7 maanden, 18 jaar, 52%"
    with translation.override("en"):
        assert PlaceholderFiller().fill("For {wachttijd}") == "For 7 months"


def test_text_without_placeholders_makes_no_query() -> None:
    assert PlaceholderFiller().fill("Gewoon.") == "Gewoon."
