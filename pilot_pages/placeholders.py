"""Placeholders for values of rules in texts: an editor writes {wachttijd}, a reader sees “6 maanden”.

{site} is the name of the site, which editors change on the home page.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _

from dossiers.models import Regulation
from dossiers.site_identity import get_site_identity
from pilot_pages.facts import regulations_in_force

SITE = "site"
PLACEHOLDER = re.compile(r"\{([a-z0-9-]+)\}")


class PlaceholderFiller:
    """Fills placeholders in the active language. It queries today's rules once, and only if a text needs them."""

    @cached_property
    def known(self) -> dict[str, str]:
        """The values of today's rules as text, by key."""
        rules = regulations_in_force(Regulation.objects.exclude(value="").values_list("key", flat=True))
        return {key: rule.value_in_words for key, rule in rules.items() if rule.value}

    def _fill_match(self, match: re.Match[str]) -> str:
        return get_site_identity().name if match[1] == SITE else self.known.get(match[1], match[0])

    def fill(self, text: str) -> str:
        """Return the text with values; a placeholder of an unknown rule stays, so that an editor sees it."""
        return PLACEHOLDER.sub(self._fill_match, text)

    def fill_html(self, html: str) -> str:
        """Return the HTML with escaped values, since the value of a rule is plain text."""
        return PLACEHOLDER.sub(lambda match: escape(self._fill_match(match)), html)

    def fill_all(self, value: Any) -> Any:
        """Fill each plain text in nested lists and dicts, such as an API response; HTML in it must be filled before."""
        if isinstance(value, str):
            return self.fill(value)
        if isinstance(value, dict):
            return {key: self.fill_all(item) for key, item in value.items()}
        return [self.fill_all(item) for item in value] if isinstance(value, list) else value

    def list_values(self, text: str) -> list[str]:
        """Return the value of each placeholder in the text that matches a rule with a value."""
        return [self.known[key] for key in PLACEHOLDER.findall(text) if key in self.known]

    def unknown(self, text: str) -> list[str]:
        """Return the keys of placeholders in the text that match no rule with a value."""
        return [key for key in PLACEHOLDER.findall(text) if key != SITE and key not in self.known]


def filled(text: str) -> str:
    return PlaceholderFiller().fill(text)


def filled_html(html: str) -> str:
    return PlaceholderFiller().fill_html(html)


def refuse_placeholders(titles: Mapping[str, str]) -> None:
    """Raise ValidationError for each field with a placeholder; titles are also used where none is filled in."""
    message = _("A title stands in menus and links too, where no value is filled in. Take %(place)s out of it.")
    placeholders = {field: match[0] for field, title in titles.items() if (match := PLACEHOLDER.search(title))}
    if placeholders:
        raise ValidationError(
            {field: ValidationError(message, params={"place": text}) for field, text in placeholders.items()}
        )


def validate_placeholders(texts: Iterable[tuple[str, Any]]) -> None:
    """Raise ValidationError for each field with a placeholder that matches no rule with a value."""
    rules = PlaceholderFiller()
    message = _(
        "There is no rule with a value called {%(key)s}. Take away the braces, or choose one of these: %(known)s."
    )
    unknown = {field: min(keys) for field, text in texts if (keys := rules.unknown(str(text)))}
    if unknown:
        known = ", ".join(sorted([SITE, *rules.known]))
        raise ValidationError(
            {field: ValidationError(message, params={"key": key, "known": known}) for field, key in unknown.items()}
        )
