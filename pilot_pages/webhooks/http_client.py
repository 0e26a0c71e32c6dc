"""One request to one address: to the place that was looked up, no further, and not for long."""

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

from pilot_pages.webhooks.addresses import Place, Refused, look_up

CONNECT_WITHIN = 5.0  # seconds, for each place
ALL_WITHIN = 15.0  # seconds, from looking up the name to the last byte read
MOST_READ = 16_384  # bytes of an answer; the rest is left unread


@dataclass(frozen=True)
class Answer:
    """What came back; `problem` is empty when the receiver took the message."""

    status: int | None
    text: str
    problem: str


def send(address: str, body: bytes, headers: dict[str, str]) -> Answer:
    try:
        with connected(address, time.monotonic() + ALL_WITHIN) as connection:
            own = {"Content-Type": "application/json", "User-Agent": f"pilot-webhooks (+{settings.BASE_URL})"}
            connection.request("POST", path_of(address), body, headers | own)
            with connection.getresponse() as response:
                text = response.read(MOST_READ).decode("utf-8", "replace")
    except Refused as refused:
        return Answer(None, "", str(refused))
    except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: its socket was shut meanwhile
        return Answer(None, "", in_words(error))
    return Answer(response.status, text, about_status(response.status))


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def left(until: float) -> float:
    """Seconds; raises TimeoutError when there are none."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


@contextmanager
def connected(address: str, until: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to the first place of the address that answers; the certificate is asked for its name."""
    parts = urlsplit(address)
    places = look_up(address, left(until))
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(host, parts.port or (443 if parts.scheme == "https" else 80))
    connection.auto_open = 0
    try:
        connection.sock = first_that_answers(places, until)
        if parts.scheme == "https":
            connection.sock = secure = ssl.create_default_context().wrap_socket(
                connection.sock, server_hostname=host, do_handshake_on_connect=False
            )
            connection.default_port = 443
        with in_time(connection.sock, until):
            if parts.scheme == "https":
                secure.do_handshake()
            yield connection
    finally:
        connection.close()


def first_that_answers(places: list[Place], until: float) -> socket.socket:
    failed: OSError = OSError(_("This name has no address."))
    for place in places:
        try:
            return socket.create_connection(place, min(CONNECT_WITHIN, left(until)))
        except OSError as error:
            failed = error
    raise failed


@contextmanager
def in_time(socket_: socket.socket, until: float) -> Iterator[None]:
    """Shuts the connection when the time is over: a receiver that sends a byte now and then is never late by itself."""
    late = threading.Event()

    def shut() -> None:
        late.set()
        with suppress(OSError):
            socket.socket.shutdown(socket_, socket.SHUT_RDWR)  # not TLS's own, which changes what another thread reads

    timer = threading.Timer(left(until), shut)
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise TimeoutError if late.is_set() else error from error
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError


def in_words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return _("There was no whole answer in time.")
    if isinstance(error, ssl.SSLError):
        return _("The certificate of this address is not in order.")
    if isinstance(error, socket.gaierror):
        return _("This name can't be found.")
    if isinstance(error, ConnectionRefusedError):
        return _("Nobody listens at this address.")
    return _("The connection was broken off before there was an answer.")


def about_status(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return _("It sent us on to another address, and we don't follow. Write down the address itself.")
    return _("It answered with status %(status)d.") % {"status": status}
