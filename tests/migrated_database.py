"""The migrated database that tests copy: kept from one run to the next, until something that decides it changes."""

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
    """The files that decide what `migrate` makes of an empty database; what it does after that, it does each time."""
    yield ROOT / "requirements.txt"
    yield ROOT / "dossiers" / "models" / "lists" / "base_lists.py"
    yield from (ROOT / "fixtures" / "lists").iterdir()
    for code in ("dossiers", "pilot_pages", "site"):
        yield from (ROOT / code).rglob("migrations/*.py")


def get_cached_path(folder: Path) -> Path:
    """Where such a database lies, when there is one, for the project as it is now."""
    found = hashlib.sha256(sys.version.encode())
    for path in sorted(migration_inputs()):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return folder / f"{found.hexdigest()}.sqlite3"


def cache_database(database: Path, kept: Path) -> None:
    """Whole at once, since other workers may look for it, and instead of those that are out of date."""
    own = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("VACUUM INTO ?", [str(own)])
    own.replace(kept)
    for other in set(kept.parent.glob("*.sqlite3")) - {kept}:
        other.unlink(missing_ok=True)


def template_name(kept: Path) -> str:
    """The PostgreSQL database that stands for that file; PostgreSQL cuts names after 63 bytes."""
    return f"template_{connection.settings_dict['NAME'][:30]}_{kept.stem[:16]}"


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
