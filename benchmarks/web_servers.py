"""Web servers of our own on the loopback: the product as production runs it, and nginx with one of its answers."""

import http.client
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import ROOT, environment

LOCAL = "127.0.0.1"
PATIENCE = 120  # seconds until a server answers
PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ-of-a-benchmark",
    "ALLOWED_HOSTS": LOCAL,  # and with its port, once that is known
    "BASE_URL": f"https://{LOCAL}",
    "TASKS": "immediate",  # no worker beside it: only reading is measured
}
ASKED_WITH = {"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}  # as the proxy before it asks
# By which nginx says of itself what ours says; the rest it says in its own way.
ITS_OWN = frozenset(
    ("connection", "content-encoding", "content-length", "content-type", "date", "etag", "last-modified", "server")
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def size(self) -> int:
        """The bytes that are sent."""
        return len(self.body) + sum(len(name) + len(value) + 4 for name, value in self.headers.items()) + 19


def fetch(port: int, path: str = "/", **headers: str) -> Answer:
    """Request a page over a new connection, so that any of the server's processes may answer."""
    connection = http.client.HTTPConnection(LOCAL, port, timeout=30)
    try:
        connection.request("GET", path, headers=ASKED_WITH | headers)
        response = connection.getresponse()
        body = response.read()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
    finally:
        connection.close()


def free_port() -> int:
    with socket.create_server((LOCAL, 0)) as server:
        return int(server.getsockname()[1])


def manage(settings: dict[str, str], *words: str) -> None:
    """Run a command of `manage.py` until it ends."""
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *words], env=environment(settings), check=True)


@contextmanager
def ours(settings: dict[str, str]) -> Iterator[int]:
    """Run `manage.py serve` with its default numbers of processes and threads; provide its port."""
    port = free_port()
    command = [sys.executable, str(ROOT / "manage.py"), "serve"]
    own = settings | {"PORT": str(port), "ALLOWED_HOSTS": f"{LOCAL}:{port}"}
    process = subprocess.Popen(command, env=environment(own), stdout=subprocess.DEVNULL)
    with _running(process, port):
        yield port


@contextmanager
def nginx(folder: Path, answer: Answer) -> Iterator[int]:
    """Run nginx with as many processes and a file with the bytes of this answer; provide its port."""
    port = free_port()
    root = folder / "nginx"
    root.mkdir(exist_ok=True)
    (root / "index.html").write_bytes(b"")
    (root / "index.html.gz").write_bytes(answer.body)
    quoted = {name: re.sub(r"(['\\])", r"\\\1", value) for name, value in answer.headers.items() if name not in ITS_OWN}
    said = [f"add_header {name} '{value}';" for name, value in quoted.items()]
    (root / "nginx.conf").write_text(CONFIGURATION.format(root=root, port=port, headers="\n".join(said)))
    command = [str(shutil.which("nginx")), "-p", str(root), "-c", str(root / "nginx.conf"), "-e", str(root / "log")]
    with _running(subprocess.Popen(command), port):
        yield port


CONFIGURATION = """
daemon off; worker_processes 2; pid {root}/pid; user root;
events {{ worker_connections 512; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000;
    open_file_cache max=10; default_type "text/html; charset=utf-8";
    server {{
        listen 127.0.0.1:{port} reuseport; root {root}; gzip_static always;
        {headers}
    }}
}}
"""


@contextmanager
def _running(process: subprocess.Popen[bytes], port: int) -> Iterator[None]:
    """Wait until the server answers, and stop it after the block; it stops its own processes."""
    try:
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(OSError, http.client.HTTPException):
                if fetch(port).status == http.client.OK:
                    break
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"A web server did not start (exit code {process.poll()}).")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(60)
