"""Tests of `manage.py serve` in a process with its own database."""

import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.site.commands import command, environment, manage


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def find_processes(data_dir: Path) -> set[int]:
    """Return the ids of the processes with this DATA_DIR in their environment."""
    mine = f"DATA_DIR={data_dir}".encode()
    process_ids = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mine in (folder / "environ").read_bytes().split(b"\0"):
                process_ids.add(int(folder.name))
        except OSError:  # the process ended, or belongs to another user
            continue
    return process_ids


def status_of(url: str) -> int | None:
    try:
        return urllib.request.urlopen(url, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Return the output up to the line with those words, and fail if the process ends without them."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return "".join(lines)
    raise AssertionError(f"never said {words!r}: {''.join(lines)}")


def serve(data_dir: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("serve"),
        env=environment(data_dir, PORT=str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "kill"])
def test_the_web_server_and_the_workers_start_and_stop_together(migrated_dir, port, number):
    process = serve(migrated_dir, port)
    try:
        output = read_until(process, "Ctrl-C stops it.")
        assert f"http://127.0.0.1:{port}/beheer/" in output
        assert status_of(f"http://127.0.0.1:{port}/beheer/login/") is not None
        commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in find_processes(migrated_dir)]
        assert any(b"webserver" in line for line in commands)
        for lane in (b"default", b"mail"):
            assert any(line.endswith(b"worker\0--lane\0" + lane + b"\0") for line in commands)
        process.send_signal(number)
        assert process.wait(30) == 0
        assert find_processes(migrated_dir) == set()
        assert status_of(f"http://127.0.0.1:{port}/") is None
    finally:
        process.kill()


def test_a_port_in_use_stops_the_start_with_one_sentence(migrated_dir):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = manage("serve", data_dir=migrated_dir, PORT=str(port))
    assert result.returncode == 1
    expected = f"Not started: Port {port} is in use by another program; choose another one, as in PORT={port + 1}."
    assert result.stderr.strip() == expected


def test_an_invalid_number_of_workers_stops_the_start_with_one_sentence(migrated_dir, port):
    result = manage("serve", data_dir=migrated_dir, PORT=str(port), WEB_WORKERS="many")
    assert result.returncode == 1
    assert result.stderr.strip().endswith("WEB_WORKERS is 'many'; it must be a number from 1 to 1000.")


def test_a_second_worker_with_the_same_name_waits_for_the_first(migrated_dir):
    def start() -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(command("worker"), env=environment(migrated_dir, LOG_LEVEL="INFO"), **pipes)

    first, second = start(), None
    try:
        read_until(first, "Starting worker")
        second = start()
        read_until(second, "Another worker runs as worker-1; waiting")
        first.terminate()
        read_until(second, "Starting worker")
    finally:
        for process in filter(None, (first, second)):
            process.kill()
            process.wait()


def test_a_restarted_worker_runs_the_interrupted_task_again(migrated_dir):
    make = (
        "from django.utils import timezone; from django_tasks_db.models import DBTaskResult;"
        "DBTaskResult.objects.create(status='RUNNING', worker_ids=['worker-1'], task_path='config.nothing',"
        "args_kwargs={}, backend_name='default', run_after=timezone.now(), exception_class_path='', traceback='')"
    )
    assert manage("shell", "-v0", "-c", make, data_dir=migrated_dir).returncode == 0
    process = subprocess.Popen(
        command("worker"), env=environment(migrated_dir), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        read_until(process, "Starting again with 1 task(s) that were cut off.")
        time.sleep(0.1)
    finally:
        process.kill()
        process.wait()
