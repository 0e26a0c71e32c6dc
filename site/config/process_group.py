"""Runs programs side by side: starts them, starts them again, and stops them all together."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

LOOK_EVERY = 0.2  # seconds
SETTLED_AFTER = 60  # seconds: who ran this long and then ended has not failed at its start
LONGEST_PAUSE = 30  # seconds


class Program:
    """One program, in a process group of its own.

    So a Ctrl-C in the terminal reaches only who started it, who then stops each program once; and what a program leaves
    behind can be ended with it.
    """

    def __init__(self, name: str, command: Sequence[str], env: dict[str, str] | None = None) -> None:
        self.name, self.command, self.env = name, list(command), env
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.pause = 0.0

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  (our own command)
            self.command, env=self.env, stdin=subprocess.DEVNULL, start_new_session=True
        )

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll() if self.process else 0

    def ask_to_stop(self) -> None:
        if self.process and self.exit_code is None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until it has stopped; at `deadline` (monotonic seconds) end it, and in any case what it left behind."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):  # nobody left; macOS says the second of a group of zombies
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def next_pause(self) -> float:
        """Seconds to wait before it starts again: longer each time, unless it had run well."""
        lasted = time.monotonic() - self.started_at
        self.pause = 1.0 if lasted > SETTLED_AFTER else min(max(1.0, self.pause * 2), LONGEST_PAUSE)
        return self.pause


class ProcessGroup:
    """Programs that run together: if the `main` one ends all end, and a helper that ends is started again.

    The helpers start when the main program is ready, so that it has the processor to itself until then.
    """

    def __init__(self, main: Program, helpers: Sequence[Program], write: Callable[[str], object] = print) -> None:
        self.main, self.helpers, self.write = main, helpers, write
        self.patience = 30.0  # seconds that a program gets to finish what it is doing
        self.restart_at: dict[Program, float] = {}
        self.asked_to_stop = 0

    def run(self, is_ready: Callable[[], bool]) -> int:
        """Run until the main program ends or a signal asks to stop; return the exit code.

        `is_ready` is called again and again until it returns True for the main program.
        """
        before = self._listen()
        ready = False
        try:
            self.main.start()
            while not self.asked_to_stop and self.main.exit_code is None:
                if ready:
                    self._restart_helpers()
                elif ready := is_ready():
                    for helper in self.helpers:
                        helper.start()
                time.sleep(LOOK_EVERY)
            return 0 if self.asked_to_stop else self.main.exit_code or 1
        finally:
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _listen(self) -> dict[int, signal.Handlers | Callable[[int, FrameType | None], object] | int | None]:
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # under nohup it is meant to go on
            numbers.append(signal.SIGHUP)
        return {number: signal.signal(number, self._ask) for number in numbers}

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_stop += 1
        if self.asked_to_stop > 1:  # asked twice: no more patience
            for program in (self.main, *self.helpers):
                if program.process and program.exit_code is None:
                    program.process.kill()

    def _restart_helpers(self) -> None:
        for program in self.helpers:
            if program.exit_code is None:
                continue
            if program not in self.restart_at:
                pause = program.next_pause()
                self.restart_at[program] = time.monotonic() + pause
                self.write(
                    f"The {program.name} stopped (exit code {program.exit_code}); it starts again in {pause:.0f} s."
                )
            elif time.monotonic() >= self.restart_at[program]:
                del self.restart_at[program]
                program.start()

    def _stop(self) -> None:
        self.write("Stopping …")
        programs = (self.main, *self.helpers)
        for program in programs:
            program.ask_to_stop()
        deadline = time.monotonic() + self.patience
        for program in programs:
            program.end(deadline)
