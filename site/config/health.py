"""The addresses at which a proxy or an orchestrator asks how the web server is."""

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus

from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse, HttpResponseBase

logger = logging.getLogger(__name__)
LIVE, READY = "/_healthz/livez", "/_healthz/readyz"


class HealthMiddleware:
    """Answers whether this process is alive, and whether it is ready: whether it reaches its databases.

    It is the first middleware, since who asks names the address of a machine as the host and does so without TLS. Nor
    does it ask the cache, without which pages are slower but work.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == LIVE:
            return _build_response("alive")
        if request.path == READY:
            if find_unreachable(connections.all()):
                return _build_response("not ready: a database can't be reached", HTTPStatus.SERVICE_UNAVAILABLE)
            return _build_response("ready")
        return self.get_response(request)


def find_unreachable(databases: Iterable[BaseDatabaseWrapper]) -> list[str]:
    """Return the aliases of the databases that don't answer, after logging why."""
    unreachable = []
    for database in databases:
        try:
            with database.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            logger.exception("The database %s can't be reached.", database.alias)
            unreachable.append(database.alias)
    return unreachable


def _build_response(text: str, status: int = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(f"{text}\n", content_type="text/plain", status=status, headers={"Cache-Control": "no-store"})
