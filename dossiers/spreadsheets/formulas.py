"""Escapes texts that a spreadsheet program would run as a formula, so that they can be read back unchanged.

Only CSV needs this, since its cells have no type. An apostrophe is put before a text that begins with = + - @ tab or
CR, and is removed only from such texts, so that both +31 6 … and 's-Hertogenbosch are read back unchanged. Like
spreadsheet programs, this ignores invisible characters and treats full-width characters as their normal forms.

A telephone number such as +49 15112345678 gets none, since a person would see it: a + and digits, in groups with one
space between. Such a text holds no operator, name, cell or function, so that nothing can run. The space is needed:
without it, Excel reads a number and shows 4,91511E+12. A dash, a point or a bracket can be part of a sum.
"""

import re

UNSEEN = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
RUNS = re.compile(rf"[{UNSEEN}']*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]")
TELEPHONE = re.compile(r"\+[0-9]+(?: [0-9]+)+")


def escape(text: str) -> str:
    """Return the text for a CSV cell."""
    return f"'{text}" if RUNS.match(text) and not TELEPHONE.fullmatch(text) else text


def unescape(text: str) -> str:
    """Return the text that `escape` was called with; any other text is returned unchanged."""
    return text[1:] if text.startswith("'") and RUNS.match(text) else text
