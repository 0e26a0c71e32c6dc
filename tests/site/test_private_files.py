"""Only the user that runs the site can read its files, whatever the umask of the machine is."""

import os
import stat
import subprocess
from pathlib import Path

from config.checks import check_private_files
from config.private_files import restrict_to_owner
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


def list_files_accessible_to_others(folder: Path) -> list[str]:
    paths = (folder, *folder.rglob("*"))
    return [f"{path} {stat.filemode(path.stat().st_mode)}" for path in paths if path.stat().st_mode & 0o077]


def test_files_made_in_production_are_private(tmp_path):
    tmp_path.chmod(0o755)
    env = environment(tmp_path, **PRODUCTION, EMAIL_URL=f"filemail:///{tmp_path}/mail")
    run = command("shell", "-v0", "-c", WRITE)
    result = subprocess.run(run, env=env, umask=0o022, timeout=120, check=True, stdout=subprocess.PIPE, text=True)
    assert {path.name for path in tmp_path.iterdir()} >= {"media", "private", "cache", "mail", "tmp"}
    assert [path.is_file() for path in (tmp_path / "tmp").iterdir()] == [True]
    assert Path(result.stdout.strip()).parent == tmp_path / "tmp"  # an upload that is too large for memory
    assert list_files_accessible_to_others(tmp_path) == []


def test_migrate_makes_files_of_an_earlier_version_private(migrated_dir):
    assert (migrated_dir / "earlier" / "list.csv").exists()
    assert list_files_accessible_to_others(migrated_dir) == []


def test_the_target_of_a_symbolic_link_is_not_changed(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("x")
    outside.chmod(0o644)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link").symlink_to(outside)
    restrict_to_owner([tmp_path / "data"], recursive=True)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


def test_check_deploy_names_a_folder_that_others_can_enter(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(0o1777)  # a shared folder such as /tmp, which the site must not change
    restrict_to_owner([tmp_path])
    assert f"Other users of this machine can enter {tmp_path}." in [message.msg for message in check_private_files()]
    tmp_path.chmod(0o755)
    restrict_to_owner([tmp_path])
    assert str(tmp_path) not in str(check_private_files())


def test_the_settings_set_a_private_umask():
    assert os.umask(0o077) == 0o077
