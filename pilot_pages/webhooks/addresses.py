"""Where messages may go: to the internet, not to what stands beside this server."""

import ipaddress
import socket
import threading
from concurrent.futures import Future
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from config.environment import DEMO

Place = tuple[str, int]
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# Addresses that hold another address, which a router on the way may take out again: NAT64, 6to4, Teredo.
TUNNELS = [ipaddress.ip_network(name) for name in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


class Refused(Exception):
    """Nothing was sent: the address is not one to send to. Says why, in words."""


def why_not(address: str) -> str | None:
    """What is wrong with an address, as far as one sees without looking it up."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  (raises on a port that is none)
    except ValueError:
        return _("This is no address. Write it as https://www.example.nl/hook.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_demo()):
        return _("Messages go over https only. Write an address that begins with https://.")
    if not parts.hostname or parts.username or parts.password:
        return _("Write the address without a name or a password in it, as in https://www.example.nl/hook.")
    try:
        literal = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return None
    return _why_not_there(parts, literal)


def _why_not_there(parts: SplitResult, where: IPAddress) -> str | None:
    if where.is_loopback and is_demo():
        return None
    if not is_public(where):
        return _("This address is inside a network, not on the internet. Messages go to the internet only.")
    if parts.scheme != "https":
        return _("Messages go over https only. Write an address that begins with https://.")
    return None


def is_demo() -> bool:
    return bool(settings.MODE == DEMO)


def is_public(where: IPAddress) -> bool:
    """Whether an address is one of the internet, for each way to write it."""
    if isinstance(where, ipaddress.IPv6Address):
        if where.ipv4_mapped:
            return is_public(where.ipv4_mapped)
        if any(where in network for network in TUNNELS):
            return False
    return where.is_global and not where.is_multicast and not where.is_reserved


def look_up(address: str, within: float) -> list[Place]:
    """The places to connect to, looked up now; raises Refused when one of them is not to be sent to.

    After so many seconds it raises TimeoutError.

    Whoever sends connects to these and looks up nothing again: a name can lead elsewhere a moment later.
    """
    if problem := why_not(address):
        raise Refused(problem)
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    places = [(where, port) for where in _addresses(parts.hostname or "", port, within)]
    for where, _port in places:
        if problem := _why_not_there(parts, ipaddress.ip_address(where.partition("%")[0])):
            raise Refused(problem)
    return places


def _addresses(host: str, port: int, within: float) -> list[str]:
    """Asked in a thread: the system's own look-up knows no end, and a name server may be silent."""
    future: Future[Any] = Future()

    def ask() -> None:
        try:
            future.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # whoever waits for it raises it
            future.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    return [str(place[0]) for _family, _type, _protocol, _name, place in future.result(within)]
