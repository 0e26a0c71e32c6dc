"""Small checks for tests, written as briefly as they can be."""

from collections.abc import Iterator
from typing import Any

from pilot_pages.checker.blocks import TreeBlock
from pilot_pages.checker.decision_tree import Outcome, Tree, Walk


def question(name: str, leads: dict[str, str] | list[tuple[str, str]], **fields: Any) -> dict[str, Any]:
    """A question; `leads` says where each answer leads, by its words."""
    pairs = list(leads.items()) if isinstance(leads, dict) else leads
    given = [{"answer": words, "to": to} for words, to in pairs]
    value = {"name": name, "question": f"Vraag {name}?", "answers": given} | fields
    return {"type": "question", "value": value}


def outcome(name: str, **fields: Any) -> dict[str, Any]:
    value = {"name": name, "sign": "yes", "heading": f"Ja, {name}.", "summary": "Zo zit het."} | fields
    return {"type": "outcome", "value": value}


def tree_value(*entries: dict[str, Any]) -> Any:
    """As a page keeps it."""
    return TreeBlock().to_python(list(entries))


def build_small_tree() -> list[dict[str, Any]]:
    """Two ways through: loon → wachttijd → ja or nee, and loon → ja at once."""
    return [
        question("loon", {"Betaald": "wachttijd", "Vrijwillig": "mag"}),
        question("wachttijd", {"Ja": "mag", "Nee": "wacht"}),
        outcome("mag"),
        outcome("wacht"),
    ]


def find_walks(tree: Tree) -> Iterator[Walk]:
    """Every way from the start to where it ends."""
    waiting = [tree.walk(())]
    while waiting:
        walk = waiting.pop()
        assert walk, "an answer leads nowhere"
        if isinstance(walk.at, Outcome):
            yield walk
        waiting += [tree.walk((*walk.addresses, answer.address)) for answer in walk.at.answers]
