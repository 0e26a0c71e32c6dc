"""What `manage.py serve` starts: the web server and the worker, as the environment wants them."""

import http.client
import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.environment import PRODUCTION, env
from config.processes import Program

LOCAL = "127.0.0.1"


def host() -> str:
    """The address to listen on; a demo listens to nobody but this machine."""
    return env.str("HOST", default=LOCAL) if settings.MODE == PRODUCTION else LOCAL


def how_many(name: str, default: int) -> int:
    """A number from 1 to 1000 out of the environment."""
    value = env.str(name, default=str(default))
    if not value.isdigit() or not 0 < int(value) <= 1000:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a number from 1 to 1000.")
    return int(value)


def why_not_listen(host: str, port: int) -> str | None:
    """One sentence when nobody can listen there, found out by trying."""
    try:
        family, _type, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.create_server((str(address[0]), port), family=family):
            return None
    except OSError as error:
        if error.errno is not None and "in use" in os.strerror(error.errno).lower():
            return f"Port {port} is in use by another program; choose another one, as in PORT={port + 1}."
        return f"Nothing can listen on port {port} of {host} ({error.strerror}); choose another PORT or HOST."


def web_server(host: str, port: int) -> Program:
    """Granian, calling config.wsgi."""
    command = [
        *(sys.executable, "-m", "granian", "config.wsgi:application", "--interface", "wsgi", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(how_many("WEB_WORKERS", 2)), "--respawn-failed-workers", "--workers-kill-timeout", "10"),
        # Each thread keeps a connection to the database, hence few; granian's own choice is hundreds.
        *("--blocking-threads", str(how_many("WEB_THREADS", 8))),
        *("--log-level", "error"),
    ]
    paths = [str(settings.SITE_DIR), str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")]
    return Program("web server", command, {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))})


def workers() -> list[Program]:
    """Run the tasks that the web server puts in the database: one program a lane, some 100 MB each."""
    if not has_worker():
        return []
    command = [sys.executable, str(Path(settings.BASE_DIR, "manage.py")), "worker", "--lane"]
    return [Program(f"worker of lane {lane}", [*command, lane]) for lane in settings.LANES]


def has_worker() -> bool:
    """False when tasks are run at once, by whoever asks for them (TASKS=immediate)."""
    return str(settings.TASKS["default"]["BACKEND"]).endswith("DatabaseBackend")


def answers(host: str, port: int) -> bool:
    """Whether the web server answers yet, whatever it says."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("HEAD", "/", headers={"Host": urlsplit(settings.BASE_URL).netloc})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
