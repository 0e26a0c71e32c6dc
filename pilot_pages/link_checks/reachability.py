"""Opens an address as a reader would, within limits of time, size and redirects, and on the public internet only."""

import http.client
import time
from http import HTTPStatus
from urllib.parse import urldefrag, urljoin

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from pilot_pages.webhooks.addresses import Refused
from pilot_pages.webhooks.http_client import describe_error, get_request_target, open_connection

TOTAL_TIMEOUT = 15.0  # seconds, with all redirects
MAX_REDIRECTS = 5
# Somebody answers there, but not a program that asks, or not so often.
REFUSALS = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.NOT_ACCEPTABLE,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


def find_problem(address: str) -> str:
    """Return what is wrong with the address; empty if it works. Of the answer only status and headers are read."""
    deadline = time.monotonic() + TOTAL_TIMEOUT
    try:
        for _request in range(MAX_REDIRECTS + 1):
            status, location = _request_page(address, deadline)
            if not (300 <= status < 400 and location):
                return "" if status < 400 or status in REFUSALS else _("It answers with error %d.") % status
            address = urljoin(address, location)
    except Refused:
        return _("This is not the address of a website on the public internet.")
    except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: the timer closed the socket
        return describe_error(error)
    return _("It sends readers on from one address to the next, without an end.")


def _request_page(address: str, deadline: float) -> tuple[int, str]:
    """Return the status and the address to which the answer sends on, if it does."""
    address = iri_to_uri(urldefrag(address).url)
    with open_connection(address, deadline, plain_http=True) as connection:
        headers = {"Accept": "text/html, */*;q=0.5", "User-Agent": f"pilot-link-check (+{settings.BASE_URL})"}
        connection.request("GET", get_request_target(address), headers=headers)
        with connection.getresponse() as response:
            return response.status, response.getheader("Location", "")
