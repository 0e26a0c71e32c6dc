"""Values of dossiers as parts, of which some can be those of somebody else.

The remarks have lines, and the languages, the sectors and the own fields can come from two people too. All other fields
have one part, their value.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from dossiers.forgetting.personal_data import GONE
from dossiers.models.own_fields.own_values import EXTRA

SECTOR_NAMES = "sector_names"  # in the history
COMPOSED = ("notes", "languages", SECTOR_NAMES, EXTRA)
SECTORS_SEPARATOR = ", "


def get_parts(name: str, value: Any) -> list[Any]:
    """Return the parts of a value in the history or, of the same form, in JSON."""
    if not value:
        return []
    if name == "notes":
        return [line for line in value.splitlines() if line.strip()]
    if name == SECTOR_NAMES:
        return list(value.split(SECTORS_SEPARATOR))
    if name == EXTRA:
        return list(value.items())
    return list(value) if name == "languages" else [to_json(value)]


def to_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def has_part(name: str, value: Any, part: Any) -> bool:
    """Whether a value has this part, or a longer text in which it stands."""
    parts = get_parts(name, value)
    is_text = isinstance(part, str) and (name == "notes" or name not in COMPOSED)
    return part in parts or (is_text and any(part in str(each) for each in parts))


def remove_parts(name: str, value: Any, parts: Collection[Any], own: Any) -> Any:
    """Return the value without these parts, and with the own value that they replaced or stand beside."""
    if not any(has_part(name, value, part) for part in parts):
        return value
    if name not in COMPOSED:
        return own
    remaining = [part for part in get_parts(name, value) if part not in parts]
    keys = {key for key, _value in remaining} if name == EXTRA else set()
    remaining += [part for part in get_parts(name, own) if part not in remaining and part[0] not in keys]
    if name == "notes":
        for part in parts:
            remaining = [line.replace(part, GONE) for line in remaining]
        return "\n".join(remaining)
    if name == EXTRA:
        return dict(remaining)
    return SECTORS_SEPARATOR.join(remaining) if name == SECTOR_NAMES else remaining
