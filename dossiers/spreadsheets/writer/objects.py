"""Writes a JSON array with an object for each row; dates are in ISO format."""

import json
from collections.abc import Iterator
from datetime import date

from dossiers.spreadsheets.batches import batched

from .table import ROWS_PER_CHUNK, Table


def json_chunks(table: Table) -> Iterator[bytes]:
    """Yield the encoded array with one object per line, so that a program can also read it line by line."""
    names = table.names
    # What is no date is a lazily translated label.
    encode = json.JSONEncoder(
        ensure_ascii=False, default=lambda value: value.isoformat() if isinstance(value, date) else str(value)
    ).encode
    before = "[\n"
    for batch in batched(table.values(), ROWS_PER_CHUNK):
        yield (before + ",\n".join([encode(dict(zip(names, row, strict=True))) for row in batch])).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"
