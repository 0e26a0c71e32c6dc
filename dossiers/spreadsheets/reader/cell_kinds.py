"""Classifies cells by their appearance, to distinguish headers from data."""

import re
from datetime import date, datetime, time

from ..file_reader.format import Cell

NUMBER = re.compile(r"[-+€$£]?\s*\d[\d.,\s]*%?$")
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}.*)?$|\d{1,2}:\d{2}(?::\d{2})?$")
CODED = re.compile(r"[^\W\d_]{0,6}[-_./ ]?\d{2}[\w./-]*$")
"""Codes such as P1300, 2024-001 or A-17b."""
ADDRESS = re.compile(r"\S@\S|https?://|www\.", re.IGNORECASE)
LONGEST_HEADER = 120


def kind_of(cell: Cell) -> str:
    """Return number, date, code, address, mark or text; "" for a blank cell."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "mark"
    if isinstance(cell, date | datetime | time):
        return "date"
    if isinstance(cell, int | float):
        return "number"
    text = cell.strip()
    if NUMBER.match(text):
        return "number"
    if DATE.match(text):
        return "date"
    if ADDRESS.match(text):
        return "address"
    return "code" if CODED.match(text) else "text"


def may_be_header(cell: Cell) -> bool:
    """Whether the cell is a short text with a letter in it, or a year."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return 1900 <= cell <= 2100
    if not isinstance(cell, str) or len(cell) > LONGEST_HEADER:
        return False
    text = cell.strip()
    if len(text) == 4 and text.isdigit():
        return 1900 <= int(text) <= 2100
    return kind_of(text) in ("text", "code") and any(sign.isalpha() for sign in text)
