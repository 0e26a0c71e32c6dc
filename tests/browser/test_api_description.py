"""The pages with the description of the API."""

from collections.abc import Callable

from playwright.sync_api import ConsoleMessage, Page


def test_the_operations_are_listed_without_policy_violations(visit: Callable[..., Page]) -> None:
    page = visit()
    refused: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            refused.append(message.text)

    page.on("console", note)
    page.goto("/api/pilot/docs")
    page.get_by_text("/api/pilot/sign-ups").first.wait_for()
    page.locator(".opblock-summary").first.click()
    page.locator(".opblock-body").first.wait_for()
    assert refused == []
