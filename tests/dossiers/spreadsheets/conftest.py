from pathlib import Path

import pytest

from .imports import Lists
from .reader_files import FileMaker


@pytest.fixture
def file_maker(tmp_path: Path) -> FileMaker:
    return FileMaker(tmp_path)


@pytest.fixture
def lists(base_data: None, tmp_path: Path) -> Lists:
    return Lists(tmp_path)
