"""Only the user that the site runs as reads what it keeps, whatever the machine's umask is."""

import os
import stat
import subprocess
from pathlib import Path

from config.checks import check_private_files
from config.private_files import close_to_others
from tests.site.commands import PRODUCTION, command, environment

WRITE = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
default_storage.save("pictures/x.txt", ContentFile("x"))
storages["private"].save("clean/x.csv", ContentFile("x"))
from django.core.cache import cache
cache.set("x", 1)
import tempfile
from django.core.files.uploadedfile import TemporaryUploadedFile
tempfile.mkstemp()
print(TemporaryUploadedFile("list.xlsx", "", 0, None).temporary_file_path())
from django.core.mail import send_mail
send_mail("x", "x", "x@example.nl", ["x@example.nl"])
"""


def open_to_others(folder: Path) -> list[str]:
    paths = (folder, *folder.rglob("*"))
    return [f"{path} {stat.filemode(path.stat().st_mode)}" for path in paths if path.stat().st_mode & 0o077]


def test_what_a_process_makes_in_production_is_for_nobody_else(tmp_path):
    tmp_path.chmod(0o755)
    env = environment(tmp_path, **PRODUCTION, EMAIL_URL=f"filemail:///{tmp_path}/mail")
    run = command("shell", "-v0", "-c", WRITE)
    done = subprocess.run(run, env=env, umask=0o022, timeout=120, check=True, stdout=subprocess.PIPE, text=True)
    assert {path.name for path in tmp_path.iterdir()} >= {"media", "private", "cache", "mail", "tmp"}
    assert [path.is_file() for path in (tmp_path / "tmp").iterdir()] == [True]
    assert Path(done.stdout.strip()).parent == tmp_path / "tmp"  # of an upload that is too large for memory
    assert open_to_others(tmp_path) == []


def test_migrate_shuts_what_an_earlier_version_left_open(migrated_dir):
    assert (migrated_dir / "earlier" / "list.csv").exists()
    assert open_to_others(migrated_dir) == []


def test_what_a_link_leads_to_stays_as_it_is(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("x")
    outside.chmod(0o644)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link").symlink_to(outside)
    close_to_others([tmp_path / "data"], inside=True)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


def test_a_folder_that_others_enter_is_named_by_check_deploy(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(0o1777)  # shared by all, such as /tmp: not ours to shut
    close_to_others([tmp_path])
    assert f"Other users of this machine can enter {tmp_path}." in [one.msg for one in check_private_files()]
    tmp_path.chmod(0o755)
    close_to_others([tmp_path])
    assert str(tmp_path) not in str(check_private_files())


def test_this_very_process_makes_files_for_nobody_else():
    assert os.umask(0o077) == 0o077
