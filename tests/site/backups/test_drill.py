"""The drill: what a backup holds stands elsewhere after a restore, each row and each file, and the site answers."""

import signal
import stat

import pytest
from django.contrib.auth.models import Group
from django.db import connections

from dossiers.models import Retention, Step
from tests.dossiers.models.factories import make_dossier, make_sign_up
from tests.dossiers.models.placements import make_placement
from tests.snapshots import read_tables

pytestmark = pytest.mark.django_db(transaction=True)

ANSWERS = """
import django; django.setup()
from django.test import Client
print(Client().get("/inloggen/", HTTP_HOST="127.0.0.1:8000").status_code)
"""
KILLED = """
import os, signal, sys
import django; django.setup()
from backups import restore
restore.replay_events = lambda events: os.kill(os.getpid(), signal.SIGKILL)
from django.core.management import call_command
call_command("restore", *sys.argv[1:])
"""


@pytest.fixture
def records(db, coordinator):
    """Records of each kind that matter, with texts that COPY has to escape."""
    Retention.load()  # which is made when it is first read
    make_placement(Step.WORKING)
    make_sign_up()
    make_dossier(notes="Regel 1\nRegel 2\tmet een tab, een \\ en \\N, ﻉ en 😀", family_name="D'Àngelo")
    Group.objects.create(name="of which the number must not be given again").delete()


def read_folder(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_restored_backup_has_every_row_and_every_file_and_the_site_answers(records, files, make_archive, elsewhere):
    tables, contents = read_tables(connections["default"]), [read_folder(folder) for folder in files]
    archive = make_archive()
    next_number = Group.objects.latest("pk").pk + 2
    done = elsewhere.restore(archive, "--without-forgotten")
    assert done.returncode == 0, done.stderr
    restored = elsewhere.read_tables()
    assert restored.keys() == tables.keys()
    assert [name for name in tables if sorted(map(repr, restored[name][1])) != sorted(map(repr, tables[name][1]))] == []
    assert [read_folder(elsewhere.data_dir / name) for name in ("media", "private")] == contents
    assert elsewhere.execute("INSERT INTO auth_group (name) VALUES ('a new one') RETURNING id") == [(next_number,)]
    assert elsewhere.run_python(ANSWERS).stdout == "200\n"
    count = len(tables["dossiers_dossier"][1])
    assert f"default.dossiers_dossier {count} {count}" in " ".join(done.stdout.split())
    assert "files/private 2 2" in " ".join(done.stdout.split())


def test_only_the_sites_user_can_read_an_archive_and_nothing_plain_remains(
    records, files, make_archive, elsewhere, settings
):
    archive = make_archive()
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    content = archive.read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert b"Selam" not in content and b"lijst.csv" not in content
    assert elsewhere.restore(archive, "--without-forgotten").returncode == 0
    for folder in (settings.TEMP_ROOT, elsewhere.data_dir / "tmp"):
        assert list(folder.iterdir()) == []
    restored = [*elsewhere.data_dir.rglob("*"), elsewhere.data_dir]
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in restored} == {"0o600", "0o700"}


def test_a_place_in_use_is_left_alone_unless_somebody_says_so(records, files, make_archive, elsewhere):
    archive = make_archive()
    assert elsewhere.restore(archive, "--without-forgotten").returncode == 0
    elsewhere.execute("UPDATE dossiers_dossier SET notes = 'later'")
    (elsewhere.data_dir / "private" / "uploads" / "later.csv").write_bytes(b"later")
    tables = elsewhere.read_tables()
    done = elsewhere.restore(archive, "--without-forgotten")
    assert done.returncode == 1
    assert "This database has records already. To lose them all, add --replace." in done.stderr
    assert elsewhere.read_tables() == tables
    done = elsewhere.restore(archive, "--without-forgotten", "--replace")
    assert done.returncode == 0, done.stderr
    assert elsewhere.execute("SELECT count(*) FROM dossiers_dossier WHERE notes = 'later'") == [(0,)]
    assert not (elsewhere.data_dir / "private" / "uploads" / "later.csv").exists()


def test_a_restore_that_is_killed_leaves_the_records_as_they_were_and_can_be_repeated(
    records, files, make_archive, elsewhere
):
    archive = make_archive()
    assert elsewhere.restore(archive, "--without-forgotten").returncode == 0
    elsewhere.execute("UPDATE dossiers_dossier SET notes = 'later'")
    tables = elsewhere.read_tables()
    options = ["--identity", str(elsewhere.identity_file), "--without-forgotten", "--replace"]
    assert elsewhere.run_python(KILLED, str(archive), *options).returncode == -signal.SIGKILL
    assert elsewhere.read_tables() == tables
    assert elsewhere.restore(archive, "--without-forgotten", "--replace").returncode == 0
    assert elsewhere.execute("SELECT count(*) FROM dossiers_dossier WHERE notes = 'later'") == [(0,)]
    assert list((elsewhere.data_dir / "tmp").iterdir()) == []
