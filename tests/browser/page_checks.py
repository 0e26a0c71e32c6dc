"""Checks of the layout and the accessibility of a page of the backoffice."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import DESK, PHONE

# Wagtail's own, in every page of its admin; not ours to mend.
WAGTAILS_OWN = [
    ["[data-wagtail-sidebar]"],
    ["[data-wagtail-sidebar-root]"],
    [".w-breadcrumbs"],
    [".w-minimap"],  # off-screen until it is opened
]
END_ANIMATIONS = """() => document.getAnimations().forEach(animation => {
    try { animation.finish(); } catch { /* it has no end */ }
})"""

SETTLE = f"""async () => {{
    const frame = () => new Promise(requestAnimationFrame);
    const menu = document.querySelector(".sidebar"); // it follows the width of the window some frames later
    const follows = () => !menu || menu.matches(".sidebar--mobile") === innerWidth < 800;
    for (let frames = 0; !follows() && frames < 300; frames++) await frame();
    await frame();
    await frame();
    ({END_ANIMATIONS})();
    await frame();
}}"""

OVERFLOWING = """() => {
    const scrolls = element => {
        for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
            const { overflowX } = getComputedStyle(box);
            if (overflowX === "auto" || overflowX === "scroll") return true;
        }
        return false;
    };
    return [...document.querySelectorAll("#main *")]
        .filter(element => element.checkVisibility({ visibilityProperty: true }))
        .filter(element => !element.closest("header, .w-sr-only, .w-minimap, svg"))
        .filter(element => element.getBoundingClientRect().right > window.innerWidth + 1 && !scrolls(element))
        .map(element => element.outerHTML.slice(0, 120));
}"""


def find_overflow(page: Page) -> list[str]:
    """Return the elements of the content that are cut off at the right side of the page."""
    page.wait_for_load_state()
    page.evaluate(SETTLE)
    return page.evaluate(OVERFLOWING)


CLIPPED = """() => [...document.querySelectorAll("#main *")]
    .filter(element => !element.closest(".w-sr-only, .w-minimap, svg, input, select, textarea"))
    .filter(element => getComputedStyle(element).overflowX !== "visible" && element.checkVisibility())
    .filter(element => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
    .filter(element => !element.matches("[tabindex='0'][role]:is([aria-label], [aria-labelledby])"))
    .map(element => `${element.scrollWidth - element.clientWidth} pixels of ${element.outerHTML.slice(0, 120)}`)"""


def find_clipped(page: Page) -> list[str]:
    """Return the elements with hidden content that the keyboard cannot scroll to."""
    return find_overflow(page) + page.evaluate(CLIPPED)


BROKEN_WORDS = """selector => [...document.querySelectorAll(selector)].flatMap(element => {
    const broken = [], texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), range = document.createRange();
    while (texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) broken.push(word[0]);
    }
    return broken;
})"""


def find_broken_words(page: Page, selector: str) -> list[str]:
    """Return the words that are broken over more than one line."""
    return page.evaluate(BROKEN_WORDS, selector)


def find_violations(page: Page) -> list[str]:
    """Return the violations that axe reports outside Wagtail's own parts, as "rule: element"."""
    page.wait_for_load_state()
    page.evaluate(END_ANIMATIONS)  # an element that fades in has too little contrast
    violations: Any = Axe().run(page, context={"exclude": WAGTAILS_OWN}).response["violations"]
    if page.locator("h2#header-title").count():  # the heading of Wagtail's editor is no h1
        violations = [violation for violation in violations if violation["id"] != "page-has-heading-one"]
    return [f"{violation['id']}: {node['html'][:160]}" for violation in violations for node in violation["nodes"]]


def find_problems(page: Page) -> list[str]:
    """Return what does not fit a telephone or a desktop, and the violations that axe reports."""
    problems = []
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLE)  # the menu slides away
        if not page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
            problems.append(f"scrolls sideways at {width} pixels")
        problems += [f"{clipped} at {width} pixels" for clipped in find_clipped(page)]
    return problems + find_violations(page)


NAME_OF_FOCUS = """() => {
    const focused = document.activeElement;
    if (!focused) return ""; // a page that is being replaced by the next has none
    const label = focused.labels?.length ? focused.labels[0].innerText : "";
    const own = focused.matches("body, main, [role=region]") ? "" : focused.innerText; // not all that stands in it
    return [own, focused.getAttribute("aria-label"), label].filter(Boolean).join(" ");
}"""


def tab_to(page: Page, words: str, limit: int = 90) -> None:
    """Press Tab until the focused element has this name; fail after `limit` presses.

    An earlier key press may have started a navigation: then the name is read again on the next page.
    """
    for _press in range(limit):
        page.keyboard.press("Tab")
        try:
            name = page.evaluate(NAME_OF_FOCUS)
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
            page.wait_for_load_state()
            continue
        if words in name:
            return
    raise AssertionError(f"“{words}” can't be reached with the Tab key")


def skip_menu(page: Page) -> None:
    """Skip the menu with the first link of the page; Wagtail moves the focus a moment after the key press."""
    tab_to(page, "Ga naar de inhoud")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
