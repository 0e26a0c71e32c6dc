"""Incomplete files of a killed process are removed."""

import os
from datetime import timedelta

from django.utils import timezone

from dossiers.tasks import destroy_old_files


def test_temporary_files_are_removed_after_an_hour_without_writes(db, settings, tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("x")
    settings.TEMP_ROOT.mkdir()
    for name in ("sheet.xml", "folder/part.csv", "written.xml"):
        (settings.TEMP_ROOT / name).parent.mkdir(exist_ok=True)
        (settings.TEMP_ROOT / name).write_text("Selam Haile")
    (settings.TEMP_ROOT / "link").symlink_to(outside)
    long_ago = (timezone.now() - timedelta(minutes=61)).timestamp()
    for name in ("sheet.xml", "folder", "link"):
        os.utime(settings.TEMP_ROOT / name, (long_ago, long_ago), follow_symlinks=False)

    assert destroy_old_files.call() == ["een achtergebleven tijdelijk bestand"] * 3
    assert [path.name for path in settings.TEMP_ROOT.iterdir()] == ["written.xml"]
    assert outside.exists()
    assert destroy_old_files.call() == []
