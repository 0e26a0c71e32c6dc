"""Builds the rows of tables from figures."""

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


def get_title(figure: Figure) -> str:
    return capfirst(str(figure.label))


def percent(part: int, whole: int) -> Decimal | None:
    """Return a whole percentage, or None if the whole is 0."""
    return (HUNDRED * part / whole).quantize(Decimal(1), ROUND_HALF_UP) if whole else None


def share(part: int, whole: int) -> Cell:
    """Return the cell with the percentage of the whole."""
    return Cell(percent(part, whole), part, "", part, whole)


def share_of_itself(whole: int) -> Cell:
    """Return the cell with 100% in the row of the whole; without a dividend, as it does not depend on a count."""
    return Cell(percent(whole, whole), whole, "", None, whole)


def all_know_scope(figures: Iterable[Figure], scope: Scope) -> bool:
    """Whether all figures can be narrowed to the parts of the scope."""
    return all(figure.knows(part) for figure in figures for part in scope.parts)


def find_figures_of_employers(figures: Iterable[Figure], scope: Scope) -> list[Figure]:
    """Return the figures that can be narrowed to the scope, without those that go by the sector that people look for.

    So all rows of a table count the sector of the employer.
    """
    return [
        figure
        for figure in figures
        if all_know_scope([figure], scope) and (scope.sector is None or not figure.is_by_sought_sector)
    ]


def count_cells(figures: Sequence[Figure], numbers: dict[str, int], scope: Scope) -> tuple[Cell, ...]:
    return tuple(Cell.count(numbers.get(figure.name, 0), figure.address(scope)) for figure in figures)


def count_columns(figures: Sequence[Figure]) -> tuple[Column, ...]:
    return tuple(Column(figure.name, get_title(figure)) for figure in figures)


def rows_by(figures: Sequence[Figure], scope: Scope, part: str, names: dict[int, str]) -> tuple[Row, ...]:
    """Return a row for each sector, organisation, category or reason with a count above 0."""
    counts = counts_by(figures, scope, part)
    rows = []
    for key, name in names.items():
        if any(counts.get(key, {}).values()):
            rows.append(Row(name, count_cells(figures, counts[key], narrow_scope(scope, part, key)), f"{part}{key}"))
    if (without := counts.get(None)) and any(without.values()):
        rows.append(Row(gettext("not known"), count_cells(figures, without, narrow_scope(scope, part, 0)), f"{part}0"))
    return tuple(rows)


def rows_of_first(figures: Sequence[Figure], scope: Scope) -> tuple[Row, ...]:
    """Return a row for each figure, with its share of the first figure."""
    numbers = counts(figures, scope)
    whole = numbers[figures[0].name]
    shares = [share_of_itself(whole), *(share(numbers[figure.name], whole) for figure in figures[1:])]
    return tuple(
        Row(get_title(share), (*count_cells([share], numbers, scope), of_first), share.name)
        for share, of_first in zip(figures, shares, strict=True)
    )


def total_row(figures: Sequence[Figure], scope: Scope) -> Row:
    return Row(gettext("In all"), count_cells(figures, counts(figures, scope), scope), "whole")


def narrow_scope(scope: Scope, part: str, key: int) -> Scope:
    """Return the scope narrowed to this sector, organisation, category or reason."""
    parts: dict[str, Any] = {part: key}
    return replace(scope, **parts)


def get_sector_names() -> dict[int, str]:
    return {sector.pk: sector.shown_name for sector in Sector.objects.all()}


def get_organisation_names() -> dict[int, str]:
    return dict(Organisation.objects.values_list("pk", "name"))
