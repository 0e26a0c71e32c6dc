"""The child process ends with its reader, has no secrets, and its failures become refusals."""

import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from dossiers.spreadsheets.file_reader import __main__ as child
from dossiers.spreadsheets.reader import Choice, Refused, open_table, process

from .reader_files import FileMaker

LONG = "a;b\n" + "naam;plaats\n" * 150_000


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_the_child_process_ends_with_the_context_even_halfway(file_maker: FileMaker) -> None:
    with open_table(file_maker.file(LONG)) as table:
        pid = table._child._process.pid
        first = next(table.batches(size=10))
        assert len(first) == 10
        assert is_alive(pid)
    assert not is_alive(pid)


def test_the_child_process_uses_the_temporary_directory_of_its_parent(
    file_maker: FileMaker, monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with open_table(file_maker.file(LONG)) as table:
        environment = Path(f"/proc/{table._child._process.pid}/environ").read_text().split("\0")
    assert f"TMPDIR={tmp_path}" in environment


def test_the_child_process_ends_when_opening_is_refused(file_maker: FileMaker) -> None:
    before = set(_children())
    with pytest.raises(Refused):
        open_table(file_maker.file(b" "))
    with pytest.raises(Refused):
        open_table(file_maker.file(LONG), Choice(sheet="anders"))
    assert set(_children()) <= before


def _children() -> list[str]:
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()


def test_batches_have_the_requested_size(file_maker: FileMaker) -> None:
    with open_table(file_maker.file("a;b\n" + "1;2\n" * 25)) as table:
        assert [len(batch) for batch in table.batches(size=10)] == [10, 10, 5]


def test_batches_of_long_cells_have_fewer_rows(file_maker: FileMaker) -> None:
    row = [f"{'x' * 32_000}"] * 40
    path = file_maker.book({"L": [[f"k{n}" for n in range(40)], *[row] * 30]})
    with open_table(path) as table:
        sizes = [len(batch) for batch in table.batches()]
    assert sum(sizes) == 30
    assert max(sizes) < 10


def test_a_killed_child_process_causes_a_refusal(file_maker: FileMaker) -> None:
    with open_table(file_maker.file(LONG)) as table:
        os.kill(table._child._process.pid, signal.SIGKILL)
        with pytest.raises(Refused) as caught:
            list(table.batches())
    assert caught.value.code == "too_heavy"


def test_a_child_process_over_its_cpu_limit_causes_a_refusal(file_maker: FileMaker) -> None:
    with open_table(file_maker.file(LONG)) as table:
        os.kill(table._child._process.pid, signal.SIGXCPU)
        with pytest.raises(Refused) as caught:
            list(table.batches())
    assert caught.value.code == "too_slow"


def test_a_silent_child_process_causes_a_refusal(file_maker: FileMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_table(file_maker.file(LONG)) as table:
        monkeypatch.setattr(process, "SILENCE_SECONDS", 0.2)
        os.kill(table._child._process.pid, signal.SIGSTOP)
        start = time.monotonic()
        with pytest.raises(Refused) as caught:
            list(table.batches())
    assert caught.value.code == "too_slow"
    assert time.monotonic() - start < 30


def test_a_child_process_that_fails_to_start_causes_a_refusal(
    monkeypatch: pytest.MonkeyPatch, file_maker: FileMaker
) -> None:
    monkeypatch.setattr(process, "ROOT", Path("/"))
    with pytest.raises(Refused) as caught:
        open_table(file_maker.file("a;b\n"))
    assert caught.value.code == "damaged"


def test_the_child_process_gets_no_secrets(file_maker: FileMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "geheim")
    with open_table(file_maker.file(LONG)) as table:
        environment = Path(f"/proc/{table._child._process.pid}/environ").read_bytes()
    assert b"PATH=" in environment
    assert b"SECRET_KEY" not in environment


def test_the_child_process_does_not_import_django() -> None:
    code = "import sys, dossiers.spreadsheets.file_reader.__main__, dossiers.spreadsheets.file_reader.workbook; "
    code += "print([name for name in sys.modules if name.startswith('django')])"
    completed = subprocess.run(
        [sys.executable, "-c", code], cwd=process.ROOT, capture_output=True, text=True, check=True
    )
    assert completed.stdout.strip() == "[]"


def test_the_parent_process_stores_only_one_batch(file_maker: FileMaker) -> None:
    """Reading a list of 20 MB hardly increases the memory of the parent process."""
    path = file_maker.file("naam;plaats\n" + f"{'x' * 50};{'y' * 50}\n" * 190_000)
    code = f"""
import resource, pathlib
from dossiers.spreadsheets.reader import open_table
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open_table(pathlib.Path({str(path)!r})) as table:
    batches = table.batches()
    next(batches)
    before = peak()
    print(sum(map(len, batches)), peak() - before)
"""
    completed = subprocess.run(
        [sys.executable, "-c", code], cwd=process.ROOT, capture_output=True, text=True, check=True
    )
    rows, grown = map(int, completed.stdout.split())
    assert rows == 185_000
    assert grown < 8_000  # kB


def test_a_workbook_that_unpacks_to_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MAX_TEXT", 3 * child.FRAME_TEXT)
    rows = ((line, ["x" * 32_000] * 100) for line in itertools.count(1))
    frames = child._frames(rows, 5000)
    assert len(next(frames)) == 3
    with pytest.raises(Refused) as caught:
        for _ in frames:
            pass
    assert caught.value.code == "unpacks_too_far"
