"""Starts `make run` as a person would, looks at it, presses Ctrl-C, and sees that nobody is left behind.

Needs a DATA_DIR of its own, by which it knows its processes.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 120  # seconds from `make run` to a page
FASTER = 4  # times, when all is there: a number of seconds would judge the machine
HASHED = re.compile(r"\.[0-9a-f]{12}\.css$")
PATHS = ("/", "/beheer/", "/api/v2/pages/")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def status(url: str) -> int:
    """The answer's code after redirects, or 0."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310  (our own address)
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def style_sheets(url: str) -> list[str]:
    """The addresses of a page's style sheets, without the host."""
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310  (our own address)
        return re.findall(r'href="(/static/[^"]+\.css)"', response.read().decode()) or ["none"]


def started_here() -> set[int]:
    """The processes that were started with our DATA_DIR, but for those that started this script."""
    mine = f"DATA_DIR={os.environ['DATA_DIR']}".encode()
    pids = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mine in (folder / "environ").read_bytes().split(b"\0"):
                pids.add(int(folder.name))
        except OSError:
            continue
    return pids


def run_once() -> float:
    """How many seconds it took to answer."""
    before, port, begun = started_here(), free_port(), time.monotonic()
    process = subprocess.Popen(["make", "run"], env={**os.environ, "PORT": str(port)}, process_group=0)  # noqa: S607
    try:
        while status(f"http://127.0.0.1:{port}/") == 0:
            if process.poll() is not None:
                sys.exit(f"`make run` ended with {process.returncode} before the site answered.")
            if time.monotonic() - begun > PATIENCE:
                sys.exit(f"No answer within {PATIENCE} s.")
            time.sleep(0.2)
        took = time.monotonic() - begun
        print(f"The site answers after {took:.1f} s.", flush=True)
        codes = {path: status(f"http://127.0.0.1:{port}{path}") for path in PATHS}
        if set(codes.values()) != {200}:
            sys.exit(f"Not all pages answer with 200: {codes}")
        if plain := [sheet for sheet in style_sheets(f"http://127.0.0.1:{port}/") if not HASHED.search(sheet)]:
            sys.exit(f"Style sheets are not hashed and compressed: {plain}")
        if len(started_here() - before) < 4:  # make, serve, granian, worker
            sys.exit("The web server or the worker does not run.")
    finally:
        os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C in a terminal does
        process.wait(60)
    if left := started_here() - before:
        sys.exit(f"Left behind after Ctrl-C: processes {sorted(left)}.")
    if status(f"http://127.0.0.1:{port}/"):
        sys.exit(f"Something still answers on port {port}.")
    return took


if __name__ == "__main__":
    first, again = run_once(), run_once()
    if again * FASTER > first:
        sys.exit(f"The second time took {again:.0f} s, and the first no more than {first:.0f} s.")
    print("Started twice, answered, and left nobody behind.")
