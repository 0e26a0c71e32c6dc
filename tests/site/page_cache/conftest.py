"""A web server with a page cache of its own for each test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from page_cache.handler import PageCacheHandler
from tests.pilot_pages.conftest import content, loaded_content  # noqa: F401  (fixtures)


@contextmanager
def connections_stay_open() -> Iterator[None]:
    """Keep the database connections open at the end of a request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Server:
    handler: PageCacheHandler = field(default_factory=PageCacheHandler)

    def get(self, path: str = "/", method: str = "GET", **headers: str) -> Answer:
        answer: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _exception: Any = None) -> None:
            answer.update(status=int(status.split()[0]), headers=dict(headers))

        environ = RequestFactory().generic(method, path, **{"HTTP_HOST": "testserver", **headers}).META
        with connections_stay_open():
            response = self.handler(environ, start_response)
            body = b"".join(response)
            getattr(response, "close", lambda: None)()
        return Answer(**answer, body=body)

    def expire_cached_version(self) -> None:
        """Make the next request read the version again, as happens after a second."""
        self.handler.cached_version.read_at = 0.0

    @property
    def page_count(self) -> int:
        return len(self.handler.pages.state[1])


@pytest.fixture
def server(content: Any, monkeypatch: pytest.MonkeyPatch) -> Server:  # noqa: F811
    """A server that reads the version of the cache only when a test expires it."""
    monkeypatch.setattr("page_cache.version.READ_EVERY", 3600.0)
    return Server()


@pytest.fixture
def run_on_commit(django_capture_on_commit_callbacks: Callable[..., Any]) -> Callable[..., Any]:
    """Return a context manager that runs the on_commit callbacks at its end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
