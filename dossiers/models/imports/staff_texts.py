"""The cells that coordinators corrected in fields that a partner does not see.

While the list is with its partner they are held beside the other decisions about their line.
"""

from collections.abc import Callable
from typing import Any

from dossiers.models.imports.import_row import ImportRow

HELD = "staff_texts"  # key in a decision about a line, see Line.staff_texts


def without_staff_texts(decision: dict[str, Any], typed: set[str]) -> dict[str, Any]:
    """Return a decision about a line with the text of the sender in these fields, in which a coordinator typed."""
    listed = decision.get("listed", {})
    own = {name: listed[name] for name in typed if isinstance(listed.get(name), str)}
    cleaned = decision | _select(decision, lambda name: name not in typed)
    if own:
        cleaned["cells"] |= own
        cleaned["by_partner"] = cleaned.get("by_partner", {}) | dict.fromkeys(own, True)
        if "whole" in decision:
            cleaned["whole"] = [name for name in decision["whole"] if name not in typed or name in own]
    return cleaned


def hold_staff_texts(decision: dict[str, Any], typed: set[str]) -> dict[str, Any]:
    """Return the same with what a coordinator decided about these fields set aside, until the list comes back."""
    held = {HELD: _select(decision, lambda name: name in typed)} if typed else {}
    return without_staff_texts(decision, typed) | held


def restore_staff_texts(decision: dict[str, Any], row: ImportRow | None) -> tuple[dict[str, Any], bool]:
    """Return the decision with the texts that were held, and whether some lapse; `row` is the line as it came back.

    They lapse where the partner changed the cell or left the line out meanwhile.
    """
    held, restored = decision[HELD], {key: value for key, value in decision.items() if key != HELD}
    typed = set(held["cells"])
    unchanged = set() if row is None else {name for name in typed if not _is_changed(decision, row, name)}
    restored |= _select(restored, lambda name: name not in unchanged)
    for key, about in _select(held, lambda name: name in unchanged).items():
        if about and isinstance(about, dict):
            restored[key] = restored.get(key, {}) | about
        elif about:
            restored[key] = [*restored.get(key, []), *about]
    return restored, unchanged != typed


def _is_changed(decision: dict[str, Any], row: ImportRow, name: str) -> bool:
    """Whether the partner gives something else in this field than when the coordinator typed there."""
    is_left_out = row.left_out and decision.get("by_partner", {}).get("action", False)
    is_typed = name in row.bad and name in decision.get("typed_at", {})
    return bool(is_left_out or is_typed or row.given.get(name) != decision[HELD].get("listed", {}).get(name))


def _select(decision: dict[str, Any], is_selected: Callable[[str], bool]) -> dict[str, Any]:
    """Return the parts of a decision that are about fields, each with the selected fields only."""
    selected: dict[str, Any] = {}
    for key, about in decision.items():
        if isinstance(about, dict):
            selected[key] = {name: value for name, value in about.items() if is_selected(name)}
        elif isinstance(about, list):
            selected[key] = [name for name in about if is_selected(name)]
    return selected
