"""Protection against server-side request forgery: webhooks may only go to public addresses on the internet."""

import ipaddress
import socket
import threading
from concurrent.futures import Future
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from config.environment import DEMO

Endpoint = tuple[str, int]  # (IP address, port)
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
LOOPBACK = ipaddress.ip_address("127.0.0.1")
# Ranges whose addresses contain an IPv4 address to which a router may forward: NAT64, 6to4, Teredo.
TUNNELS = [ipaddress.ip_network(name) for name in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


class Refused(Exception):
    """The message may not be sent to this address. The text of the exception is a reason for the user."""


def find_url_problem(address: str, *, plain_http: bool = False) -> str | None:
    """Return a message about the problem with a URL, without resolving its host; None if there is none.

    `plain_http` allows http beside https, for what carries no secret.
    """
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  (raises ValueError for an invalid port)
    except ValueError:
        return _("This is not an address. Write it as https://www.example.nl/hook.")
    allows_http = plain_http or (is_demo() and is_this_machine(parts.hostname))
    if parts.scheme != "https" and not (parts.scheme == "http" and allows_http):
        return _("Messages go over https only. Write an address that begins with https://.")
    if not parts.hostname or parts.username or parts.password:
        return _("Write the address without a name or a password in it, as in https://www.example.nl/hook.")
    try:
        literal = LOOPBACK if is_this_machine(parts.hostname) else ipaddress.ip_address(parts.hostname)
    except ValueError:
        return None
    return _find_ip_problem(parts, literal, plain_http=plain_http)


def is_this_machine(host: str | None) -> bool:
    """Whether this host of a URL is this machine, without resolving it."""
    name = (host or "").rstrip(".")
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _find_ip_problem(parts: SplitResult, ip_address: IPAddress, *, plain_http: bool) -> str | None:
    if ip_address.is_loopback and is_demo():
        return None
    if not is_public(ip_address):
        return _("This address is inside a network, not on the internet. Messages go to the internet only.")
    if parts.scheme != "https" and not plain_http:
        return _("Messages go over https only. Write an address that begins with https://.")
    return None


def is_demo() -> bool:
    return bool(settings.MODE == DEMO)


def is_public(ip_address: IPAddress) -> bool:
    """Whether the address is on the internet, also if it is an IPv4 address in IPv6 notation."""
    if isinstance(ip_address, ipaddress.IPv6Address):
        if ip_address.ipv4_mapped:
            return is_public(ip_address.ipv4_mapped)
        if any(ip_address in network for network in TUNNELS):
            return False
    return ip_address.is_global and not ip_address.is_multicast and not ip_address.is_reserved


def resolve_endpoints(address: str, timeout: float, *, plain_http: bool = False) -> list[Endpoint]:
    """Resolve the host of a URL; raise Refused if any of its addresses is not allowed, TimeoutError after `timeout`
    seconds.

    The caller must connect to these endpoints without resolving again: the name can point elsewhere a moment later.
    """
    if problem := find_url_problem(address, plain_http=plain_http):
        raise Refused(problem)
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    endpoints = [(ip_address, port) for ip_address in _resolve_host(parts.hostname or "", port, timeout)]
    for ip_address, _port in endpoints:
        literal = ipaddress.ip_address(ip_address.partition("%")[0])
        if problem := _find_ip_problem(parts, literal, plain_http=plain_http):
            raise Refused(problem)
    return endpoints


def _resolve_host(host: str, port: int, timeout: float) -> list[str]:
    """Return the IP addresses of the host. A thread resolves it, because `getaddrinfo` has no timeout."""
    future: Future[Any] = Future()

    def resolve() -> None:
        try:
            future.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # raised again by future.result
            future.set_exception(error)

    threading.Thread(target=resolve, daemon=True).start()
    return [str(address[0]) for _family, _type, _protocol, _name, address in future.result(timeout)]
