"""A JSON array with an object for each row: ISO dates, and numbers, flags and lists as they are."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from .table import Table, stretches


def json_chunks(table: Table) -> Iterator[bytes]:
    """An object a line, so that a program can also read it line by line."""
    names = table.names
    encode = json.JSONEncoder(ensure_ascii=False, default=_iso).encode
    before = "[\n"
    for stretch in stretches(table.values()):
        yield (before + ",\n".join([encode(dict(zip(names, row, strict=True))) for row in stretch])).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)  # a label that is translated when it is read
