"""The messages between parent and child process: a length, followed by JSON in which dates are tagged.

JSON is used because the child reads hostile files: even if a file takes control of the child, its messages can only
contain plain values.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from .limits import MAX_FRAME

LENGTH = 8


def pack(message: dict[str, Any]) -> bytes:
    """Return the message as its length in 8 bytes, followed by JSON."""
    body = json.dumps(message, default=tag, separators=(",", ":")).encode()
    return len(body).to_bytes(LENGTH, "big") + body


def unpack(read: Callable[[int], bytes]) -> dict[str, Any]:
    """Return the next message from `read(size)`, which returns exactly `size` bytes; ValueError if it is invalid."""
    length = int.from_bytes(read(LENGTH), "big")
    if length > MAX_FRAME:
        raise ValueError("a frame that large is never sent")
    message = json.loads(read(length), object_hook=untag)
    if not isinstance(message, dict):
        raise ValueError("a frame is an object")
    return message


TYPES: dict[str, Callable[[str], Any]] = {
    "@date": date.fromisoformat,
    "@datetime": datetime.fromisoformat,
    "@time": time.fromisoformat,
}


def tag(value: date | time) -> dict[str, str]:
    """Return a date, or a time of one of these types, as an object for JSON."""
    return {f"@{type(value).__name__}": value.isoformat()}


def untag(tagged: dict[str, Any], types: Mapping[str, Callable[[str], Any]] = TYPES) -> Any:
    """Return the value of an object with the tag of one of these types; any other object as it is."""
    if len(tagged) == 1:
        ((key, value),) = tagged.items()
        if key in types:
            return types[key](value)
    return tagged
