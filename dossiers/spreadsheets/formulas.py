"""Text that a spreadsheet would run as a formula, made harmless without loss.

In xlsx, ods and json a text is a text. In csv nothing says so: an apostrophe is put before a text that begins with
= + - @ tab or CR, and taken off only there, so that +31 6 … and 's-Hertogenbosch come back as they were.
"""

import re

RUNS = re.compile(r"'*[=+\-@\t\r]")


def escape(text: str) -> str:
    """A text for a csv cell."""
    return f"'{text}" if RUNS.match(text) else text


def unescape(text: str) -> str:
    """The text that `escape` was given; any other text as it is."""
    return text[1:] if text.startswith("'") and RUNS.match(text) else text
