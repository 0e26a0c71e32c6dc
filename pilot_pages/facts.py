"""Facts as a page shows them: from the rules that editors keep, so that one edit changes it everywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from dossiers.models import Regulation


@dataclass(frozen=True)
class Fact:
    """One rule in the reader's language. Without a source it was not found, and the sentence says whom to ask."""

    key: str
    title: str
    sentence: str
    source: str
    source_date: str
    checked_on: date | None

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
    rows = Regulation.objects.in_force(day or timezone.localdate()).filter(key__in=list(keys))
    # The latest one last, so that it is the one that stays.
    latest = {row.key: row for row in sorted(rows, key=lambda row: row.valid_from or date.min)}
    return [_fact(latest[key]) for key in dict.fromkeys(keys) if key in latest]


def _fact(row: Regulation) -> Fact:
    english = (get_language() or "").startswith("en")
    title = row.title_en if english and row.title_en else row.title
    statement = row.statement_en if english and row.statement_en else row.statement
    sentence = statement.replace("{value}", row.value)
    return Fact(row.key, title, sentence, row.source, row.source_date, row.checked_on)


def fact_choices() -> list[tuple[str, str]]:
    """Every key with its title, for an editor to choose from."""
    return list(dict(Regulation.objects.order_by("title").values_list("key", "title")).items())
