"""The child process, seen from the parent: started, spoken to, waited for, ended."""

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .frames import pack, unpack
from .limits import SILENCE_SECONDS
from .refusals import Refused

ROOT = Path(__file__).resolve().parents[3]
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "LANG", "TZ")
"""The child gets no other: it reads hostile files and has no business with passwords."""
OWN_VARIABLES = {"OPENPYXL_LXML": "False"}
"""Python's own parser of XML fetches nothing from elsewhere, whatever a file says; lxml could be made to."""


class Child:
    """Reads one file. Whatever happens to it comes out as Refused."""

    def __init__(self, path: Path) -> None:
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603  (a fixed command; the path is one argument)
            [sys.executable, "-m", "dossiers.spreadsheets.reader.child", str(path.resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment | OWN_VARIABLES | {"TMPDIR": tempfile.gettempdir()},
            bufsize=0,
        )

    def tell(self, **message: Any) -> None:
        """Send a message."""
        try:
            self._stdin.write(pack(message))
        except OSError:
            raise self._died() from None

    def hear(self) -> dict[str, Any]:
        """Return the next message; Refused when the child refuses, dies, or says nothing for too long."""
        try:
            message = unpack(self._read)
        except ValueError:
            self.end()
            raise Refused("damaged") from None
        if "refused" in message:
            self.end()
            raise Refused(message["refused"], **message["params"])
        return message

    def end(self) -> None:
        """Kill the child if it lives, and leave nothing of it behind."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()

    @property
    def _stdin(self) -> Any:
        return self._process.stdin

    def _read(self, size: int) -> bytes:
        stream: Any = self._process.stdout
        if stream.closed:
            raise Refused("too_heavy")
        ready = select.poll()
        ready.register(stream, select.POLLIN)
        pieces, missing, deadline = [], size, time.monotonic() + SILENCE_SECONDS
        while missing:
            if not ready.poll(max(deadline - time.monotonic(), 0) * 1000):
                self.end()
                raise Refused("too_slow")
            piece = os.read(stream.fileno(), min(missing, 1 << 20))
            if not piece:
                raise self._died()
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _died(self) -> Refused:
        """Tell why: time, memory (calamine aborts on a sparse workbook of 1.6 kB), or an error of the reader's own."""
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            status = 0
        self.end()
        if status == -signal.SIGXCPU:
            return Refused("too_slow")
        return Refused("damaged" if status > 0 else "too_heavy")
