"""The migrated database that tests copy; it is stored until one of its inputs changes."""

import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).parents[1]


def migration_inputs() -> Iterator[Path]:
    """Yield the files on which the result of `migrate` depends for an empty database."""
    yield ROOT / "requirements.txt"
    yield ROOT / "dossiers" / "models" / "lists" / "base_lists.py"
    yield from (ROOT / "fixtures" / "lists").iterdir()
    for code in ("dossiers", "pilot_pages", "site"):
        yield from (ROOT / code).rglob("migrations/*.py")


def get_cached_path(folder: Path) -> Path:
    """Return the path at which the migrated database of the current code is stored, whether it exists or not."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(migration_inputs()):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return folder / f"{digest.hexdigest()}.sqlite3"


def cache_database(database: Path, cached_path: Path) -> None:
    """Replace outdated databases by this one, atomically because other workers may look for it."""
    own = cached_path.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(database)) as opened, closing(sqlite3.connect(own)) as copied:
        opened.backup(copied)
    own.replace(cached_path)
    for other in set(cached_path.parent.glob("*.sqlite3")) - {cached_path}:
        other.unlink(missing_ok=True)


def get_template_name(cached_path: Path) -> str:
    """Return the name of the PostgreSQL database for that file; PostgreSQL cuts names after 63 bytes."""
    return f"template_{connection.settings_dict['NAME'][:30]}_{cached_path.stem[:16]}"


def template_exists(name: str) -> bool:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def create_template(name: str) -> None:
    """Copy the test database to `name`, and drop earlier templates of the same project database."""
    own = connection.settings_dict["NAME"]
    connection.close()  # PostgreSQL copies no database that somebody is connected to
    with connection._nodb_cursor() as cursor:
        quote = connection.ops.quote_name
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [name.rpartition("_")[0] + "\\_%"])
        for (earlier,) in cursor.fetchall():
            cursor.execute(f"DROP DATABASE {quote(earlier)}")
        cursor.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(own)}")
