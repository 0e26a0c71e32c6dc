"""What stands in the head of a page for others than its reader."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from pilot_pages.inline import filled
from pilot_pages.models import PilotPage
from pilot_pages.sharing.card import told
from pilot_pages.sharing.structured_data import of_page
from pilot_pages.templatetags.public_site import breadcrumbs

register = template.Library()
# Without these no text of an editor ends the block that it stands in.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
LANGUAGES = {"nl": "nl_NL", "en": "en_GB"}


@register.filter
def is_itself(page: Any) -> bool:
    """Whether it is a page of the site that has an address: not one that an editor has only begun."""
    return isinstance(page, PilotPage) and bool(page.pk) and bool(page.full_url)


@register.filter
def description(page: PilotPage) -> str:
    return filled(page.search_description) or Truncator(filled(page.intro)).words(30)


@register.simple_tag
def card(page: PilotPage) -> dict[str, Any]:
    language = page.locale.language_code
    return told(page) | {"locale": LANGUAGES.get(language, language)}


@register.simple_tag
def structured_data(page: PilotPage) -> SafeString:
    """One block of data, which no browser runs; "" when there is nothing to say."""
    items = of_page(page, breadcrumbs(page))
    words = json.dumps(items, cls=DjangoJSONEncoder, ensure_ascii=False).translate(ESCAPES)
    # Safe: all that could end the block was escaped.
    return mark_safe(f'<script type="application/ld+json">{words}</script>' if items else "")  # noqa: S308
