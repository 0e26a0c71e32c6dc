"""A scope as a person reads it."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext

from dossiers.figures.figure import Figure
from dossiers.figures.scope import Scope
from dossiers.models import ClosingReason, FindingCategory, Organisation, Sector

MODELS: dict[str, Any] = {
    "sector": Sector,
    "organisation": Organisation,
    "category": FindingCategory,
    "reason": ClosingReason,
}


def period(scope: Scope) -> str:
    """ "01-07-2026 – 24-11-2026"."""
    if scope.begin is None:
        return gettext("until %(day)s") % {"day": f"{scope.end:%d-%m-%Y}"}
    return f"{scope.begin:%d-%m-%Y} – {scope.end:%d-%m-%Y}"


def belonging_to(scope: Scope) -> list[str]:
    """The names of what the records belong to."""
    return [_name(MODELS[part], key) for part, key in scope.parts.items()]


def _name(model: Any, key: int) -> str:
    if not key:
        return gettext("%(part)s not known") % {"part": model._meta.verbose_name}
    record = model.objects.filter(pk=key).first()
    return str(record) if record else gettext("%(part)s that is gone") % {"part": model._meta.verbose_name}


def in_words(figure: Figure, scope: Scope) -> str:
    return " · ".join([capfirst(str(figure.label)), period(scope), *belonging_to(scope)])
