"""Files that hold people: only the user that the site runs as reads them, and no view serves an upload or an export
without a check of the user."""

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """A file is there whole or not at all: what a full disk cut off holds people whom nothing would ever destroy."""

    def _save(self, name: str, content: File) -> str:
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]
        except OSError:
            self.delete(name)
            raise
        return saved


def roots() -> list[Path]:
    """DATA_DIR, and databases of SQLite, which may lie elsewhere."""
    databases = [
        Path(database["NAME"]) for database in settings.DATABASES.values() if database["ENGINE"].endswith("sqlite3")
    ]
    return [settings.DATA_DIR, *databases]


def keep_temporary_files() -> None:
    """Let large uploads, and sheets that are being written, lie where only their owner looks and old files go."""
    settings.TEMP_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
    tempfile.tempdir = str(settings.TEMP_ROOT)


def close_to_others(paths: Iterable[Path], *, inside: bool = False) -> None:
    """Let only the owner in: 0700 for a folder, 0600 for a file; `inside` for what lies in the folders too. What
    belongs to somebody else stays as it is (`check --deploy` tells), and so does a folder that all share, as /tmp."""
    for path in _with_inside(paths) if inside else paths:
        with suppress(FileNotFoundError, PermissionError):
            mode = path.stat(follow_symlinks=False).st_mode
            if others_enter(path) and not stat.S_ISLNK(mode) and not mode & stat.S_ISVTX:
                path.chmod(0o700 if stat.S_ISDIR(mode) else 0o600)


def others_enter(path: Path) -> bool:
    """Whether another user of the machine may read, write or enter it."""
    return path.exists() and bool(path.stat().st_mode & 0o077)


def _with_inside(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield path
        for folder, folders, files in os.walk(path):
            yield from (Path(folder, name) for name in (*folders, *files))
