"""Runs the child process that reads a file, and exchanges messages with it."""

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ..file_reader.frames import pack, unpack
from ..file_reader.limits import SILENCE_SECONDS
from ..file_reader.refusals import Refused

ROOT = Path(__file__).resolve().parents[3]
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "LANG", "TZ")
"""The environment variables that the child gets; no others, since it reads hostile files and others hold passwords."""
OWN_VARIABLES = {"OPENPYXL_LXML": "False"}
"""Makes openpyxl use Python's XML parser, which never fetches external entities; lxml can be made to."""


class Child:
    """The child process that reads one file; all its failures become Refused."""

    def __init__(self, path: Path) -> None:
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603  (a fixed command; the path is one argument)
            [sys.executable, "-m", "dossiers.spreadsheets.file_reader", str(path.resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment | OWN_VARIABLES | {"TMPDIR": tempfile.gettempdir()},
            bufsize=0,
        )

    def send(self, **message: Any) -> None:
        try:
            stdin: Any = self._process.stdin
            stdin.write(pack(message))
        except OSError:
            raise self._died() from None

    def receive(self) -> dict[str, Any]:
        """Return the next message; raises Refused if the child refuses the file, dies, or is silent for too long."""
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
        """Kill the child if it is alive, and close its streams."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()

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
        """Return why the child died: out of time, out of memory, or an error.

        Memory can run out for a small file: calamine aborts on a sparse workbook of 1.6 kB.
        """
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            status = 0
        self.end()
        if status == -signal.SIGXCPU:
            return Refused("too_slow")
        return Refused("damaged" if status > 0 else "too_heavy")
