"""Makes a backup."""

import os
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from backups.archive import BLOCK, FILES, About, Entry, Manifest, write_archive
from backups.databases import find_applied_migrations, get_copier
from backups.errors import BackupError
from backups.models import Backup
from backups.workspace import open_workspace

PART_NAME = re.compile(r"backup-.*\.tar\.age\.part")


def get_file_roots() -> dict[str, Path]:
    """Return the folders of public and private files, by their name in an archive."""
    return {"media": settings.MEDIA_ROOT, "private": settings.PRIVATE_ROOT}


def make_backup(folder: Path) -> Path:
    """Write an archive into the folder and return its path.

    It has another name until it is complete and safe on the disk, so that nothing that has its name is half a backup.
    """
    if not settings.BACKUP_RECIPIENTS:
        raise BackupError("BACKUP_RECIPIENTS is not set: a backup needs the public key of whoever may open it.")
    if not folder.is_dir():
        raise BackupError(f"There is no folder {folder}.")
    made_at = datetime.now(UTC)
    path = folder / f"backup-{made_at:%Y-%m-%dT%H%M%S}Z.tar.age"
    part = path.with_name(f"{path.name}.part")
    with open_workspace() as workspace:
        for left in folder.iterdir():  # of a killed process: only one runs on this machine at a time
            if PART_NAME.fullmatch(left.name):
                left.unlink()
        try:
            part.touch(mode=0o600, exist_ok=False)
            with part.open("wb") as out:
                _write(out, made_at, workspace)
                out.flush()
                os.fsync(out.fileno())
            part.rename(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the new name
    finally:
        os.close(descriptor)
    return path


def record_backup(started_at: datetime, size: int = 0, problem: str = "") -> None:
    """Tell administrators on the page “System” how it went."""
    Backup.objects.create(started_at=started_at, host=socket.gethostname(), size=size, problem=problem)


def _write(out: IO[bytes], made_at: datetime, workspace: Path) -> None:
    known = MigrationLoader(None).disk_migrations or {}
    migrations = sorted(find_applied_migrations() & known.keys())
    about = About(settings.VERSION, connection.vendor, made_at.isoformat(), migrations)
    manifest = Manifest()
    write_archive(out, settings.BACKUP_RECIPIENTS, about, _iterate_entries(workspace, manifest), manifest)


def _iterate_entries(workspace: Path, manifest: Manifest) -> Iterator[Entry]:
    """Yield the database before the files, so that no record misses a file that was added meanwhile."""
    yield from get_copier().pack(workspace, manifest)
    for name, root in get_file_roots().items():
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            try:
                file = path.open("rb") if path.is_file() and not path.is_symlink() else None
            except FileNotFoundError:  # deleted since the folder was read
                file = None
            if file:
                with file:
                    size = os.fstat(file.fileno()).st_size
                    blocks = iter(lambda: file.read(BLOCK), b"")  # noqa: B023
                    yield Entry(f"{FILES}/{name}/{path.relative_to(root).as_posix()}", size, blocks)
