"""The database in an archive: how it is copied, checked and put back.

SQLite gives a copy of each of its files, made by `VACUUM INTO` while others read and write. PostgreSQL gives what
`COPY` makes of each table, in one transaction that sees one moment; `pg_dump` would have to be installed in the version
of the server. The tables themselves are made by our migrations. Both are exact and need no Python object per row, as a
form would that both databases can read.
"""

import os
import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from backups.archive import BLOCK, DATABASES, Entry, Manifest
from backups.errors import BackupError

PART_SIZE = 4 * 1024 * 1024  # bytes of a table's rows that are held in memory: a tar file has the size before the data
Migrations = Iterable[tuple[str, str]]


class DatabaseCopier(ABC):
    @abstractmethod
    def pack(self, workspace: Path, manifest: Manifest) -> Iterator[Entry]:
        """Yield the data as it is at one moment, and complete the manifest."""

    @abstractmethod
    def count_unpacked_rows(self, workspace: Path, manifest: Manifest) -> dict[str, int]:
        """Return the number of rows by table in what was unpacked."""

    @abstractmethod
    def prepare(self, migrations: Migrations) -> None:
        """Make the database ready for data of these migrations; raise BackupError if it isn't possible."""

    @abstractmethod
    def load(self, workspace: Path, manifest: Manifest) -> Any:
        """Return a context manager in which our connections have the data; at its end everybody has, all at once."""

    @staticmethod
    def count_rows(tables: Iterable[str]) -> dict[str, int]:
        """Return the number of rows of each table that exists; a table is called as in `default.auth_user`."""
        counts = {}
        for name in tables:
            alias, _dot, table = name.partition(".")
            with connections[alias].cursor() as cursor:
                if table in _list_tables(cursor, alias):
                    cursor.execute(f"SELECT count(*) FROM {connections[alias].ops.quote_name(table)}")  # noqa: S608
                    counts[name] = cursor.fetchone()[0]
        return counts


def _list_tables(cursor: Any, alias: str) -> list[str]:
    return sorted(connections[alias].introspection.table_names(cursor))


def find_applied_migrations() -> set[tuple[str, str]]:
    """Return the migrations that were applied to any of the databases."""
    return {key for alias in connections for key in MigrationRecorder(connections[alias]).applied_migrations()}


class SQLiteCopier(DatabaseCopier):
    def pack(self, workspace: Path, manifest: Manifest) -> Iterator[Entry]:
        for alias in connections:
            path = workspace / f"{alias}.sqlite3"
            with connections[alias].cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(path)])
            with closing(sqlite3.connect(path)) as copy:
                manifest.rows |= _count_rows_of_file(copy, alias)
            with path.open("rb") as file:
                path.unlink()  # the open file remains readable, and nothing is left if this process is killed
                size = os.fstat(file.fileno()).st_size
                yield Entry(f"{DATABASES}/{alias}.sqlite3", size, iter(lambda: file.read(BLOCK), b""))

    def count_unpacked_rows(self, workspace: Path, manifest: Manifest) -> dict[str, int]:
        counts: dict[str, int] = {}
        for alias in connections:
            path = workspace / DATABASES / f"{alias}.sqlite3"
            if path.exists():
                with closing(sqlite3.connect(path)) as copy:
                    counts |= _count_rows_of_file(copy, alias)
        return counts

    def prepare(self, migrations: Migrations) -> None:
        """Refuse while another process has a database open; it would go on with a file that is gone."""
        for alias in connections:
            connections[alias].close()
            path = Path(connections[alias].settings_dict["NAME"])
            if path.exists():
                _close_journal(path)

    @contextmanager
    def load(self, workspace: Path, manifest: Manifest) -> Iterator[None]:
        paths = {alias: Path(connections[alias].settings_dict["NAME"]) for alias in connections}
        copies = {alias: workspace / DATABASES / f"{alias}.sqlite3" for alias in connections}
        if missing := [alias for alias, path in copies.items() if not path.exists()]:
            raise BackupError(f"The backup lacks the database {missing[0]}.")
        try:
            self._connect(copies)
            yield
        finally:
            self._connect(paths)
        for alias in reversed(list(connections)):  # the main one last
            _close_journal(copies[alias])
            beside = paths[alias].with_name(f"{paths[alias].name}.restored")
            shutil.move(copies[alias], beside)  # which may be another disk
            if paths[alias].exists():
                _close_journal(paths[alias])
            beside.replace(paths[alias])

    @staticmethod
    def _connect(paths: dict[str, Path]) -> None:
        for alias, path in paths.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = str(path)


