"""Protection of files with personal data: only the operating-system user that runs the site can read them."""

import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage


class AtomicFileSystemStorage(FileSystemStorage):
    """Deletes a file that could not be written completely, since no retention rule would ever delete its rest."""

    def _save(self, name: str, content: File) -> str:
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]
        except OSError:
            self.delete(name)
            raise
        return saved


def roots() -> list[Path]:
    """Return DATA_DIR and the SQLite databases, which may lie outside it."""
    databases = [
        Path(database["NAME"]) for database in settings.DATABASES.values() if database["ENGINE"].endswith("sqlite3")
    ]
    return [settings.DATA_DIR, *databases]


def set_temporary_folder() -> None:
    """Make TEMP_ROOT the folder of temporary files (such as large uploads): it is private and cleaned up."""
    settings.TEMP_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
    tempfile.tempdir = str(settings.TEMP_ROOT)


def restrict_to_owner(paths: Iterable[Path], *, recursive: bool = False) -> None:
    """Set the mode of folders to 0700 and of files to 0600; with `recursive` also of everything in the folders.

    Paths of another owner are skipped (`check --deploy` reports them), and so are shared folders such as /tmp.
    """
    for path in paths:
        with suppress(FileNotFoundError, PermissionError):
            mode = path.stat(follow_symlinks=False).st_mode
            if is_accessible_to_others(path) and not stat.S_ISLNK(mode) and not mode & stat.S_ISVTX:
                path.chmod(0o700 if stat.S_ISDIR(mode) else 0o600)
        for folder, folders, files in os.walk(path) if recursive else ():
            restrict_to_owner(Path(folder, name) for name in (*folders, *files))


def is_accessible_to_others(path: Path) -> bool:
    """Whether another user of the machine can read, write or enter the path."""
    return path.exists() and bool(path.stat().st_mode & 0o077)
