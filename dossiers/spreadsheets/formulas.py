"""Text that a spreadsheet would run as a formula, made harmless without loss.

In xlsx, ods and json a text is a text. In csv nothing says so: an apostrophe is put before a text that begins with
= + - @ tab or CR, and taken off only there, so that +31 6 … and 's-Hertogenbosch come back as they were. Spreadsheets
pass over signs that nobody sees, and take the wide signs of East Asian keyboards for the narrow ones: so does this.
"""

import re

UNSEEN = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
RUNS = re.compile(rf"[{UNSEEN}']*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]")


def escape(text: str) -> str:
    """A text for a csv cell."""
    return f"'{text}" if RUNS.match(text) else text


def unescape(text: str) -> str:
    """The text that `escape` was given; any other text as it is."""
    return text[1:] if text.startswith("'") and RUNS.match(text) else text
