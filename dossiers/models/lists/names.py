"""Refuses a name in a list that people can't tell apart from another one, such as “horeca” beside “Horeca”."""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.privacy.normalization import strip_accents


def find_similar_name(name: str, others: Iterable[str]) -> str | None:
    """Return the first of the others that differs only in case, accents or spaces, or not at all; else None."""
    folded = strip_accents(" ".join(name.split()))
    return next((other for other in others if strip_accents(" ".join(other.split())) == folded), None)


class DistinctNameMixin:
    """Refuses a new name, of an added row or a renamed one, that looks like that of another row.

    `distinct_within` names the fields of which the rows must have the same values to be compared. A row whose name was
    stored before this rule can still be saved.
    """

    distinct_within: tuple[str, ...] = ()

    def clean(self) -> None:
        super().clean()  # type: ignore[misc]
        row: Any = self
        alike = type(row)._default_manager.filter(**{name: getattr(row, name) for name in self.distinct_within})
        if alike.filter(pk=row.pk, name=row.name).exists():
            return
        names = alike.exclude(pk=row.pk).exclude(name=row.name).values_list("name", flat=True)
        if similar := find_similar_name(row.name, names):
            text = _("There is “%(name)s” already. Use that, or choose a name that differs in more than its spelling.")
            raise ValidationError({"name": ValidationError(text, params={"name": similar})})


class EnglishNameMixin:
    """A row with a name in English beside its name."""

    name: str
    name_en: str

    @property
    def shown_name(self) -> str:
        """The name in the active language, for the public site."""
        return self.name_en if get_language() == "en" and self.name_en else self.name


def list_distinct_sets(model: type[models.Model], field: str) -> Iterator[tuple[str, ...]]:
    """Yield the sets of fields, with this one, of which each row must have values of its own."""
    if model._meta.get_field(field).unique:  # type: ignore[union-attr]
        yield (field,)
    if issubclass(model, DistinctNameMixin) and field == "name":
        yield (*model.distinct_within, field)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and field in constraint.fields:
            yield tuple(constraint.fields)


def add_free_number(record: models.Model, field: str, text: str) -> str:
    """Return the text for a field of a record, with the next free number if it must differ from another row's."""
    others: set[str] = set()
    for names in list_distinct_sets(type(record), field):
        rows = type(record)._base_manager.exclude(pk=record.pk)
        rows = rows.filter(**{name: getattr(record, name) for name in names if name != field})
        others |= set(rows.values_list(field, flat=True))
    max_length = getattr(record._meta.get_field(field), "max_length", None) or sys.maxsize
    endings = (f" {number}" for number in count(2))
    numbered = (f"{text[: max_length - len(ending)]}{ending}" for ending in endings)
    return next(name for name in chain([text], numbered) if not find_similar_name(name, others))
