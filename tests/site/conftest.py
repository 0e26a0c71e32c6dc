import shutil
from pathlib import Path

import pytest

from tests.site.commands import manage


@pytest.fixture(scope="session")
def migrated_dir(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, cached_database: Path) -> Path:
    """A migrated DATA_DIR for programs in processes of their own; it is slow to make, so the tests share it."""
    folder = tmp_path_factory.mktemp("migrated")
    if cached_database.exists():
        shutil.copy(cached_database, folder / "db.sqlite3")
    earlier = folder / "earlier" / "list.csv"  # of a version that let everybody read
    earlier.parent.mkdir()
    earlier.write_text("x")
    for path in (folder, earlier.parent, earlier):
        path.chmod(0o755)
    result = manage("migrate", data_dir=folder)
    assert result.returncode == 0, result.stderr
    return folder
