"""Refuses a name in a list that people can't tell apart from another one, such as “horeca” beside “Horeca”."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
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
