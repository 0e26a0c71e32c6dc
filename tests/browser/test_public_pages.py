"""The layout and the accessibility of every public page and state, on two widths and in two color schemes.

The responses come from the test client instead of a live server, which takes a tenth of the time.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from pilot_pages.models import SignUpPage
from tests.browser.conftest import DESK, PHONE
from tests.measures.conftest import candidate_page, content, form_data, languages, loaded_languages
from tests.measures.states import FilledIn, get_all_responses

__all__ = ["candidate_page", "content", "form_data", "languages", "loaded_languages"]

SITE = "http://testserver"
OPEN_ALL = "document.querySelectorAll('details').forEach(details => { details.open = true })"
STICKS_OUT = "document.documentElement.scrollWidth > window.innerWidth"
TABLES_THAT_SCROLL = """[...document.querySelectorAll(".figures__frame")]
    .filter(frame => frame.scrollWidth > frame.clientWidth)
    .map(frame => frame.firstElementChild.getAttribute("aria-label"))"""
VIOLATIONS = "axe.run({ resultTypes: ['violations'] }).then(found => found.violations)"


@pytest.fixture
def answers(client: Client, content: SignUpPage, form_data: FilledIn) -> dict[str, HttpResponse]:
    return get_all_responses(client, content, form_data)


@pytest.fixture
def tab(browser: Browser, client: Client, settings: Any, answers: dict[str, HttpResponse]) -> Iterator[Page]:
    """A browser tab in which `/state/<name>` is the response of that state, and which may call no other host."""
    outside: list[str] = []
    files: dict[str, tuple[str, bytes]] = {}

    def serve(route: Route) -> None:
        url = urlsplit(route.request.url)
        state = answers.get(unquote(url.path).removeprefix("/state/"))
        if state is not None:
            return route.fulfill(content_type="text/html", body=state.content)
        if url.netloc != urlsplit(SITE).netloc:
            outside.append(route.request.url)
            return route.abort()
        if url.path.startswith("/media/"):  # the tests' own folder, which has no address
            return route.fulfill(path=Path(settings.MEDIA_ROOT, url.path.removeprefix("/media/")))
        if url.path not in files:
            response = client.get(url.path)
            files[url.path] = response["Content-Type"], b"".join(response)
        return route.fulfill(content_type=files[url.path][0], body=files[url.path][1])

    context = browser.new_context(base_url=SITE)
    context.route("**/*", serve)
    yield context.new_page()
    context.close()
    assert outside == []


def find_problems(tab: Page, width: int, scheme: Literal["light", "dark"]) -> Iterator[str]:
    """Return the problems of the current page at this width and in this color scheme."""
    tab.set_viewport_size({"width": width, "height": 900})
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    if tab.evaluate(STICKS_OUT):
        yield f"{width} px: one has to scroll to the right"
    yield from (f"{width} px: the table “{name}” scrolls" for name in tab.evaluate(TABLES_THAT_SCROLL))
    for rule in tab.evaluate(VIOLATIONS):
        yield from (f"{width} px, {scheme}: {rule['id']}: {node['html'][:160]}" for node in rule["nodes"])


@pytest.mark.parametrize(
    "views",
    [
        pytest.param([(PHONE, "light"), (DESK, "dark")], id="each width and color scheme"),
        pytest.param([(PHONE, "dark"), (DESK, "light")], id="the other pairs", marks=pytest.mark.exhaustive),
    ],
)
def test_every_public_page_and_state_is_accessible(
    tab: Page, answers: dict[str, HttpResponse], views: list[tuple[int, Literal["light", "dark"]]]
) -> None:
    wrong = []
    for name in answers:
        tab.goto(f"/state/{quote(name, safe='')}")
        tab.evaluate(OPEN_ALL)
        tab.evaluate(Axe().axe_script)
        for width, scheme in views:
            wrong += [f"{name}: {words}" for words in find_problems(tab, width, scheme)]
    assert not wrong, "\n".join(wrong)
