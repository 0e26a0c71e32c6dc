"""The Content-Security-Policy allows the scripts and styles of the site, and blocks injected ones."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from pilot_pages.models import GuidancePage

BROKEN = """() => {
    window.broken = [];
    document.addEventListener("securitypolicyviolation", event => window.broken.push(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
}"""
DATA = """() => {
    const block = document.createElement("script");
    block.type = "application/ld+json";
    block.textContent = '{"@context": "https://schema.org"}';
    document.head.append(block);
}"""
INLINE = """() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.head.append(script);
    document.body.setAttribute("style", "opacity: 0.5");
}"""


@pytest.fixture
def text_page(loaded_site) -> GuidancePage:
    """A page with text to edit and without a next page."""
    pages = GuidancePage.objects.live()
    page = next(page for page in pages if any(block.block_type == "text" for block in page.body))
    page.next_page = None
    page.save_revision().publish()
    return page


def record_policy_violations(page: Page) -> list[str]:
    """Collect the policy violations in the console of the page, from the next document on."""
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text) if "Content Security" in message.text else None)
    return messages


def test_a_public_page_blocks_injected_scripts_and_allows_structured_data(text_page, visit):
    page = visit(text_page.url)
    page.evaluate(BROKEN)
    page.evaluate(DATA)
    page.wait_for_timeout(200)
    assert page.evaluate("window.broken") == []
    page.evaluate(INLINE)
    page.wait_for_function("window.broken.length === 2")
    assert page.evaluate("window.ran") is None
    assert page.evaluate("getComputedStyle(document.body).opacity") == "1"


def test_an_editor_can_edit_choose_preview_and_use_the_user_bar_without_violations(
    text_page, log_in: Callable[..., Page], admin
):
    page = log_in(admin, text_page.url)
    refused = record_policy_violations(page)
    page.reload()
    page.locator("[data-wagtail-userbar-trigger]").click()
    page.get_by_role("menuitem", name="Wijzig deze pagina").click()
    page.wait_for_url("**/edit/")
    page.wait_for_load_state("networkidle")  # the editor takes the keys once it is there
    text = page.locator(".Draftail-Editor [contenteditable=true]").first
    text.press_sequentially("Nog iets. ")
    page.locator("#id_intro").fill("Erbij geschreven.")
    page.locator("[data-side-panel-toggle=preview]").first.click()
    shown = page.frame_locator("#w-preview-iframe")
    shown.get_by_text("Erbij geschreven.").wait_for()
    page.locator("[data-side-panel-toggle=status]").first.click()
    page.locator("#id_next_page-chooser .unchosen button").click()
    page.locator(".modal-content:visible").wait_for()
    page.keyboard.press("Escape")
    assert refused == []


def test_the_date_picker_works_without_violations(log_in: Callable[..., Page], admin):
    page = log_in(admin, "/beheer/")
    refused = record_policy_violations(page)
    page.goto("/beheer/rules/add/")
    page.locator("input[name=valid_from]").click()
    page.locator(".xdsoft_datetimepicker:visible").wait_for()
    assert refused == []
