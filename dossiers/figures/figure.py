"""The class of figures, and their registry."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils.functional import Promise

from dossiers.figures.scope import Scope
from dossiers.models import Dossier, Employer, EmployerInterest, Expense, Finding, Placement, Supply

Number = int | Decimal | None

# {model: {part of a scope: lookup path}}; a figure can't be narrowed to a part that its model has no path to.
PATHS: dict[type[Model], dict[str, str]] = {
    Dossier: {"sector": "sectors", "organisation": "supplies__organisation"},
    Placement: {
        "sector": "interest__employer__sector",
        "organisation": "dossier__supplies__organisation",
        "reason": "end_reason",
    },
    EmployerInterest: {"sector": "employer__sector", "reason": "closing_reason"},
    Employer: {"sector": "sector"},
    Finding: {"sector": "", "organisation": "", "category": "category"},  # "": of the records that it is about
    Expense: {},
}
TO_DOSSIERS = {Dossier: ("pk",), Placement: ("dossier",), Finding: ("dossier", "placement__dossier")}
FINDING_TO_EMPLOYERS = ("employer", "interest__employer", "placement__interest__employer")


def get_countable_records(model: Any) -> QuerySet:
    """Return all records of a model except unconfirmed sign-ups and drafts of findings."""
    records = model._default_manager.all()
    return records.confirmed() if hasattr(records, "confirmed") else records


def _of_dossiers(field: str, paths: Iterable[str]) -> Q:
    """Return the condition for records of which `field` is one of the outer record's dossiers."""
    return reduce(or_, (Q(**{field: OuterRef(path)}) for path in paths))


def build_finding_sector_condition(key: int) -> Q:
    """Return the condition for findings about a sector (0: about none).

    It is the sector of the employer, else of the employer of the interest or placement, else those that the candidate
    looks for.
    """
    condition, no_employer = Q(), Q()
    for path in FINDING_TO_EMPLOYERS:
        condition |= no_employer & Q(**{f"{path}__sector": key or None})
        no_employer &= Q(**{f"{path}__sector": None})
    wishes = Dossier.sectors.through.objects.filter(_of_dossiers("dossier", TO_DOSSIERS[Finding]))
    if not key:
        return no_employer & ~Q(Exists(wishes))
    return condition | no_employer & Q(Exists(wishes.filter(sector=key)))


def build_employer_sector_condition(scope: Scope) -> Q:
    """Return the condition for placements at an employer of the scope's sector, if it has one."""
    return Q() if scope.sector is None else Q(**{PATHS[Placement]["sector"]: scope.sector or None})


def build_parts_condition(model: type[Model], scope: Scope, without: Container[str] = ()) -> Q:
    """Return the condition for the parts of the scope (0: without that part); raises ValueError on an unknown part."""
    condition = Q()
    for part, key in scope.parts.items():
        if part in without:
            continue
        if part not in PATHS[model]:
            raise ValueError(f"{model._meta.model_name} has no {part}")
        if part == "organisation":  # Exists, because an organization may have supplied a dossier twice
            supplied = Supply.objects.filter(_of_dossiers("dossier", TO_DOSSIERS[model]))
            condition &= Q(Exists(supplied.filter(organisation=key))) if key else ~Q(Exists(supplied))
        elif part == "sector" and model is Finding:
            condition &= build_finding_sector_condition(key)
        else:
            condition &= Q(**{PATHS[model][part]: key or None})
    return condition


@dataclass(frozen=True)
class Counted:
    """A number, the records behind it, and the address with which a list shows exactly these records."""

    number: Number
    records: QuerySet
    address: str


@dataclass(frozen=True, eq=False)
class Figure:
    """A rule that selects records; calling it with a scope returns the number and the records.

    `rule_parts` are the parts of a scope that the rule itself applies, such as the sector of those at work.
    """

    name: str
    label: str | Promise
    model: Any
    rule: Callable[[Scope], Q]
    number: Callable[[QuerySet], Number]
    rule_parts: frozenset[str] = frozenset()

    def __call__(self, scope: Scope) -> Counted:
        records = self.records(scope)
        return Counted(self.number(records), records, self.address(scope))

    def records(self, scope: Scope) -> QuerySet:
        """Return exactly the records that count."""
        parts = build_parts_condition(self.model, scope, without=self.rule_parts)
        return get_countable_records(self.model).filter(parts, self.rule(scope))

    def knows(self, part: str) -> bool:
        """Whether the figure can be narrowed to this part (sector, organisation and so on)."""
        return part in PATHS[self.model]

    @property
    def is_by_sought_sector(self) -> bool:
        """Whether a sector narrows it to the candidates who look for work there, instead of employers of the sector."""
        return self.model is Dossier and "sector" not in self.rule_parts

    def address(self, scope: Scope) -> str:
        """Return the address of this number, which `parse_address` reads."""
        return f"{self.name}.{scope.code}"

    def narrowed(self, condition: Q, label: str | Promise, name: str) -> "Figure":
        """Return the figure of those of its records that meet a condition too."""

        def rule(scope: Scope) -> Q:
            return self.rule(scope) & condition

        return figure(self.model, label, self.number, self.rule_parts, name)(rule)


BY_NAME: dict[str, Figure] = {}


def count_records(records: QuerySet) -> int:
    return records.order_by().count()


def figure(
    model: Any,
    label: str | Promise,
    number: Callable[[QuerySet], Number] = count_records,
    rule_parts: Iterable[str] = (),
    name: str = "",
) -> Callable[[Callable[[Scope], Q]], Figure]:
    """Decorate a rule to make it a figure; `number` computes the value from the records.

    `rule_parts` are the parts of the scope that the rule itself applies. Without `name` the figure has the name of the
    function.
    """

    def make(rule: Callable[[Scope], Q]) -> Figure:
        made = Figure(name or rule.__name__, label, model, rule, number, frozenset(rule_parts))
        if BY_NAME.setdefault(made.name, made) is not made:
            raise AssertionError(f"two figures are called {made.name}")
        return made

    return make


def parse_address(address: str) -> tuple[Figure, Scope]:
    """Return the figure and the scope of an address; raises ValueError on an invalid address."""
    name, _dot, code = address.partition(".")
    if name not in BY_NAME:
        raise ValueError("no such figure")
    return BY_NAME[name], Scope.read(code)


def counts(figures: Iterable[Figure], scope: Scope) -> dict[str, int]:
    """Return {name: number of records}; a query for each, as one query would scan all records for each rule."""
    return {figure.name: count_records(figure.records(scope)) for figure in figures}


def counts_by(figures: Iterable[Figure], scope: Scope, part: str) -> dict[int | None, dict[str, int]]:
    """Return {key: {name: count}} for each sector, organisation, category or reason; None is the key of "without".

    It takes a query for each figure. A record with two sectors counts in both, so the rows may exceed the total.
    """
    figures = list(figures)
    counts: dict[int | None, dict[str, int]] = {}
    for figure in figures:
        path = PATHS[figure.model][part]
        if not path or part in figure.rule_parts:
            raise ValueError(f"{figure.name} can't be divided by {part}")
        twice = part == "organisation"  # an organization may have supplied a dossier twice
        records = figure.records(scope).order_by().values_list(path)
        for key, many in records.annotate(many=Count("pk", distinct=twice)):
            counts.setdefault(key, {each.name: 0 for each in figures})[figure.name] = many
    return counts
