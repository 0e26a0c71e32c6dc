"""Figures about the expenses in the period, in euros, and the cost of a start at work."""

from decimal import Decimal
from typing import Any, cast

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.figures.figure import Figure, figure
from dossiers.figures.retention import started
from dossiers.figures.scope import Scope
from dossiers.models import Cost, Expense
from dossiers.models.money.pilot import round_to_cents


def _total(expenses: Any) -> Decimal:
    return cast(Decimal, expenses.total())


@figure(Expense, _("spent"), _total)
def spent(scope: Scope) -> Q:
    return scope.within("spent_on")


@figure(Expense, _("hours"), lambda expenses: cast(Any, expenses).hours())
def hours(scope: Scope) -> Q:
    return spent.rule(scope) & Q(hours__isnull=False)


def cost_of_a_start(scope: Scope) -> Decimal | None:
    """Return the expenses of the period divided by the placements that started, in euros; None without placements."""
    many = started.records(scope).count()
    return round_to_cents(_total(spent.records(scope)) / many) if many else None


KINDS: dict[Cost, Figure] = {cost: spent.narrowed(Q(category=cost), cost.label, f"spent_{cost.value}") for cost in Cost}
