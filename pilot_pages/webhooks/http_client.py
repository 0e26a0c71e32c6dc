"""An HTTP client that sends one request to a resolved address, without redirects and with a time limit."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from pilot_pages.webhooks.addresses import Endpoint, Refused, resolve_endpoints

CONNECT_TIMEOUT = 5.0  # seconds, for each endpoint
TOTAL_TIMEOUT = 15.0  # seconds, from resolving the name to the last byte of the answer
MAX_ANSWER_SIZE = 16_384  # bytes; the rest is not read


@dataclass(frozen=True)
class Answer:
    """The answer of a receiver; `problem` is empty if the receiver accepted the message."""

    status: int | None
    text: str
    problem: str


def send(address: str, body: bytes, headers: dict[str, str]) -> Answer:
    try:
        with open_connection(address, time.monotonic() + TOTAL_TIMEOUT) as connection:
            default_headers = {
                "Content-Type": "application/json",
                "User-Agent": f"pilot-webhooks (+{settings.BASE_URL})",
            }
            connection.request("POST", get_request_target(address), body, headers | default_headers)
            with connection.getresponse() as response:
                text = response.read(MAX_ANSWER_SIZE).decode("utf-8", "replace")
    except Refused as refused:
        return Answer(None, "", str(refused))
    except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: the timer closed the socket
        return Answer(None, "", describe_error(error))
    return Answer(response.status, text, describe_status(response.status))


def get_request_target(address: str) -> str:
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def seconds_left(deadline: float) -> float:
    """Return the seconds until the deadline (monotonic); raise TimeoutError if it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


@contextmanager
def open_connection(address: str, deadline: float, *, plain_http: bool = False) -> Iterator[http.client.HTTPConnection]:
    """Connect to the first endpoint of the URL that answers, and verify the certificate of its host."""
    parts = urlsplit(address)
    endpoints = resolve_endpoints(address, seconds_left(deadline), plain_http=plain_http)
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(host, parts.port or (443 if parts.scheme == "https" else 80))
    connection.auto_open = 0
    try:
        connection.sock = connect_to_first(endpoints, deadline)
        if parts.scheme == "https":
            connection.sock = secure = ssl.create_default_context().wrap_socket(
                connection.sock, server_hostname=host, do_handshake_on_connect=False
            )
            connection.default_port = 443
        with enforce_deadline(connection.sock, deadline):
            if parts.scheme == "https":
                secure.do_handshake()
            yield connection
    finally:
        connection.close()


def connect_to_first(endpoints: list[Endpoint], deadline: float) -> socket.socket:
    """Return a socket to the first endpoint that answers; raise the last OSError if none does."""
    last_error: OSError = OSError(_("This name has no address."))
    for endpoint in endpoints:
        try:
            return socket.create_connection(endpoint, min(CONNECT_TIMEOUT, seconds_left(deadline)))
        except OSError as error:
            last_error = error
    raise last_error


@contextmanager
def enforce_deadline(socket_: socket.socket, deadline: float) -> Iterator[None]:
    """Close the connection at the deadline. A socket timeout is not enough: each byte that arrives restarts it."""
    late = threading.Event()

    def close() -> None:
        late.set()
        with suppress(OSError):
            # Not the method of SSLSocket, which changes state that another thread reads.
            socket.socket.shutdown(socket_, socket.SHUT_RDWR)

    timer = threading.Timer(seconds_left(deadline), close)
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise TimeoutError if late.is_set() else error from error
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError


def describe_error(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return _("There was no whole answer in time.")
    if isinstance(error, ssl.SSLError):
        return _("The certificate of this address is not in order.")
    if isinstance(error, socket.gaierror):
        return _("This name can't be found.")
    if isinstance(error, ConnectionRefusedError):
        return _("Nobody listens at this address.")
    return _("The connection was broken off before there was an answer.")


def describe_status(status: int) -> str:
    """Return a message about the problem; empty for success."""
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return _("It sent us on to another address, and we don't follow. Write down the address itself.")
    return _("It answered with status %(status)d.") % {"status": status}
