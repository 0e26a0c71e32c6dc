"""Template tags and filters of the public site."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from wagtail.blocks import StreamValue
from wagtail.models import Page, Site
from wagtail.rich_text import RichText, expand_db_html

from dates.format import format_date
from dossiers.models.contact_fields import format_phone
from pilot_pages.anchors import anchor, question_anchor
from pilot_pages.facts import Fact, facts_in_force
from pilot_pages.models import HomePage, PilotPage, get_site_words
from pilot_pages.placeholders import PLACEHOLDER, filled, filled_html
from pilot_pages.site_settings import is_open
from pilot_pages.templatetags.languages import Language, is_in_other_language, translations

register = template.Library()
register.filter(anchor)
register.filter("phone", format_phone)
register.filter(question_anchor)
register.filter(is_open)
register.filter(get_site_words)

# The CSS classes of the NL Design System for the elements of rich text.
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
# Dates, reference numbers and words such as “W-document”, which a browser would break after a hyphen.
WITH_HYPHENS = re.compile(r"\b(?:\d{1,2}-\d{1,2}-\d{4}|[A-Z]-\d{4}-\d+|[A-Z]-[a-z]+)\b")

SOURCE_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)+|[^,]+")


@register.simple_tag
def style_sheet_urls() -> list[str]:
    """Return the URLs of the style sheets: the theme, the components, and the site's own, which override them."""
    names = [f"nlds/themes/{settings.THEME}.css", "nlds/components.css"]
    own = [f"css/theme-{settings.THEME}.css", "css/site.css"]
    # Not every theme has a style sheet with additions of this site; `voorbeeld` has one.
    names += [name for name in own if (settings.SITE_DIR / "static" / name).is_file()]
    return [static(name) for name in names]


@register.simple_tag
def font_urls() -> list[str]:
    """Return the URLs of the fonts to preload; otherwise a browser requests them after it has read the style sheets."""
    files = sorted((settings.STYLE_SHEETS_DIR / "fonts").glob("*.woff2"))
    return [static(f"nlds/fonts/{file.name}") for file in files]


@register.simple_tag
def theme_class() -> str:
    return f"{settings.THEME}-theme"


@register.filter
def styled_rich_text(value: RichText | str) -> SafeString:
    """Return rich text as HTML with the classes of the components and with anchors on its headings."""
    html = expand_db_html(value.source if isinstance(value, RichText) else value)
    # Anchors are made before placeholders are filled: a link to a heading must work when the value of a rule changes.
    html = HEADING.sub(lambda match: f'<h2 id="{anchor(match[1])}">{match[1]}</h2>', html)
    html = filled_html(html)
    # Safe: Wagtail's editor removes everything but its features; this function only adds classes and anchors.
    return mark_safe(ELEMENT.sub(lambda match: f'<{match[1]} class="{CLASSES[match[1]]}"', html))  # noqa: S308


@register.filter
def visible_blocks(body: StreamValue) -> list[Any]:
    """Return the blocks of a page, without those that have no content at present."""
    return [block for block in body if getattr(block.value, "is_shown", True)]


@register.simple_tag(takes_context=True)
def folded(context: template.Context, body: StreamValue) -> list[tuple[SafeString, SafeString]]:
    """Return (heading, HTML below it) of each visible block; a block that begins with no heading has an empty one."""
    parts = []
    for block in visible_blocks(body):
        html = block.render(context.flatten()).strip()
        heading = HEADING.match(html)
        # Safe: both are parts of the HTML of the block.
        title = mark_safe(heading[1]) if heading else SafeString("")  # noqa: S308
        parts.append((title, mark_safe(html[heading.end() :] if heading else html)))  # noqa: S308
    return parts


@register.filter
def fill_placeholders(text: str) -> str:
    """Return the text with the values of rules instead of placeholders."""
    return filled(text)


@register.simple_tag
def proposals_for(*texts: Any) -> list[Fact]:
    """Return the proposals that may change a rule whose value stands in one of the texts."""
    keys = [key for text in texts for key in PLACEHOLDER.findall(getattr(text, "source", text) or "")]
    facts = facts_in_force(keys) if keys else []
    return list(dict.fromkeys(proposal for fact in facts for proposal in fact.proposals))


@register.filter
def with_proposals(facts: list[Fact]) -> list[Fact]:
    """Return the facts, each followed by the proposals that stand beside it."""
    return list(dict.fromkeys(each for fact in facts for each in (fact, *fact.proposals)))


