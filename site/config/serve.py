"""`manage.py serve`: the web server and the workers together.

This process only starts and stops the others. It loads no apps, so it costs a fifth of the memory of a web server.
"""

import argparse
import http.client
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from config import environment
from config.environment import DEMO, PRODUCTION, env
from config.lanes import LANES
from config.process_group import ProcessGroup, Program

LOCALHOST = "127.0.0.1"
SITE_DIR = Path(__file__).resolve().parents[1]
MANAGE = [sys.executable, str(SITE_DIR.parent / "manage.py")]


def serve(arguments: Sequence[str]) -> int:
    """Run the site until the web server ends or somebody presses Ctrl-C; return the exit code.

    Raises ImproperlyConfigured if the environment is wrong.
    """
    parser = argparse.ArgumentParser(
        prog="manage.py serve", description="Starts the web server and the workers together; Ctrl-C stops them."
    )
    parser.add_argument("--with-demo", action="store_true", help="migrate and load the demo first")
    options = parser.parse_args(arguments)
    host, port = listen_address()
    base_url = environment.base_url(environment.choice("MODE", DEMO, DEMO, PRODUCTION), str(port))
    if error := find_listen_error(host, port):
        print(f"Not started: {error}", file=sys.stderr)
        return 1

    def announce_when_ready() -> bool:
        if not is_answering(host, port, urlsplit(base_url).netloc):
            return False
        print(f"\nThe site: {base_url}/\nThe backoffice: {base_url}/beheer/\nCtrl-C stops it.", flush=True)
        return True

    return ProcessGroup(web_server(options.with_demo), workers()).run(announce_when_ready)


def listen_address() -> tuple[str, int]:
    """Return the host and port to listen on; the demo listens on localhost only."""
    mode = environment.choice("MODE", DEMO, DEMO, PRODUCTION)
    return env.str("HOST", default=LOCALHOST) if mode == PRODUCTION else LOCALHOST, int(environment.port())


def find_listen_error(host: str, port: int) -> str | None:
    """Try to listen on the port; return one sentence about the reason if that fails."""
    try:
        family, _type, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.create_server((str(address[0]), port), family=family):
            return None
    except OSError as error:
        if error.errno is not None and "in use" in os.strerror(error.errno).lower():
            return f"Port {port} is in use by another program; choose another one, as in PORT={port + 1}."
        return f"Nothing can listen on port {port} of {host} ({error.strerror}); choose another PORT or HOST."


def web_server(with_demo: bool) -> Program:
    """Return the program that runs the command `webserver`."""
    paths = [str(SITE_DIR), str(SITE_DIR.parent), os.environ.get("PYTHONPATH", "")]
    command = [*MANAGE, "webserver", *(["--with-demo"] if with_demo else [])]
    return Program("web server", command, {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))})


def workers() -> list[Program]:
    """Return a worker program (of some 100 MB) for each lane; none if tasks run in the process that enqueues them."""
    if environment.get_task_backend() == "immediate":
        return []
    return [Program(f"worker of lane {lane}", [*MANAGE, "worker", "--lane", lane]) for lane in LANES]


def is_answering(host: str, port: int, host_header: str) -> bool:
    """Whether the web server answers, whatever the status."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("HEAD", "/", headers={"Host": host_header})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
