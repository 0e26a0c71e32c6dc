"""A key, the archive of a site with records and files, and another place to restore it to."""

import subprocess
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyrage
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.db.utils import ConnectionHandler

from tests.site.commands import manage, run_python
from tests.snapshots import Rows, read_tables


@pytest.fixture
def identity_file(tmp_path: Path, settings: Any) -> Path:
    """The file of a private key, the public key of which is the recipient of backups."""
    identity = pyrage.x25519.Identity.generate()
    settings.BACKUP_RECIPIENTS = [str(identity.to_public())]
    path = tmp_path / "backup.key"
    path.write_text(f"# created by a test\n# public key: {identity.to_public()}\n{identity}\n")
    return path


@pytest.fixture
def files() -> list[Path]:
    """A public and two private files."""
    storages["default"].save("images/foto van het AZC.jpg", ContentFile(bytes(range(256)) * 5_000))
    storages["private"].save("uploads/lijst.csv", ContentFile(b"Voornaam;Achternaam\nSelam;Haile\n"))
    storages["private"].save("exports/leeg.xlsx", ContentFile(b""))
    return [Path(storages[name].path("")) for name in ("default", "private")]


@pytest.fixture
def make_archive(tmp_path: Path, identity_file: Path) -> Callable[[], Path]:
    folder = tmp_path / "backups"
    folder.mkdir()

    def make() -> Path:
        before = set(folder.iterdir())
        call_command("backup", str(folder), stdout=StringIO())
        (archive,) = set(folder.iterdir()) - before
        return archive

    return make


class Elsewhere:
    """Another site of the same release, without data."""

    def __init__(self, data_dir: Path, identity_file: Path, database: str) -> None:
        self.data_dir, self.identity_file = data_dir, identity_file
        self.variables, self.settings_dict = {}, connection.settings_dict | {"NAME": database}
        if connection.vendor == "postgresql":
            own = connection.settings_dict
            user = f"{quote(own['USER'])}:{quote(own['PASSWORD'] or '')}@"
            port = f":{own['PORT']}" if own["PORT"] else ""
            host = f"?host={own['HOST']}" if own["HOST"].startswith("/") else ""
            address = "" if host else f"{own['HOST']}{port}"
            self.variables = {"DATABASE_URL": f"postgres://{user}{address}/{database}{host}"}

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return manage(*words, data_dir=self.data_dir, **self.variables, **variables)

    def run_python(self, code: str, *words: str) -> subprocess.CompletedProcess[str]:
        return run_python(code, *words, data_dir=self.data_dir, **self.variables)

    def restore(self, archive: Path, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run("restore", str(archive), "--identity", str(self.identity_file), *options)

    def read_tables(self) -> Rows:
        database = ConnectionHandler({"default": self.settings_dict})["default"]
        try:
            return read_tables(database)
        finally:
            database.close()

    def execute(self, statement: str) -> Any:
        database = ConnectionHandler({"default": self.settings_dict})["default"]
        try:
            with database.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else None
        finally:
            database.close()


@pytest.fixture
def elsewhere(
    tmp_path: Path, identity_file: Path, transactional_db: None, postgres_template: str
) -> Iterator[Elsewhere]:
    data_dir = tmp_path / "elsewhere"
    if connection.vendor != "postgresql":
        yield Elsewhere(data_dir, identity_file, str(data_dir / "db.sqlite3"))
        return
    name = f"{connection.settings_dict['NAME']}_elsewhere"
    quoted = connection.ops.quote_name(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")
        cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE {connection.ops.quote_name(postgres_template)}")
    yield Elsewhere(data_dir, identity_file, name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
