"""Barriers and opportunities: which were met most, how they were solved, and what is advised."""

from django.db.models import F, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext

from dossiers.figures import Figure, Scope, counts, counts_by
from dossiers.figures.findings import BARRIER, OPPORTUNITY, SIDES, days_to_solve, findings_noticed, findings_solved
from dossiers.figures.medians import HALF, at, spread_by
from dossiers.models import Finding, FindingCategory
from dossiers.reports.building import count_cells, count_columns, narrowed, share, title_of
from dossiers.reports.tables import DAYS, PERCENT, WORDS, Cell, Column, Report, Row, Table

PER_CATEGORY = (findings_noticed, findings_solved)


def report(scope: Scope) -> Report:
    numbers = counts_by(PER_CATEGORY, scope, "category")
    took = spread_by(findings_solved.records(scope), F("noticed_on"), F("solved_on"), "category")
    by_number = sorted(
        FindingCategory.objects.filter(pk__in=[key for key in numbers if key]),
        key=lambda one: (-numbers[one.pk][findings_noticed.name], one.name),
    )

    def ranked(name: str, title: str, kind: str) -> Table:
        rows = []
        for one in by_number:
            if one.kind == kind and numbers[one.pk][findings_noticed.name]:
                of_it = narrowed(scope, "category", one.pk)
                many = numbers[one.pk][findings_solved.name]
                days = Cell(at(HALF, took.get(one.pk, {})), many, days_to_solve.address(of_it))
                rows.append(
                    Row(one.shown_name, (*count_cells(PER_CATEGORY, numbers[one.pk], of_it), days), str(one.pk))
                )
        columns = (*count_columns(PER_CATEGORY), Column("days", gettext("Half within days"), DAYS))
        label = gettext("Category")
        chart = (findings_noticed.name,)
        return Table(name, title, label, columns, tuple(rows), chart=chart, adds_up=True, ranked=True)

    return Report(
        "findings",
        gettext("Barriers and opportunities"),
        (
            ranked("barriers", gettext("Barriers, the most frequent first"), BARRIER),
            ranked("opportunities", gettext("Opportunities, the most frequent first"), OPPORTUNITY),
            _advice([one for one in by_number if numbers[one.pk][findings_noticed.name]]),
            _sides(scope),
            _solutions(findings_solved.records(scope)),
        ),
    )


def _advice(categories: list[FindingCategory]) -> Table:
    rows = tuple(Row(one.shown_name, (Cell(one.advice),), str(one.pk)) for one in categories if one.advice)
    return Table(
        "advice",
        gettext("What is advised for new policy"),
        gettext("Category"),
        (Column("advice", gettext("Advice"), WORDS),),
        rows,
        gettext("A category's advice is written in the list of categories."),
    )


def _sides(scope: Scope) -> Table:
    figures: tuple[Figure, ...] = (findings_noticed, *SIDES)
    numbers = counts(figures, scope)
    whole = numbers[findings_noticed.name]
    rows = tuple(
        Row(title_of(one), (*count_cells([one], numbers, scope), share(numbers[one.name], whole)), one.name)
        for one in SIDES
    )
    total = Row(gettext("In all"), (*count_cells([findings_noticed], numbers, scope), Cell(None)), "whole")
    columns = (Column("count", gettext("Findings")), Column("share", gettext("Of all"), PERCENT))
    title = gettext("Whose side they were on")
    return Table("sides", title, gettext("Side"), columns, rows, adds_up=True, total=total)


def _solutions(solved: QuerySet[Finding]) -> Table:
    """Each that was solved, in the words of who noted it."""
    rows = tuple(
        Row(one.category.shown_name, (Cell(one.description), Cell(one.tried), Cell(one.result)), str(one.pk))
        for one in solved.select_related("category").order_by("category__name", "-solved_on", "-pk")
    )
    columns = tuple(
        Column(field.name, capfirst(str(field.verbose_name)), WORDS)
        for field in Finding._meta.fields
        if field.name in ("description", "tried", "result")
    )
    return Table("solutions", gettext("How they were solved"), gettext("Category"), columns, rows)
