"""Writes a JSON array with an object for each row; dates are in ISO format."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from dossiers.spreadsheets.batches import batched

from .table import ROWS_PER_CHUNK, Table


def json_chunks(table: Table) -> Iterator[bytes]:
    """Yield the encoded array with one object per line, so that a program can also read it line by line."""
    names = table.names
    encode = json.JSONEncoder(ensure_ascii=False, default=_iso).encode
    before = "[\n"
    for batch in batched(table.values(), ROWS_PER_CHUNK):
        yield (before + ",\n".join([encode(dict(zip(names, row, strict=True))) for row in batch])).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)  # a lazily translated label
