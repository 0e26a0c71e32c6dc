import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from config.process_group import ProcessGroup, Program


def python(code: str, name: str = "helper") -> Program:
    return Program(name, [sys.executable, "-c", code])


SLEEPS = "import time; time.sleep(60)"


def wait_for(condition, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def said() -> list[str]:
    return []


def test_a_helper_that_ends_is_started_again_later_each_time(tmp_path, said, monkeypatch):
    monkeypatch.setattr("config.process_group.LONGEST_PAUSE", 0.3)
    log = tmp_path / "log"
    helper = python(f"open({str(log)!r}, 'a').write('x')")
    until_three = (
        f"import os, time\nwhile not os.path.exists({str(log)!r}) or os.path.getsize({str(log)!r}) < 3: time.sleep(0.1)"
    )
    ProcessGroup(python(until_three, "server"), [helper], said.append).run(lambda: True)
    assert log.read_text().startswith("xxx")
    assert said[0] == "The helper stopped (exit code 0); it starts again in 0 s."


def test_helpers_wait_until_the_main_program_is_ready(said):
    server, helper = python("import time; time.sleep(0.5)", "server"), python(SLEEPS)
    ProcessGroup(server, [helper], said.append).run(lambda: False)
    assert helper.process is None


def test_pauses_grow_until_it_has_run_well(monkeypatch):
    helper = python(SLEEPS)
    helper.started_at = time.monotonic()
    assert [helper.next_pause() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    helper.started_at -= 61
    assert helper.next_pause() == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_and_counts_as_an_orderly_end(said, number):
    server, helper = python(SLEEPS, "server"), python(SLEEPS)
    before = signal.getsignal(number)
    assert ProcessGroup(server, [helper], said.append).run(lambda: not os.kill(os.getpid(), number)) == 0
    assert not any(lives(program.process.pid) for program in (server, helper))
    assert signal.getsignal(number) == before


def test_when_the_main_program_ends_the_others_end_too(said):
    helper = python(SLEEPS)
    server = python("import time; time.sleep(0.5); raise SystemExit(3)", "server")
    assert ProcessGroup(server, [helper], said.append).run(lambda: True) == 3
    assert not lives(helper.process.pid)


def test_who_does_not_listen_is_ended_with_all_that_it_started(tmp_path, said):
    file = tmp_path / "grandchild"
    deaf = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"open({str(file)!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    group = ProcessGroup(python(deaf, "server"), [], said.append)
    group.patience = 0.3
    group.run(lambda: file.exists() and file.read_text() != "" and not os.kill(os.getpid(), signal.SIGTERM))
    wait_for(lambda: not lives(int(file.read_text())))
    assert not lives(group.main.process.pid)


def test_asked_twice_it_has_no_more_patience(tmp_path, said):
    ready = tmp_path / "ready"
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"open({str(ready)!r}, 'w').close(); time.sleep(60)"
    )
    group = ProcessGroup(python(deaf, "server"), [], said.append)

    def ask_twice() -> bool:
        if not ready.exists():
            return False
        os.kill(os.getpid(), signal.SIGINT)
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        return True

    begun = time.monotonic()
    assert group.run(ask_twice) == 0
    assert time.monotonic() - begun < group.patience / 2
