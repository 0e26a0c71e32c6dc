"""Checks and restores a backup."""

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import pyrage
from django.apps import apps
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from backups import forgotten
from backups.archive import DATABASES, FILES, About, Manifest, hash_file, read_archive
from backups.backup import get_file_roots
from backups.databases import get_copier
from backups.errors import BackupError
from backups.workspace import open_workspace
from dossiers.forgetting.replay import replay_events
from dossiers.forgetting.retention import forget
from dossiers.forgetting.retention_map import holds_people
from dossiers.spreadsheets.expiry import destroy_expired


@dataclass(frozen=True)
class Line:
    """A line of the comparison with the manifest: the rows of a table, or the files of a folder."""

    name: str
    in_backup: int
    present: int | None

    @property
    def is_equal(self) -> bool:
        return self.in_backup == self.present


@dataclass(frozen=True)
class Report:
    about: About
    lines: list[Line]
    forgotten_again: int = 0


def read_identities(path: Path) -> list[Any]:
    """Return the private keys in a file as `age-keygen` makes it; raises BackupError, which shows nothing of them."""
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except OSError as error:
        raise BackupError(f"The key file {path} can't be read ({error.strerror}).") from error
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise BackupError(f"{path} is no key file: it needs a line that begins with AGE-SECRET-KEY-1.") from error
    if not keys:
        raise BackupError(f"The key file {path} has no key.")
    return keys


def verify(archive: Path, identities: list[Any], *, migrate: bool = False) -> Report:
    """Check a whole archive without changing anything."""
    with open_workspace() as workspace:
        about, manifest = _unpack(archive, identities, workspace, only_databases=True, migrate=migrate)
        counts = get_copier().count_unpacked_rows(workspace, manifest)
        lines = _compare(manifest.rows, counts)
        lines += [Line(name, number, number) for name, number in _count_files(manifest.hashes).items()]
        return Report(about, _check(lines))


def restore(
    archive: Path,
    identities: list[Any],
    *,
    forgotten_lists: Sequence[Path],
    replace: bool = False,
    migrate: bool = False,
) -> Report:
    """Put back the database and the files, and forget again what was forgotten since; raises BackupError.

    The database becomes what it was all at once, at the very end.
    """
    if not replace:
        _refuse_what_is_in_use()
    with open_workspace() as workspace:
        about, manifest = _unpack(archive, identities, workspace, only_databases=False, migrate=migrate)
        copier = get_copier()
        events = forgotten.read_events(forgotten_lists, datetime.fromisoformat(about.made_at))
        _check(_compare(manifest.rows, copier.count_unpacked_rows(workspace, manifest)))
        copier.prepare(about.migrations)
        with _swap_files(workspace), copier.load(workspace, manifest):
            lines = _compare(manifest.rows, copier.count_rows(manifest.rows)) + _compare_files(manifest)
            _check(lines)
            if _find_pending(about):
                call_command("migrate", verbosity=0)
            number = _forget_again(events)
        forgotten.take_over(path for path in forgotten_lists if path != forgotten.get_path())
    cache.clear()  # pages and figures of another database
    return Report(about, lines, number)


def _forget_again(events: Any) -> int:
    number = replay_events(events)
    destroy_expired()
    forget(timezone.localdate())
    return number


def _refuse_what_is_in_use() -> None:
    models: list[Any] = [User, *filter(holds_people, apps.get_models())]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if any(model._base_manager.exists() for model in models if model._meta.db_table in tables):
        raise BackupError("This database has records already. To lose them all, add --replace.")
    for root in get_file_roots().values():
        if root.is_dir() and any(path.is_file() for path in root.rglob("*")):
            raise BackupError(f"{root} has files already. To lose them all, add --replace.")


def _unpack(
    archive: Path, identities: list[Any], workspace: Path, *, only_databases: bool, migrate: bool
) -> tuple[About, Manifest]:
    def check(about: About) -> None:
        _check_release(about, migrate=migrate)

    def open_copy(name: str) -> IO[bytes] | None:
        if only_databases and not name.startswith(f"{DATABASES}/"):
            return None
        path = workspace / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path.open("xb")

    if not archive.is_file():
        raise BackupError(f"There is no file {archive}.")
    return read_archive(archive, identities, check, open_copy)


def _check_release(about: About, *, migrate: bool) -> None:
    if about.engine != connection.vendor:
        raise BackupError(f"The backup is of {about.engine}, and this site uses {connection.vendor} (DATABASE_URL).")
    loader = MigrationLoader(None)
    if set(about.migrations) - (loader.disk_migrations or {}).keys():
        raise BackupError(f"The backup was made by a newer release ({about.version}). Install that one first.")
    if not migrate and _find_pending(about):
        raise BackupError(
            f"The backup was made by an earlier release ({about.version}). Install that one, or add --migrate to bring "
            "the data to this release."
        )


def _find_pending(about: About) -> set[tuple[str, str]]:
    """Return the last migrations of this release that the backup lacks."""
    return set(MigrationLoader(None).graph.leaf_nodes()) - set(about.migrations)


def _compare(expected: dict[str, int], present: dict[str, int]) -> list[Line]:
    return [Line(name, number, present.get(name)) for name, number in sorted(expected.items())]


def _check(lines: list[Line]) -> list[Line]:
    """Return the lines; raise BackupError if one differs."""
    if different := [line for line in lines if not line.is_equal]:
        words = ", ".join(f"{line.name} ({line.present} instead of {line.in_backup})" for line in different[:5])
        raise BackupError(f"What was read is not what the manifest says: {words}.")
    return lines


def _count_files(names: Collection[str]) -> dict[str, int]:
    """Return the number of files by folder."""
    return {f"{FILES}/{root}": sum(name.startswith(f"{FILES}/{root}/") for name in names) for root in get_file_roots()}


def _compare_files(manifest: Manifest) -> list[Line]:
    """Compare each file that is there now with its hash; raise BackupError if one differs or is not of the backup."""
    names = []
    for name, root in get_file_roots().items():
        for path in root.rglob("*") if root.is_dir() else ():
            if path.is_file():
                names.append(f"{FILES}/{name}/{path.relative_to(root).as_posix()}")
                if manifest.hashes.get(names[-1]) != hash_file(path):
                    raise BackupError(f"A file in {path.parent} is not that of the backup.")
    present = _count_files(names)
    return [Line(name, number, present[name]) for name, number in _count_files(manifest.hashes).items()]


@contextmanager
def _swap_files(workspace: Path) -> Iterator[None]:
    """Put the files of the backup in the place of those that are there; put these back if something goes wrong."""
    moved: list[tuple[Path, Path]] = []
    try:
        for name, root in get_file_roots().items():
            _move_content(root, workspace / "before" / name, moved)
            _move_content(workspace / FILES / name, root, moved)
        yield
    except BaseException:
        for before, after in reversed(moved):
            if after.exists():  # what was forgotten meanwhile is not
                shutil.move(after, before)
        raise


def _move_content(source: Path, target: Path, moved: list[tuple[Path, Path]]) -> None:
    """Move what is in a folder, not the folder itself: it may be a disk of its own."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in sorted(source.iterdir()) if source.is_dir() else ():
        moved.append((path, target / path.name))
        shutil.move(*moved[-1])
