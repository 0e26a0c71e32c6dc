"""Databases of our own: SQLite in a temporary folder, PostgreSQL in the cluster of BENCH_DATABASE_URL or in one that is
started for this run, as .ci/run does. Each measurement gets a fresh copy of one that was migrated once."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks import cluster
from benchmarks.processes import measure

LEFT_OUT = "none"  # as BENCH_DATABASE_URL: no PostgreSQL


class Database(Protocol):
    """A kind of database that measurements run on."""

    name: str
    folder: Path  # for files of the benchmarks

    def fresh(self) -> dict[str, str]:
        """Return the environment variables of a migrated database without dossiers."""


def _data_dir(folder: Path) -> str:
    return tempfile.mkdtemp(prefix="data-", dir=folder)


class SQLite:
    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.migrated = Path(_data_dir(folder))
        measure("preparing.migrate", {"DATA_DIR": str(self.migrated)})

    def fresh(self) -> dict[str, str]:
        for old in self.folder.glob("data-*"):  # a measurement that is over; four of them fill a small disk
            if old != self.migrated:
                shutil.rmtree(old)
        data_dir = _data_dir(self.folder)
        shutil.copytree(self.migrated, data_dir, dirs_exist_ok=True)
        return {"DATA_DIR": data_dir}


class PostgreSQL:
    name = "PostgreSQL"

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url, self.prefix = folder, url, f"bench_{os.getpid()}"
        self.drop()
        self._create(self.prefix, "template0")
        measure("preparing.migrate", self._settings(self.prefix))

    def fresh(self) -> dict[str, str]:
        name = f"{self.prefix}_run"
        self._create(name, self.prefix)
        return self._settings(name)

    def drop(self) -> None:
        """Drop the databases of this run."""
        for name in (f"{self.prefix}_run", self.prefix):
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _create(self, name: str, template: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _settings(self, name: str) -> dict[str, str]:
        return {
            "DATABASE_URL": urlunsplit(urlsplit(self.url)._replace(path=f"/{name}")),
            "DATA_DIR": _data_dir(self.folder),
        }


@contextmanager
def databases(tell: Callable[[str], None]) -> Iterator[list[Database]]:
    """Provide a database of each kind that this machine has, and report it if PostgreSQL is not among them."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        available: list[Database] = [SQLite(_made(folder / "sqlite"))]
        url = os.environ.get("BENCH_DATABASE_URL")
        if url == LEFT_OUT:
            tell(f"PostgreSQL is not measured: BENCH_DATABASE_URL is {LEFT_OUT}.")
        elif url := url or stack.enter_context(cluster.started()):
            postgres = PostgreSQL(_made(folder / "postgres"), url)
            stack.callback(postgres.drop)
            available.append(postgres)
        else:
            tell("PostgreSQL is not measured: BENCH_DATABASE_URL is not set and this machine has no initdb.")
        yield available


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