@register.simple_tag
def frame_language() -> str:
    """Return the language of our own words around rules: that of the page, or English if they aren't translated."""
    active = get_language()
    return active if active in settings.OWN_LANGUAGES else settings.OWN_LANGUAGES[-1]


@register.filter
def lacks_english(facts: list[Fact]) -> bool:
    """Whether one of the facts is in Dutch on an English page."""
    return get_language() == "en" and any(fact.language == settings.LANGUAGE_CODE for fact in facts)


@register.filter
def source_names(facts: list[Fact]) -> str:
    """Return the names of the sources of the facts, each once and without the place in it: a site, or a law."""
    sources = [source.strip() for fact in facts for source in fact.source.split(";")]
    return ", ".join(dict.fromkeys(match[0] for source in sources if (match := SOURCE_NAME.match(source))))


@register.filter
def last_check(facts: list[Fact]) -> str:
    """Return in a sentence which of the facts were checked at their source, and when."""
    days = sorted(fact.checked_on for fact in facts if fact.source and fact.checked_on)
    count = sum(1 for fact in facts if fact.source)
    if not days:
        return gettext("Not yet checked by us.") if count else gettext("No certain source found.")
    if len(days) < count:
        return gettext("We checked %(checked)s of %(count)s, the last on %(day)s.") % {
            "checked": len(days),
            "count": count,
            "day": format_date(days[-1]),
        }
    return gettext("Checked on %(day)s.") % {"day": format_date(days[0])}


@register.filter
def nowrap_hyphens(text: str) -> SafeString:
    """Return the text as HTML in which a browser does not break dates and numbers after a hyphen."""
    # Safe: the text is escaped before the elements are added.
    return mark_safe(WITH_HYPHENS.sub(r'<span class="nowrap">\g<0></span>', escape(text)))  # noqa: S308


@register.filter
def headings(page: PilotPage) -> list[str]:
    """Return the headings of a page's blocks, in order."""
    headings: list[str] = []
    for block in visible_blocks(page.body):
        if isinstance(block.value, RichText):
            headings += [unescape(strip_tags(text)) for text in HEADING.findall(block.value.source)]
        elif heading := block.value.get("heading"):
            headings.append(heading)
    return headings


@register.simple_tag(takes_context=True)
def site_home(context: dict[str, Any]) -> Page | None:
    """Return the home page in the language of the request, in its preview as it was edited; None for an empty site."""
    request: HttpRequest | None = context.get("request")
    site = Site.find_for_request(request) if request else None
    home: Page | None = site.root_page.localized if site else None
    page = context.get("page")
    if home is None or (isinstance(page, HomePage) and page.pk == home.pk):
        return page if home else None
    return home.specific


@register.simple_tag(takes_context=True)
def menu_pages(context: Mapping[str, Any], home: Page | None) -> list[Page]:
    """Return the pages in the main menu, in the order of the page tree."""
    pages = home.get_children().live().public().in_menu().specific() if home else []
    return [page for page in pages if is_open(page, context.get("request"))]


@register.simple_tag(takes_context=True)
def footer_pages(context: Mapping[str, Any], home: Page | None, language: Language | None = None) -> list[Page]:
    """Return the pages that are linked at the bottom of every page.

    On a page in a language without a home page these are the English pages, to which such a page links too.
    """
    if home is None:
        return []
    children = home.get_children().live().public().specific()
    linked = [page for page in children if getattr(page, "show_in_footer", False)]
    pages = [page for page in linked if is_open(page, context.get("request"))]
    if language is None or not is_in_other_language(home, language):
        for page in pages:
            page.locale = home.locale  # its own language, without a query for each page
        return pages
    return [english for page in pages if (english := translations(page).get("en"))]


@register.simple_tag
def breadcrumbs(page: Page | None) -> list[Page]:
    """Return the ancestors of the page, from the home page down; none for the home page itself."""
    if not page or not page.pk or page.depth <= 2:
        return []
    return list(page.get_ancestors().filter(depth__gte=2).live().specific())


@register.filter
def is_within(page: Page, ancestor: Page) -> bool:
    """Whether the page is `ancestor` or below it, so that the menu marks that link as current."""
    return bool(page and page.pk and (page.pk == ancestor.pk or page.is_descendant_of(ancestor)))
