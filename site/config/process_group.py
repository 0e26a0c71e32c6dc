"""A small process supervisor: it starts programs, restarts them, and stops them together."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

POLL_INTERVAL = 0.2  # seconds
STABLE_AFTER = 60  # seconds: a program that ends later did not fail at its start
MAX_RESTART_DELAY = 30.0  # seconds


class Program:
    """A program in a process group of its own.

    A Ctrl-C in the terminal therefore reaches only the supervisor, which stops each program once. The child processes
    of a program can be killed with it.
    """

    def __init__(self, name: str, command: Sequence[str], env: dict[str, str] | None = None) -> None:
        self.name, self.command, self.env = name, list(command), env
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.restart_delay = 0.0
        self.restart_at: float | None = None

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  (our own command)
            self.command, env=self.env, stdin=subprocess.DEVNULL, start_new_session=True
        )

    @property
    def exit_code(self) -> int | None:
        """The exit code, or None while the program runs."""
        return self.process.poll() if self.process else 0

    def ask_to_stop(self) -> None:
        if self.process and self.exit_code is None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until the program stops, at most until `deadline` (monotonic seconds), then kill its process group."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):  # the group is empty; macOS: only zombies
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def restart_if_stopped(self, write: Callable[[str], object]) -> None:
        """Start the program again some time after it stopped; called again and again, it writes once what happens."""
        if self.exit_code is None:
            return
        if self.restart_at is None:
            delay = self.increase_restart_delay()
            self.restart_at = time.monotonic() + delay
            write(f"The {self.name} stopped (exit code {self.exit_code}); it starts again in {delay:.0f} s.")
        elif time.monotonic() >= self.restart_at:
            self.restart_at = None
            self.start()

    def increase_restart_delay(self) -> float:
        """Return the seconds to wait before a restart: doubled each time, unless the program had been stable."""
        run_time = time.monotonic() - self.started_at
        doubled_delay = min(max(1.0, self.restart_delay * 2), MAX_RESTART_DELAY)
        self.restart_delay = 1.0 if run_time > STABLE_AFTER else doubled_delay
        return self.restart_delay


class ProcessGroup:
    """A main program and its helpers. All stop when the main program ends; a helper that ends is restarted.

    The helpers start when the main program is ready, so that it starts faster.
    """

    def __init__(self, main: Program, helpers: Sequence[Program], write: Callable[[str], object] = print) -> None:
        self.main, self.helpers, self.write = main, helpers, write
        self.stop_timeout = 30.0  # seconds
        self.stop_signals = 0

    def run(self, is_ready: Callable[[], bool]) -> int:
        """Run until the main program ends or a signal asks to stop; return the exit code.

        `is_ready` is called again and again until it returns True for the main program.
        """
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup ignores it, so that the programs continue
            numbers.append(signal.SIGHUP)
        original_handlers = {number: signal.signal(number, self.handle_stop_signal) for number in numbers}
        ready = False
        try:
            self.main.start()
            while not self.stop_signals and self.main.exit_code is None:
                if ready:
                    for helper in self.helpers:
                        helper.restart_if_stopped(self.write)
                elif ready := is_ready():
                    for helper in self.helpers:
                        helper.start()
                time.sleep(POLL_INTERVAL)
            return 0 if self.stop_signals else self.main.exit_code or 1
        finally:
            self.write("Stopping …")
            programs = (self.main, *self.helpers)
            for program in programs:
                program.ask_to_stop()
            deadline = time.monotonic() + self.stop_timeout
            for program in programs:
                program.end(deadline)
            for number, handler in original_handlers.items():
                signal.signal(number, handler)

    def handle_stop_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Ask for an orderly stop at the first signal, and kill the programs at the second."""
        self.stop_signals += 1
        if self.stop_signals > 1:
            for program in (self.main, *self.helpers):
                if program.process and program.exit_code is None:
                    program.process.kill()
