"""Rows out of figures."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext

from dossiers.figures import Figure, Scope, counts, counts_by
from dossiers.models import Organisation, Sector
from dossiers.reports.tables import Cell, Column, Row

HUNDRED = Decimal(100)


def title_of(figure: Figure) -> str:
    return capfirst(str(figure.label))


def percent(part: int, whole: int) -> Decimal | None:
    """In whole percents; None of nothing."""
    return (HUNDRED * part / whole).quantize(Decimal(1), ROUND_HALF_UP) if whole else None


def share(part: int, whole: int) -> Cell:
    """How much of the whole, in percents."""
    return Cell(percent(part, whole), part, "", part, whole)


def share_of_itself(whole: int) -> Cell:
    """That of the row of the whole: it has no dividend, for it is all whatever the number is."""
    return Cell(percent(whole, whole), whole, "", None, whole)


def knows(figures: Iterable[Figure], scope: Scope) -> bool:
    """Whether all of them can be told for what the scope names."""
    return all(figure.knows(part) for figure in figures for part in scope.parts)


def count_cells(figures: Sequence[Figure], numbers: dict[str, int], scope: Scope) -> tuple[Cell, ...]:
    return tuple(Cell.count(numbers.get(figure.name, 0), figure.address(scope)) for figure in figures)


def count_columns(figures: Sequence[Figure]) -> tuple[Column, ...]:
    return tuple(Column(figure.name, title_of(figure)) for figure in figures)


def rows_by(figures: Sequence[Figure], scope: Scope, part: str, names: dict[int, str]) -> tuple[Row, ...]:
    """A row for each sector, organisation, category or reason of which something counts."""
    counts = counts_by(figures, scope, part)
    rows = []
    for key, name in names.items():
        if any(counts.get(key, {}).values()):
            rows.append(Row(name, count_cells(figures, counts[key], narrowed(scope, part, key)), f"{part}{key}"))
    if (without := counts.get(None)) and any(without.values()):
        rows.append(Row(gettext("not known"), count_cells(figures, without, narrowed(scope, part, 0)), f"{part}0"))
    return tuple(rows)


def rows_of_first(figures: Sequence[Figure], scope: Scope) -> tuple[Row, ...]:
    """A row for each, with its share of the first."""
    numbers = counts(figures, scope)
    whole = numbers[figures[0].name]
    shares = [share_of_itself(whole), *(share(numbers[figure.name], whole) for figure in figures[1:])]
    return tuple(
        Row(title_of(share), (*count_cells([share], numbers, scope), of_first), share.name)
        for share, of_first in zip(figures, shares, strict=True)
    )


def total_row(figures: Sequence[Figure], scope: Scope) -> Row:
    return Row(gettext("In all"), count_cells(figures, counts(figures, scope), scope), "whole")


def narrowed(scope: Scope, part: str, key: int) -> Scope:
    """The same, of that sector, organisation, category or reason alone."""
    parts: dict[str, Any] = {part: key}
    return replace(scope, **parts)


def sector_names() -> dict[int, str]:
    return {sector.pk: sector.shown_name for sector in Sector.objects.all()}


def organisation_names() -> dict[int, str]:
    return dict(Organisation.objects.values_list("pk", "name"))
