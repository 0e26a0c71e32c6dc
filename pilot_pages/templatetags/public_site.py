"""What every page of the public site shows around its content."""

import re
from html import unescape
from typing import Any

import phonenumbers
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from wagtail.blocks import StreamValue
from wagtail.models import Page, Site
from wagtail.rich_text import RichText, expand_db_html

from pilot_pages.anchors import anchor, question_anchor
from pilot_pages.inline import filled, filled_html
from pilot_pages.models import PilotPage

register = template.Library()
register.filter(anchor)
register.filter(question_anchor)

# The component classes for the plain elements that rich text is made of.
CLASSES = {
    "p": "utrecht-paragraph",
    "a": "utrecht-link utrecht-link--html-a",
    "h2": "utrecht-heading-2",
    "h3": "utrecht-heading-3",
    "ul": "utrecht-unordered-list",
    "ol": "utrecht-ordered-list",
}
HEADING = re.compile(r"<h2[^<>]*>((?:(?!</?h2).)*)</h2>", re.DOTALL)
ELEMENT = re.compile(rf"<({'|'.join(CLASSES)})(?=[ >])")
# A day, a number of ours, “W-document”: a browser would else go to the next line after each hyphen.
WITH_HYPHENS = re.compile(r"\b(?:\d{1,2}-\d{1,2}-\d{4}|[A-Z]-\d{4}-\d+|[A-Z]-[a-z]+)\b")


@register.simple_tag
def style_sheets() -> list[str]:
    """The addresses of the style sheets: the theme, its components, and the site's own after them."""
    names = [f"nlds/themes/{settings.THEME}.css", "nlds/components.css"]
    own = [f"css/theme-{settings.THEME}.css", "css/site.css"]
    # A theme needs no sheet of ours beside it; `voorbeeld` has one.
    names += [name for name in own if (settings.SITE_DIR / "static" / name).is_file()]
    return [static(name) for name in names]


@register.simple_tag
def fonts() -> list[str]:
    """The letters that a page begins with; a browser would else ask for them only after it read the style sheets."""
    files = sorted((settings.STYLE_SHEETS_DIR / "fonts").glob("*.woff2"))
    return [static(f"nlds/fonts/{file.name}") for file in files]


@register.simple_tag
def theme_class() -> str:
    return f"{settings.THEME}-theme"


@register.filter
def designed(value: RichText | str) -> SafeString:
    """Rich text as HTML whose elements wear the classes of the components."""
    html = expand_db_html(value.source if isinstance(value, RichText) else value)
    # By the words as they were written: a link to a heading stays good when the value of a rule changes.
    html = HEADING.sub(lambda match: f'<h2 id="{anchor(match[1])}">{match[1]}</h2>', html)
    html = filled_html(html)
    # Safe: Wagtail's editor lets nothing through that its features don't name; only classes and anchors are added.
    return mark_safe(ELEMENT.sub(lambda match: f'<{match[1]} class="{CLASSES[match[1]]}"', html))  # noqa: S308


@register.filter
def shown_blocks(body: StreamValue) -> list[Any]:
    """The blocks of a page, without those that have nothing to show now."""
    return [block for block in body if getattr(block.value, "is_shown", True)]


@register.filter
def with_facts(text: str) -> str:
    """A line of text with the values of the rules that it names."""
    return filled(text)


@register.filter
def unbroken(text: str) -> SafeString:
    """A line of text in which nothing is torn apart at its hyphens."""
    # Safe: what was escaped has no more than our own element added.
    return mark_safe(WITH_HYPHENS.sub(r'<span class="nowrap">\g<0></span>', escape(text)))  # noqa: S308


@register.filter
def headings(page: PilotPage) -> list[str]:
    """The headings of a page's blocks, in order."""
    headings: list[str] = []
    for block in shown_blocks(page.body):
        if isinstance(block.value, RichText):
            headings += [unescape(strip_tags(text)) for text in HEADING.findall(block.value.source)]
        elif heading := block.value.get("heading"):
            headings.append(heading)
    return headings


@register.filter
def phone(number: str) -> str:
    """A telephone number as one reads it here: 06 12345678; one of another country with its code."""
    parsed = phonenumbers.parse(number)
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if parsed.country_code == 31 else style.INTERNATIONAL)


@register.simple_tag(takes_context=True)
def site_home(context: dict[str, Any]) -> Page | None:
    """The home page of this site, in the language of the request; None before there is one."""
    request: HttpRequest | None = context.get("request")
    site = Site.find_for_request(request) if request else None
    return site.root_page.localized.specific if site else None


@register.simple_tag
def menu_pages(home: Page | None) -> list[Page]:
    """The pages in the header, in the order of the editor's tree."""
    return list(home.get_children().live().public().in_menu().specific()) if home else []


@register.simple_tag
def footer_pages(home: Page | None) -> list[Page]:
    if home is None:
        return []
    below = home.get_children().live().public().specific()
    return [page for page in below if getattr(page, "show_in_footer", False)]


@register.simple_tag
def breadcrumbs(page: Page | None) -> list[Page]:
    """The pages above this one, home first; none on home itself."""
    if not page or not page.pk or page.depth <= 2:
        return []
    return list(page.get_ancestors().filter(depth__gte=2).live().specific())


@register.filter
def is_within(page: Page, ancestor: Page) -> bool:
    """Whether the page is that one or stands below it: its link in the menu is then marked."""
    return bool(page and page.pk and (page.pk == ancestor.pk or page.is_descendant_of(ancestor)))
