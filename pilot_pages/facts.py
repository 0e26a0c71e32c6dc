"""Facts as a page shows them: from the rules that editors keep, so that one edit changes it everywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from dossiers.models import Regulation

FACTS = "_facts_of_today"


@dataclass(frozen=True)
class Fact:
    """One rule in the reader's language. Without a source it was not found, and the sentence says whom to ask."""

    key: str
    title: str
    sentence: str
    source: str
    source_date: str
    checked_on: date | None
    language: str  # the reader's own, where the rule has it

    def for_api(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "title": self.title,
            "sentence": self.sentence,
            "source": self.source,
            "source_date": self.source_date,
            "checked_on": self.checked_on and self.checked_on.isoformat(),
        }


def facts_in_force(keys: Iterable[str], day: date | None = None) -> list[Fact]:
    """The rules of these keys that hold on the day (today), in the order of the keys; keys without one are left out."""
    rules = regulations_in_force(keys, day)
    return [_fact(rules[key]) for key in dict.fromkeys(keys) if key in rules]


def regulations_in_force(keys: Iterable[str], day: date | None = None) -> dict[str, Regulation]:
    """By key the rule that holds on the day (today)."""
    rows = Regulation.objects.in_force(day or timezone.localdate()).filter(key__in=list(keys))
    # The latest one last, so that it is the one that stays.
    return {row.key: row for row in sorted(rows, key=lambda row: row.valid_from or date.min)}


def facts_of_today(context: dict[str, Any]) -> dict[str, Fact]:
    """All that hold today, by key; looked up once for an answer of the read API, of which this is the context."""
    if FACTS not in context:
        keys = Regulation.objects.order_by().values_list("key", flat=True).distinct()
        context[FACTS] = {key: _fact(row) for key, row in regulations_in_force(keys).items()}
    facts: dict[str, Fact] = context[FACTS]
    return facts


def _fact(row: Regulation) -> Fact:
    """Rules are Dutch, and English for whoever reads another language, as far as an editor translated them."""
    english = not (get_language() or settings.LANGUAGE_CODE).startswith(settings.LANGUAGE_CODE)
    if not (english and row.statement_en):
        sentence = row.statement.replace("{value}", row.value)
        return Fact(row.key, row.title, sentence, row.source, row.source_date, row.checked_on, "nl")
    return Fact(
        row.key,
        row.title_en or row.title,
        row.statement_en.replace("{value}", row.value),
        row.source_en or row.source,
        row.source_date_en or row.source_date,
        row.checked_on,
        "en",
    )


def fact_choices() -> list[tuple[str, str]]:
    """Every key with its title, for an editor to choose from."""
    return list(dict(Regulation.objects.order_by("title").values_list("key", "title")).items())
