"""Template tags for the metadata in the head of a page."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from pilot_pages.models import HomePage, PilotPage
from pilot_pages.placeholders import filled
from pilot_pages.sharing.card import describe_card, get_card_language
from pilot_pages.sharing.structured_data import build_structured_data
from pilot_pages.templatetags.public_site import breadcrumbs

register = template.Library()
# Escapes of the characters with which the text of an editor could end the script element.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
LANGUAGES = {"nl": "nl_NL", "en": "en_GB"}


@register.filter
def has_url(page: Any) -> bool:
    """Whether it is a saved page with a URL; the preview of a new page has none."""
    return isinstance(page, PilotPage) and bool(page.pk) and bool(page.full_url)


@register.filter
def description(page: PilotPage) -> str:
    return filled(page.search_description) or Truncator(filled(page.intro)).words(30)


@register.simple_tag
def card(page: PilotPage) -> dict[str, Any]:
    language = page.locale.language_code
    site_words = HomePage.get_words_in(get_card_language(page))
    return describe_card(page, site_words) | {"locale": LANGUAGES.get(language, language)}


@register.simple_tag
def structured_data(page: PilotPage) -> SafeString:
    """Return a script element with JSON-LD, which browsers do not run; "" for a page without structured data."""
    items = build_structured_data(page, breadcrumbs(page))
    json_text = json.dumps(items, cls=DjangoJSONEncoder, ensure_ascii=False).translate(ESCAPES)
    # Safe: the characters that could end the element are escaped.
    return mark_safe(f'<script type="application/ld+json">{json_text}</script>' if items else "")  # noqa: S308
