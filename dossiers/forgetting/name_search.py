"""Searches the database for texts that may name a person; what it finds has to be read."""

import re
from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import JSONField, Q, QuerySet

from dossiers.forgetting.phone_spellings import build_digits_pattern, is_phone
from dossiers.models import ImportRow
from dossiers.models.deletion import DeletedRecord
from dossiers.models.folded_text import Folded, FoldedJson
from dossiers.privacy.normalization import strip_accents

PLAIN = re.compile(r"[a-z0-9]+")  # the letters that every database folds as Python does


class Named(Protocol):
    """A person to anonymize: personal_data.Person, or employers.Contact."""

    @property
    def sure_marks(self) -> re.Pattern[str] | None:
        """The pattern of texts that almost certainly mean this person."""

    @property
    def likely_marks(self) -> re.Pattern[str] | None:
        """The pattern of texts that may mean this person."""

    @property
    def address_marks(self) -> re.Pattern[str] | None:
        """The pattern of e-mail addresses of contacts that may be of this person."""

    @property
    def birth_date_marks(self) -> re.Pattern[str] | None:
        """The pattern of dates of birth, which go from texts that name this person."""

    @property
    def likely_texts(self) -> set[str]:
        """The texts that may mean this person."""

    def owns(self, label: str, field: str) -> bool:
        """Whether anonymizing clears this field of `records` and `steps` of the model anyway."""

    def owns_deleted(self, record: DeletedRecord) -> bool:
        """Whether anonymizing clears this deleted record, so that it can't be restored."""

    def records(self, label: str) -> QuerySet[Any]: ...

    def steps(self, label: str) -> QuerySet[Any]: ...

    @property
    def rows(self) -> QuerySet[ImportRow]:
        """The rows of imports about this person."""

    @property
    def unfinished_rows(self) -> QuerySet[ImportRow]:
        """Those of them in imports that may still write records."""

    @property
    def similar_rows(self) -> QuerySet[ImportRow]:
        """Others in such imports that may be about this person."""

    def clear_sentences(self, label: str, key: int, text: str) -> str:
        """Return a text of a record without what anonymizing clears in it anyway."""

    def has_namesake_at(self, label: str, record: Any) -> bool:
        """Whether the record is about another person with the same name."""


def filter_likely(records: QuerySet[Any], columns: Iterable[str], texts: Iterable[str]) -> QuerySet[Any]:
    """Filter on the longest part of each text in letters without accents, as databases don't fold all others alike.

    Of a telephone number, filter on its digits in their order. A record is among them if one of the columns fits.
    """
    if not (patterns := build_folded_patterns(texts)):
        return records
    condition = Q()
    for column in columns:
        is_json = isinstance(records.model._meta.get_field(column), JSONField)
        records = records.alias(**{f"folded_{column}": FoldedJson(column) if is_json else Folded(column)})
        condition |= Q(**{f"folded_{column}__regex": "|".join(patterns)})
    return records.filter(condition)


def build_folded_patterns(texts: Iterable[str]) -> list[str]:
    """Return the regular expressions for `filter_likely`; none if a text has no part that it can search for."""
    phones = {text for text in texts if is_phone(text)}
    parts = {max(PLAIN.findall(strip_accents(text)), key=len, default="") for text in texts if text not in phones}
    return [] if "" in parts else sorted(parts | {build_digits_pattern(phone) for phone in phones})
