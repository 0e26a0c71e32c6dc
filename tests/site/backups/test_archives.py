"""An archive that can't be used is refused in one sentence, and nothing changes."""

import errno
import io
import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from backups import archive as archives
from backups import backup as backups
from backups.archive import Entry, Manifest
from backups.errors import BackupError
from backups.models import Backup
from backups.workspace import open_workspace
from tests.site.commands import manage, run_python

STOPPED = """
import os, sys
import django; django.setup()
from backups import archive
pack = archive._pack_document

def stop(name, document):
    if name == archive.MANIFEST:
        os.kill(os.getpid(), int(sys.argv[2]))
    yield from pack(name, document)

archive._pack_document = stop
from django.core.management import call_command
call_command("backup", sys.argv[1])
"""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def verify(base_data, identity_file):
    """Return a function that checks an archive and returns what the command prints."""

    def run(archive: Path, identity: Path = identity_file, *options: str) -> str:
        out = io.StringIO()
        call_command("restore", str(archive), "--verify", "--identity", str(identity), *options, stdout=out)
        return out.getvalue()

    return run


@pytest.fixture
def archive(make_archive, files, base_data) -> Path:
    return make_archive()


@pytest.fixture
def make_backup(tmp_path, identity_file, base_data):
    """Return a function that runs the command, and a folder for its archives."""
    folder = tmp_path / "archives"
    folder.mkdir()

    def run() -> None:
        call_command("backup", str(folder), stdout=io.StringIO())

    run.folder = folder
    return run


def test_a_sound_archive_is_sound_and_nothing_changes(archive, verify, settings):
    files = sorted(settings.PRIVATE_ROOT.rglob("*"))
    assert "is sound. Nothing was changed." in verify(archive)
    assert sorted(settings.PRIVATE_ROOT.rglob("*")) == files
    assert list(settings.TEMP_ROOT.iterdir()) == []


def test_another_key_opens_nothing(archive, verify, tmp_path):
    other = tmp_path / "other.key"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(CommandError, match=r"None of these keys opens the archive."):
        verify(archive, other)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has no key"),
        ("# a remark only", "has no key"),
        ("age1notprivate", "it needs a line that begins with AGE-SECRET-KEY-1"),
    ],
)
def test_a_key_file_without_a_key_is_refused(archive, verify, tmp_path, content, message):
    other = tmp_path / "other.key"
    other.write_text(content)
    with pytest.raises(CommandError, match=message):
        verify(archive, other)
    with pytest.raises(CommandError, match=r"The key file .*missing.key can't be read"):
        verify(archive, tmp_path / "missing.key")


@pytest.mark.parametrize("part", [0.02, 0.5, 0.999])
def test_an_archive_that_was_cut_off_is_damaged(archive, verify, part):
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(CommandError, match=r"The archive is damaged or incomplete: it can't be decrypted as a whole."):
        verify(archive)


def test_an_archive_that_was_cut_off_between_two_blocks_of_age_is_damaged(archive, verify):
    content = archive.read_bytes()
    header = content.index(b"\n", content.index(b"\n--- ")) + 1
    archive.write_bytes(content[: header + 16 + 3 * (64 * 1024 + 16)])
    with pytest.raises(CommandError, match="The archive is damaged or incomplete"):
        verify(archive)


@pytest.mark.parametrize("place", [0.01, 0.3, 0.7, 0.9999])
def test_an_archive_with_a_changed_byte_is_damaged(archive, verify, place):
    content = bytearray(archive.read_bytes())
    content[int(len(content) * place)] ^= 1
    archive.write_bytes(content)
    with pytest.raises(CommandError, match="The archive is damaged or incomplete"):
        verify(archive)


def test_what_is_no_archive_is_called_so(verify, tmp_path):
    for content in (b"", b"no archive", bytes(100_000)):
        (tmp_path / "x.age").write_bytes(content)
        with pytest.raises(CommandError, match="This is no archive that was encrypted by age"):
            verify(tmp_path / "x.age")
    with pytest.raises(CommandError, match="There is no file"):
        verify(tmp_path / "missing.age")


def test_another_archive_of_age_is_no_backup(verify, tmp_path, settings):
    recipient = pyrage.x25519.Recipient.from_str(settings.BACKUP_RECIPIENTS[0])
    (tmp_path / "x.age").write_bytes(pyrage.encrypt(b"a letter" * 1000, [recipient]))
    with pytest.raises(CommandError, match=r"This is no backup of this site."):
        verify(tmp_path / "x.age")


@pytest.fixture
def change_about(monkeypatch):
    """Return a function by which the next archives say something else about themselves."""

    def change(**values: Any) -> None:
        pack = archives._pack_document

        def pack_changed(name: str, document: Any) -> Any:
            return pack(name, replace(document, **values) if name == archives.ABOUT else document)

        monkeypatch.setattr(archives, "_pack_document", pack_changed)

    return change


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"migrations": [("dossiers", "9999_later")], "version": "9.0"}, r"made by a newer release \(9.0\)"),
        ({"migrations": [], "version": "0.9"}, r"earlier release \(0.9\). Install that one, or add --migrate"),
        ({"engine": "oracle"}, "The backup is of oracle, and this site uses"),
        ({"format": 99, "version": "9.0"}, r"made by another release \(9.0\), in a format that is unknown here"),
    ],
)
def test_an_archive_that_does_not_fit_this_release_is_refused(make_archive, verify, change_about, values, message):
    change_about(**values)
    with pytest.raises(CommandError, match=message):
        verify(make_archive())


