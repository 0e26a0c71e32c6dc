"""The value of a rule in the middle of a sentence: an editor writes {wachttijd}, a reader reads “6 maanden”."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _

from dossiers.models import Regulation
from pilot_pages.facts import regulations_in_force

PLACE = re.compile(r"\{([a-z0-9-]+)\}")


class RuleWords:
    """Fills in texts, in the reader's language; asks for the rules of today once, and only when a text names one."""

    @cached_property
    def known(self) -> dict[str, str]:
        """What can be named: every rule with a value, as one says it."""
        rules = regulations_in_force(Regulation.objects.exclude(value="").values_list("key", flat=True))
        return {key: rule.value_in_words for key, rule in rules.items() if rule.value}

    def fill(self, text: str) -> str:
        """The text with its values; what names no rule stays as it is, for an editor to see."""
        return PLACE.sub(lambda place: self.known.get(place[1], place[0]), text)

    def fill_html(self, html: str) -> str:
        """Whoever writes a rule writes words, no markup."""
        return PLACE.sub(lambda place: escape(self.known.get(place[1], place[0])), html)

    def fill_all(self, value: Any) -> Any:
        """Every plain text in lists and dicts, such as an answer of the API; what is HTML was filled before."""
        if isinstance(value, str):
            return self.fill(value)
        if isinstance(value, dict):
            return {key: self.fill_all(item) for key, item in value.items()}
        return [self.fill_all(item) for item in value] if isinstance(value, list) else value

    def unknown(self, text: str) -> list[str]:
        """What the text names that is no rule with a value."""
        return [key for key in PLACE.findall(text) if key not in self.known]


def filled(text: str) -> str:
    return RuleWords().fill(text)


def filled_html(html: str) -> str:
    return RuleWords().fill_html(html)


def check_no_places(names: Mapping[str, str]) -> None:
    """Raise ValidationError at the field whose words, which stand in menus, links and addresses too, have a place."""
    words = _("A title stands in menus and links too, where no value is filled in. Take %(place)s out of it.")
    places = {field: place[0] for field, name in names.items() if (place := PLACE.search(name))}
    if places:
        raise ValidationError(
            {field: ValidationError(words, params={"place": place}) for field, place in places.items()}
        )


def check_places(texts: Iterable[tuple[str, Any]]) -> None:
    """Raise ValidationError at each field with a place that names no rule that has a value."""
    rules = RuleWords()
    words = _(
        "There is no rule with a value called {%(key)s}. Take away the braces, or choose one of these: %(known)s."
    )
    unknown = {field: min(keys) for field, text in texts if (keys := rules.unknown(str(text)))}
    if unknown:
        known = ", ".join(sorted(rules.known))
        raise ValidationError(
            {field: ValidationError(words, params={"key": key, "known": known}) for field, key in unknown.items()}
        )