def _close_journal(path: Path) -> None:
    """Write what is in the journal beside the file into it; raise BackupError if somebody else has it open."""
    try:
        with closing(sqlite3.connect(path, timeout=5)) as database:
            database.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise BackupError(f"{path} is in use ({error}). Stop the site first.") from error


def _count_rows_of_file(database: sqlite3.Connection, alias: str) -> dict[str, int]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
    tables = [name for (name,) in database.execute(query)]
    return {f"{alias}.{name}": database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608


class PostgreSQLCopier(DatabaseCopier):
    def pack(self, workspace: Path, manifest: Manifest) -> Iterator[Entry]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(
                "SELECT sequencename, coalesce(last_value + increment_by, start_value) FROM pg_sequences"
                " WHERE schemaname = current_schema()"
            )
            manifest.sequences = dict(cursor.fetchall())
            for table in _list_tables(cursor, DEFAULT_DB_ALIAS):
                name = f"{DEFAULT_DB_ALIAS}.{table}"
                columns = _list_columns(cursor, table)
                manifest.columns[name], manifest.rows[name] = columns, 0
                with cursor.copy(f"COPY {_quote_table(table, columns)} TO STDOUT") as copy:
                    for number, part in enumerate(_join_blocks(bytes(block) for block in copy)):
                        manifest.rows[name] += part.count(b"\n")  # a line break in a text is written as \n
                        yield Entry(f"{DATABASES}/{name}/{number:06}", len(part), [part])

    def count_unpacked_rows(self, workspace: Path, manifest: Manifest) -> dict[str, int]:
        return {name: sum(block.count(b"\n") for block in _read_parts(workspace, name)) for name in manifest.columns}

    def prepare(self, migrations: Migrations) -> None:
        """Make the tables by the migrations of the backup, as far as the database lacks these."""
        applied, needed = find_applied_migrations(), set(migrations)
        executor = MigrationExecutor(connection)
        if (applied & executor.loader.disk_migrations.keys()) - needed:
            raise BackupError(
                "The tables of this database are of a later release than the backup. Restore into an empty database."
            )
        nodes = executor.loader.graph.node_map
        last = [key for key in needed & nodes.keys() if not any(child.key in needed for child in nodes[key].children)]
        if needed - applied:
            executor.migrate([key for key in last if key not in applied])

    @contextmanager
    def load(self, workspace: Path, manifest: Manifest) -> Iterator[None]:
        with transaction.atomic():
            with connection.cursor() as cursor:
                existing = _list_tables(cursor, DEFAULT_DB_ALIAS)
                if missing := manifest.columns.keys() - {f"{DEFAULT_DB_ALIAS}.{table}" for table in existing}:
                    raise BackupError(f"This database has no table {min(missing)}, which the backup has.")
                cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, existing))}")
                for name, columns in manifest.columns.items():
                    table = name.partition(".")[2]
                    with cursor.copy(f"COPY {_quote_table(table, columns)} FROM STDIN") as copy:
                        for block in _read_parts(workspace, name):
                            copy.write(block)
                for sequence, value in manifest.sequences.items():  # this, unlike setval(), can be rolled back
                    cursor.execute(f"ALTER SEQUENCE {connection.ops.quote_name(sequence)} RESTART WITH {int(value)}")
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # each foreign key is checked now
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            yield


def _list_columns(cursor: Any, table: str) -> list[str]:
    """Return the columns of a table that hold data of their own."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def _quote_table(table: str, columns: Iterable[str]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(map(quote, columns))})"


def _join_blocks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in larger parts."""
    part = bytearray()
    for block in blocks:
        part += block
        if len(part) >= PART_SIZE:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)


def _read_parts(workspace: Path, name: str) -> Iterator[bytes]:
    folder = workspace / DATABASES / name
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        with path.open("rb") as file:
            yield from iter(lambda: file.read(BLOCK), b"")


def get_copier() -> DatabaseCopier:
    return PostgreSQLCopier() if connection.vendor == "postgresql" else SQLiteCopier()
