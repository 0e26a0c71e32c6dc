"""Builders of small checks for tests."""

from collections.abc import Iterator
from typing import Any

from pilot_pages.checker.blocks import TreeBlock
from pilot_pages.checker.decision_tree import Outcome, Tree, Walk


def question(name: str, leads: dict[str, str] | list[tuple[str, str]], **fields: Any) -> dict[str, Any]:
    """Return a question whose `leads` maps the text of each answer to the name of the next step."""
    pairs = list(leads.items()) if isinstance(leads, dict) else leads
    rows = [{"answer": words, "to": to} for words, to in pairs]
    value = {"name": name, "question": f"Vraag {name}?", "answers": rows} | fields
    return {"type": "question", "value": value}


def outcome(name: str, **fields: Any) -> dict[str, Any]:
    value = {"name": name, "sign": "yes", "heading": f"Ja, {name}.", "summary": "Zo zit het."} | fields
    return {"type": "outcome", "value": value}


def tree_value(*entries: dict[str, Any]) -> Any:
    """Return the tree as the value of the field of a page."""
    return TreeBlock().to_python(list(entries))


def build_small_tree() -> list[dict[str, Any]]:
    """Build a tree with two paths: loon → wachttijd → ja or nee, and loon → ja at once."""
    return [
        question("loon", {"Betaald": "wachttijd", "Vrijwillig": "mag"}),
        question("wachttijd", {"Ja": "mag", "Nee": "wacht"}),
        outcome("mag"),
        outcome("wacht"),
    ]


def build_tree_with_rule() -> list[dict[str, Any]]:
    """Build a tree whose second question contains the value of a rule: loon → wachttijd → papier → ja or nee."""
    return [
        question("loon", {"Betaald": "wachttijd", "Vrijwillig": "mag"}),
        question("wachttijd", {"Ja": "papier", "Nee": "wacht"}, question="Loopt het al {wachttijd}?"),
        question("papier", {"Ja": "mag", "Nee": "wacht"}),
        outcome("mag"),
        outcome("wacht"),
    ]


def find_walks(tree: Tree) -> Iterator[Walk]:
    """Return all walks from the first question to an outcome."""
    waiting = [tree.walk(())]
    while waiting:
        walk = waiting.pop()
        assert walk, "an answer leads nowhere"
        if isinstance(walk.at, Outcome):
            yield walk
        waiting += [tree.walk((*walk.addresses, answer.address)) for answer in walk.at.answers]
