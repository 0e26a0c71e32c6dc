"""Fixtures for tests in a Chromium against a live server."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from pilot_pages.content.loader import load_content
from tests.browser import chromium
from tests.conftest import LoggedIn
from tests.snapshots import RepeatedChange

PHONE, DESK = 360, 1280  # pixels
PATIENCE = 30_000  # milliseconds, for all that a test waits for: under load one page alone can take fifteen seconds
expect.set_options(timeout=PATIENCE)
find_chromium = cache(chromium.find)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("No Chromium found, and REQUIRE_BROWSER=1.")
    if path is None:
        pytest.skip("No Chromium found.")
    # Playwright keeps an event loop running in this thread, so Django takes each query in it for one inside async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture
def live_site(browser: Browser, live_server: LiveServer, base_data: None, settings) -> LiveServer:
    """A live server with the data of `migrate`; it depends on `browser`, so that it starts only where there is one."""
    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    return live_server


load_content_once = RepeatedChange(load_content)


@pytest.fixture
def loaded_site(live_site: LiveServer) -> None:
    """The live server with the content of fixtures/content/ in every language."""
    load_content_once()


@pytest.fixture
def visit(browser: Browser, live_site: LiveServer) -> Iterator[Callable[..., Page]]:
    """Return `visit("/path", width=360)`, which opens a page in a new Dutch browser context.

    After the test it asserts that no page called another host and that no script failed.
    """
    hosts: set[str] = set()
    failures: list[str] = []
    contexts = []

    def visit(path: str = "/", width: int = DESK, user: AbstractBaseUser | None = None) -> Page:
        context = browser.new_context(base_url=live_site.url, locale="nl-NL", viewport={"width": width, "height": 900})
        contexts.append(context)
        if user:
            context.add_cookies([make_session_cookie(user, live_site.url)])
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        context.on("weberror", lambda error: failures.append(str(error.error)))
        page = context.new_page()
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert hosts - {urlsplit(live_site.url).netloc, ""} == set(), "a page called another host"
    assert failures == [], "a script failed"


@pytest.fixture
def log_in(visit: Callable[..., Page]) -> Callable[..., Page]:
    """Return `log_in(user, "/beheer/…")`, which opens a page as that user without the pages of the login."""
    return lambda user, path="/beheer/", width=DESK: visit(path, width, user)


def make_session_cookie(user, url: str) -> dict[str, str]:
    """Return the session cookie of a user who logged in with a second factor."""
    client = LoggedIn()
    client.force_login(user)
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": url}


@pytest.fixture
def fits_width() -> Callable[[Page], bool]:
    """Return a function that checks that a page has no horizontal scrolling."""
    return lambda page: page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