@pytest.mark.parametrize("name", ["files/../../x", "/etc/x", "x", "elsewhere/x"])
def test_a_file_can_not_lead_out_of_the_folder(base_data, verify, tmp_path, settings, name):
    about = archives.About(settings.VERSION, connection.vendor, "2026-01-02T03:04:05+00:00", all_migrations())
    with (tmp_path / "x.age").open("wb") as out:
        archives.write_archive(out, settings.BACKUP_RECIPIENTS, about, [Entry(name, 1, [b"x"])], Manifest())
    with pytest.raises(CommandError, match=f"it has a file called '{name}'"):
        verify(tmp_path / "x.age")


def all_migrations() -> list[tuple[str, str]]:
    from django.db.migrations.loader import MigrationLoader

    return list(MigrationLoader(None).disk_migrations)


def test_rows_that_are_missing_are_noticed(base_data, verify, make_archive, monkeypatch):
    pack = archives._pack_document

    def pack_other_count(name: str, document: Any) -> Any:
        if name == archives.MANIFEST:
            document.rows["default.auth_group"] += 1
        return pack(name, document)

    monkeypatch.setattr(archives, "_pack_document", pack_other_count)
    with pytest.raises(CommandError, match=r"not what the manifest says: default.auth_group \(\d+ instead of \d+\)"):
        verify(make_archive())


# --- Backups that can't be made


def test_without_a_recipient_no_backup_is_made(make_backup, settings):
    settings.BACKUP_RECIPIENTS = []
    with pytest.raises(CommandError, match="BACKUP_RECIPIENTS is not set"):
        make_backup()
    assert list(make_backup.folder.iterdir()) == []
    assert Backup.objects.get().problem == Backup.Problem.REFUSED


def test_a_folder_that_is_missing_is_named(base_data, identity_file, tmp_path):
    with pytest.raises(CommandError, match=r"There is no folder .*/missing"):
        call_command("backup", str(tmp_path / "missing"))


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), OperationalError("database or disk is full")]
)
def test_a_full_disk_gets_a_sentence_and_leaves_nothing(make_backup, files, monkeypatch, settings, error):
    written = []

    class FullDisk:
        def __init__(self, file: IO[bytes]) -> None:
            self.file = file

        def write(self, data: bytes) -> int:
            if len(written) > 1:
                raise error
            written.append(data)
            return self.file.write(data)

    monkeypatch.setattr(
        archives.Sink, "__init__", lambda sink, file: vars(sink).update(file=FullDisk(file), error=None)
    )
    with pytest.raises(CommandError, match=r"No backup was made. The disk is full. What was written is removed again."):
        make_backup()
    assert written and list(make_backup.folder.iterdir()) == [] and list(settings.TEMP_ROOT.iterdir()) == []
    assert Backup.objects.get().problem == Backup.Problem.DISK_FULL


def test_the_message_of_the_database_is_not_repeated(make_backup, monkeypatch):
    def fail(*_args: object) -> None:
        raise OperationalError("the row of Selam Haile")

    monkeypatch.setattr(backups, "find_applied_migrations", fail)
    with pytest.raises(CommandError, match=r"The database gave an error: OperationalError\.$"):
        make_backup()
    assert Backup.objects.get().problem == Backup.Problem.DATABASE


def test_a_file_that_changes_while_it_is_read_is_not_half_in_a_backup(base_data, identity_file, settings):
    about = archives.About(settings.VERSION, connection.vendor, "2026-01-02T03:04:05+00:00", [])
    growing = Entry("files/private/x", 3, [b"four"])
    with pytest.raises(BackupError, match="A file in files/private changed while it was read"):
        archives.write_archive(io.BytesIO(), settings.BACKUP_RECIPIENTS, about, [growing], Manifest())


def test_one_backup_runs_at_a_time(make_backup, settings):
    with open_workspace(), pytest.raises(CommandError, match=r"Another backup or restore runs on this machine."):
        make_backup()
    make_backup()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_backup_that_is_stopped_midway_leaves_no_archive(migrated_dir, identity_file, settings, tmp_path, number):
    folder = tmp_path / "archives"
    folder.mkdir()
    variables = {"BACKUP_RECIPIENTS": settings.BACKUP_RECIPIENTS[0]}
    done = run_python(STOPPED, str(folder), str(int(number)), data_dir=migrated_dir, **variables)
    assert done.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 128 + signal.SIGTERM)
    assert [path.name for path in folder.glob("*.age")] == []
    if number == signal.SIGTERM:
        assert list(folder.iterdir()) == [] and list((migrated_dir / "tmp").iterdir()) == []
    else:
        assert len(list(folder.iterdir())) == 1
    done = manage("backup", str(folder), data_dir=migrated_dir, **variables)
    assert [str(path) for path in folder.iterdir()] == [done.stdout.split()[0]]
    assert list((migrated_dir / "tmp").iterdir()) == []


def test_how_each_backup_went_is_recorded(make_backup):
    make_backup()
    backup = Backup.objects.get()
    assert backup.problem == "" and backup.size == next(make_backup.folder.iterdir()).stat().st_size


def test_a_manifest_can_be_read_without_this_site(archive, identity_file):
    """Only age, tar and JSON are needed."""
    import tarfile

    identity = pyrage.x25519.Identity.from_str(identity_file.read_text().splitlines()[-1])
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(archive.read_bytes(), [identity]))) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
        assert tar.extractfile("files/private/uploads/lijst.csv").read().startswith(b"Voornaam")
    assert manifest["rows"]["default.auth_group"] and "manifest.json" not in manifest["hashes"]
