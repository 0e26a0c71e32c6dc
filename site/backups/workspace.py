"""The private folder in which backups are prepared and unpacked, by one process at a time."""

import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from backups.errors import BackupError


@contextmanager
def open_workspace() -> Iterator[Path]:
    """Yield an empty folder that only the site's user can enter; it is removed at the end, also after SIGTERM.

    It is always the same folder, so that the next process removes what a killed one left.
    """
    folder: Path = settings.TEMP_ROOT / "backup"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("Another backup or restore runs on this machine. Wait until it has ended.") from None
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        previous = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
        try:
            yield folder
        finally:
            signal.signal(signal.SIGTERM, previous)
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)
