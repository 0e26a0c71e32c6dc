"""The migrated SQLite that tests start from: kept from one run to the next, until something decides otherwise."""

import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[1]


def deciding() -> Iterator[Path]:
    """The files that decide what `migrate` makes of an empty database; what it does after that, it does each time."""
    yield ROOT / "requirements.txt"
    yield ROOT / "dossiers" / "models" / "base_lists.py"
    yield from (ROOT / "fixtures" / "lists").iterdir()
    for code in ("dossiers", "pilot_pages", "site"):
        yield from (ROOT / code).rglob("migrations/*.py")


def kept_in(folder: Path) -> Path:
    """Where such a database lies, when there is one, for the project as it is now."""
    found = hashlib.sha256(sys.version.encode())
    for path in sorted(deciding()):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return folder / f"{found.hexdigest()}.sqlite3"


def keep(database: Path, kept: Path) -> None:
    """Whole at once, since other workers may look for it, and instead of those that are out of date."""
    own = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("VACUUM INTO ?", [str(own)])
    own.replace(kept)
    for other in set(kept.parent.glob("*.sqlite3")) - {kept}:
        other.unlink(missing_ok=True)
