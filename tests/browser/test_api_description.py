"""The pages with the descriptions of the APIs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.browser.page_checks import find_violations


@pytest.mark.parametrize(
    ("docs", "operation"), [("/api/pilot/docs", "/api/pilot/sign-ups"), ("/api/v2/docs", "/api/v2/site/")]
)
def test_the_operations_are_listed_without_violations_of_the_policy_or_of_axe(
    visit: Callable[..., Page], docs: str, operation: str
) -> None:
    page = visit()
    refused: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            refused.append(message.text)

    page.on("console", note)
    page.goto(docs)
    page.get_by_text(operation).first.wait_for()
    page.locator(".opblock-summary").first.click()
    page.locator(".opblock-body").first.wait_for()
    assert refused == []
    assert find_violations(page) == []
