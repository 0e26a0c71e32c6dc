"""How much memory a process took at most, by Linux's own book: `getrusage` also counts what its parent had."""

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.measured.ours import imports
from dossiers.spreadsheets.file_reader.limits import CHILD_MEMORY

MEGABYTE = 1024  # /proc counts in kB


def peak(name: str = "VmHWM", pid: int | str = "self") -> float:
    """The most that was resident (VmHWM) or reserved (VmPeak), in MB; 0 when the process is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / MEGABYTE for line in lines if line.startswith(f"{name}:")), 0.0)


class ChildrenWatch(threading.Thread):
    """Looks a few times a second at how much this process's children have reserved."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self.over = 0.0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.05):
            for task in Path("/proc/self/task").iterdir():
                for pid in (task / "children").read_text().split():
                    with suppress(OSError):  # it may be gone
                        command = Path(f"/proc/{pid}/cmdline").read_bytes()
                        if Path(f"/proc/{pid}/exe").exists() and b"reader" in command and pid != str(os.getpid()):
                            self.most = max(self.most, peak("VmPeak", pid))


def of_this_process() -> dict[str, Any]:
    """Return the memory that Django and all apps take before any work."""
    return {"worker": peak()}


def of_import(path: str) -> dict[str, Any]:
    """Import a list in this process, as a worker does."""
    watch = ChildrenWatch()
    watch.start()
    imports(path)
    worker = peak()
    watch.over.set()
    watch.join()
    return {"worker": worker, "reader": watch.most, "limit": CHILD_MEMORY / 1024**2}
