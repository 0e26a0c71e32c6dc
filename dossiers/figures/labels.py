"""Describes figures and scopes as texts for people."""

from datetime import date
from typing import Any

from django.utils.text import capfirst, get_text_list, slugify
from django.utils.translation import gettext, pgettext

from dates.format import format_date
from dossiers.figures.figure import Figure
from dossiers.figures.scope import Scope
from dossiers.models import ClosingReason, Dossier, FindingCategory, Organisation, Sector

MODELS: dict[str, Any] = {
    "sector": Sector,
    "organisation": Organisation,
    "category": FindingCategory,
    "reason": ClosingReason,
}


def format_period(scope: Scope, first_registered_on: date | None = None) -> str:
    """Return the first and the last day; without a first day "from the beginning", with the first registration."""
    if scope.begin is not None:
        return f"{format_date(scope.begin)} – {format_date(scope.end)}"
    if first_registered_on is None:
        return gettext("from the beginning until %(day)s") % {"day": format_date(scope.end)}
    days = {"first": format_date(first_registered_on), "day": format_date(scope.end)}
    return gettext("from the beginning (first registration on %(first)s) until %(day)s") % days


def get_part_names(scope: Scope) -> list[str]:
    """Return the names of the parts of the scope, such as the name of a sector."""
    names = []
    for part, key in scope.parts.items():
        model = MODELS[part]
        record = model.objects.filter(pk=key).first() if key else None
        text = gettext("%(part)s that is gone") if key else gettext("%(part)s not known")
        names.append(str(record) if record else text % {"part": model._meta.verbose_name})
    return names


def slugify_scope(scope: Scope) -> str:
    """Return the period and the parts for a file name, such as `2026-10-01_2026-10-31_horeca`."""
    until = pgettext("in a file name", "until-%(day)s") % {"day": scope.end.isoformat()}
    period = f"{scope.begin}_{scope.end}" if scope.begin else until
    return "_".join(filter(None, [period, *map(slugify, get_part_names(scope))]))


def describe_nothing(scope: Scope) -> str:
    """Return the sentence under a table without rows."""
    names = get_part_names(scope)
    if len(names) > 1:  # what is about one of them only is not in these tables either
        parts = get_text_list(names, gettext("and"))
        return gettext("Nothing about %(parts)s together in this period.") % {"parts": parts}
    if names:
        return gettext("Nothing about %(parts)s in this period.") % {"parts": names[0]}
    return gettext("Nothing in this period.")


def describe_figure(figure: Figure, scope: Scope) -> str:
    """Return the figure, its period and its parts; of people, whether they work in the sector or look for it."""
    parts = get_part_names(scope)
    if scope.sector and figure.model is Dossier:
        label = (
            gettext("looks for work in %(sector)s") if figure.is_by_sought_sector else gettext("works in %(sector)s")
        )
        parts[0] = label % {"sector": parts[0]}
    return " · ".join([capfirst(str(figure.label)), format_period(scope), *parts])
