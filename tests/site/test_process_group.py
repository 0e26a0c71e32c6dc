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
def messages() -> list[str]:
    return []


def test_a_helper_that_ends_is_restarted_after_a_growing_delay(tmp_path, messages, monkeypatch):
    monkeypatch.setattr("config.process_group.MAX_RESTART_DELAY", 0.3)
    log = tmp_path / "log"
    helper = python(f"open({str(log)!r}, 'a').write('x')")
    until_three = (
        f"import os, time\nwhile not os.path.exists({str(log)!r}) or os.path.getsize({str(log)!r}) < 3: time.sleep(0.1)"
    )
    ProcessGroup(python(until_three, "server"), [helper], messages.append).run(lambda: True)
    assert log.read_text().startswith("xxx")
    assert messages[0] == "The helper stopped (exit code 0); it starts again in 0 s."


def test_helpers_wait_until_the_main_program_is_ready(messages):
    server, helper = python("import time; time.sleep(0.5)", "server"), python(SLEEPS)
    ProcessGroup(server, [helper], messages.append).run(lambda: False)
    assert helper.process is None


def test_the_restart_delay_doubles_until_the_program_is_stable(monkeypatch):
    helper = python(SLEEPS)
    helper.started_at = time.monotonic()
    assert [helper.increase_restart_delay() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    helper.started_at -= 61
    assert helper.increase_restart_delay() == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_programs_with_exit_code_0(messages, number):
    server, helper = python(SLEEPS, "server"), python(SLEEPS)
    before = signal.getsignal(number)
    assert ProcessGroup(server, [helper], messages.append).run(lambda: not os.kill(os.getpid(), number)) == 0
    assert not any(lives(program.process.pid) for program in (server, helper))
    assert signal.getsignal(number) == before


def test_the_helpers_stop_when_the_main_program_ends(messages):
    helper = python(SLEEPS)
    server = python("import time; time.sleep(0.5); raise SystemExit(3)", "server")
    assert ProcessGroup(server, [helper], messages.append).run(lambda: True) == 3
    assert not lives(helper.process.pid)


def test_a_program_that_ignores_sigterm_is_killed_with_its_child_processes(tmp_path, messages):
    file = tmp_path / "grandchild"
    deaf = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"open({str(file)!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    group = ProcessGroup(python(deaf, "server"), [], messages.append)
    group.stop_timeout = 0.3
    group.run(lambda: file.exists() and file.read_text() != "" and not os.kill(os.getpid(), signal.SIGTERM))
    wait_for(lambda: not lives(int(file.read_text())))
    assert not lives(group.main.process.pid)


def test_a_second_signal_kills_at_once(tmp_path, messages):
    ready = tmp_path / "ready"
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"open({str(ready)!r}, 'w').close(); time.sleep(60)"
    )
    group = ProcessGroup(python(deaf, "server"), [], messages.append)

    def ask_twice() -> bool:
        if not ready.exists():
            return False
        os.kill(os.getpid(), signal.SIGINT)
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        return True

    begun = time.monotonic()
    assert group.run(ask_twice) == 0
    assert time.monotonic() - begun < group.stop_timeout / 2
