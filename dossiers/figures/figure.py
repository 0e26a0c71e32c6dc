"""A figure: a name, and the rule by which records count."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils.functional import Promise

from dossiers.figures.scope import Scope
from dossiers.models import Dossier, Employer, EmployerInterest, Expense, Finding, Placement, Supply

Number = int | Decimal | None

# model: {part of a scope: the path to it}; a figure knows no part that its model has no path to.
PATHS: dict[type[Model], dict[str, str]] = {
    Dossier: {"sector": "sectors", "organisation": "supplies__organisation"},
    Placement: {
        "sector": "interest__employer__sector",
        "organisation": "dossier__supplies__organisation",
        "reason": "end_reason",
    },
    EmployerInterest: {"sector": "employer__sector", "reason": "closing_reason"},
    Employer: {"sector": "sector"},
    Finding: {
        "sector": "employer__sector",
        "organisation": "dossier__supplies__organisation",
        "category": "category",
    },
    Expense: {},
}
TO_DOSSIER = {Dossier: "pk", Placement: "dossier", Finding: "dossier"}


def that_count(model: Any) -> QuerySet:
    """The records of a kind that count at all: no sign-up that nobody confirmed, no draft of a finding."""
    records = model._default_manager.all()
    return records.confirmed() if hasattr(records, "confirmed") else records


def belonging(model: type[Model], scope: Scope) -> Q:
    """Those that belong to what the scope names (0: to none); raises ValueError for what they can't belong to."""
    condition = Q()
    for part, key in scope.parts.items():
        if part not in PATHS[model]:
            raise ValueError(f"{model._meta.model_name} has no {part}")
        if part == "organisation":  # may have supplied somebody twice: each counts once
            supplied = Supply.objects.filter(dossier=OuterRef(TO_DOSSIER[model]))
            condition &= Q(Exists(supplied.filter(organisation=key))) if key else ~Q(Exists(supplied))
        else:
            condition &= Q(**{PATHS[model][part]: key or None})
    return condition


@dataclass(frozen=True)
class Counted:
    """A number, the records behind it, and under which name a list shows exactly those."""

    number: Number
    records: QuerySet
    address: str


@dataclass(frozen=True, eq=False)
class Figure:
    """One rule. Called with a scope it gives the number and the records behind it."""

    name: str
    label: str | Promise
    model: Any
    rule: Callable[[Scope], Q]
    number: Callable[[QuerySet], Number]

    def __call__(self, scope: Scope) -> Counted:
        records = self.records(scope)
        return Counted(self.number(records), records, self.address(scope))

    def records(self, scope: Scope) -> QuerySet:
        """Exactly those that count."""
        return that_count(self.model).filter(belonging(self.model, scope), self.rule(scope))

    def knows(self, part: str) -> bool:
        """Whether it can be told per sector, organisation and so on."""
        return part in PATHS[self.model]

    def address(self, scope: Scope) -> str:
        """The name of this number: `find` takes it back."""
        return f"{self.name}.{scope.code}"


BY_NAME: dict[str, Figure] = {}


def how_many(records: QuerySet) -> int:
    return records.order_by().count()


def figure(
    model: Any, label: str | Promise, number: Callable[[QuerySet], Number] = how_many
) -> Callable[[Callable[[Scope], Q]], Figure]:
    """Makes a rule a figure, known by its function's name: which records of the model count; how many, or `number`."""

    def make(rule: Callable[[Scope], Q]) -> Figure:
        made = Figure(rule.__name__, label, model, rule, number)
        if BY_NAME.setdefault(made.name, made) is not made:
            raise AssertionError(f"two figures are called {made.name}")
        return made

    return make


def find(address: str) -> tuple[Figure, Scope]:
    """The figure and the scope of an address; raises ValueError when there are none such."""
    name, _dot, code = address.partition(".")
    if name not in BY_NAME:
        raise ValueError("no such figure")
    return BY_NAME[name], Scope.read(code)


def counts(figures: Iterable[Figure], scope: Scope) -> dict[str, int]:
    """How many records each counts, by name. A query each: all in one would look at every record for every rule."""
    return {figure.name: how_many(figure.records(scope)) for figure in figures}


def counts_by(figures: Iterable[Figure], scope: Scope, part: str) -> dict[int | None, dict[str, int]]:
    """The same per sector, organisation, category or reason: {key: {name: count}}, None for those without one.

    A query each. A record that belongs to two counts for both: the rows need not add up to the whole.
    """
    figures = list(figures)
    counts: dict[int | None, dict[str, int]] = {}
    for figure in figures:
        path = PATHS[figure.model][part]
        twice = part == "organisation"  # may have supplied somebody twice
        records = figure.records(scope).order_by().values_list(path)
        for key, many in records.annotate(many=Count("pk", distinct=twice)):
            counts.setdefault(key, {each.name: 0 for each in figures})[figure.name] = many
    return counts
