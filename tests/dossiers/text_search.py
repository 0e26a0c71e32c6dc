"""Search for texts in all stored data: each column of each table, and each file with its compressed contents."""

import gzip
import io
import pickle
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import connections

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"


def find_in_tables(texts: Iterable[str]) -> list[str]:
    """Return the tables and columns, of each database, that contain one of the texts."""
    texts = list(texts)
    return [hit for connection in connections.all() for hit in _find_in_tables_of(connection, texts)]


def _find_in_tables_of(connection: Any, texts: list[str]) -> list[str]:
    hits: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                hits += [
                    f"{table}.{name}: {text}"
                    for name, value in zip(names, row, strict=True)
                    for text in _find_in_value(value, texts)
                ]
    return hits


def _find_in_value(value: object, texts: list[str]) -> list[str]:
    if isinstance(value, bytes | memoryview):
        return [text for content in unpack(bytes(value)) for text in texts if text.encode() in content]
    return [text for text in texts if text in str(value)]


def find_in_files(folder: Path, texts: Iterable[str], leave_out: str = "") -> list[str]:
    """Return the files below the folder whose name or content contains one of the texts."""
    texts = list(texts)
    files = [path for path in folder.rglob("*") if path.is_file() and not (leave_out and leave_out in path.parts)]
    return [
        f"{path.relative_to(folder)}: {text}"
        for path in files
        for content in (path.name.encode(), *unpack(path.read_bytes()))
        for text in texts
        if text.encode() in content
    ]


def unpack(content: bytes) -> Iterator[bytes]:
    """Yield the content and its parts: members of a zip, a gzip, an entry of Django's file cache."""
    yield content
    if content.startswith(GZIP):
        yield from unpack(gzip.decompress(content))
    elif content.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in package.namelist():
                yield name.encode()
                yield from unpack(package.read(name))
    else:
        yield from _unpack_cache_entry(content)


def _unpack_cache_entry(content: bytes) -> Iterator[bytes]:
    """Yield the value of an entry of the file cache, which is a pickled expiry and a compressed pickled value."""
    stream = io.BytesIO(content)
    try:
        pickle.load(stream)
        yield zlib.decompress(stream.read())
    except Exception:  # any other file
        return
