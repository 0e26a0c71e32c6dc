"""Barriers and opportunities: which were met most, how they were solved, and what is advised."""

from collections import Counter
from dataclasses import replace

from django.db.models import F, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext

from dossiers.figures import Figure, Scope, counts, counts_by
from dossiers.figures.findings import (
    BARRIER,
    OPPORTUNITY,
    SIDES,
    barriers,
    days_to_solve,
    findings_noticed,
    findings_solved,
    findings_with_organisation,
    findings_with_sector,
    opportunities,
)
from dossiers.figures.medians import HALF, count_by_part_and_days, find_quantile
from dossiers.models import Finding, FindingCategory
from dossiers.reports.rows import count_cells, narrow_scope, rows_of_first
from dossiers.reports.tables import DAYS, PERCENT, WORDS, Cell, Column, Row, Table

LEFT_OUT = "left_out"
PER_CATEGORY = (findings_noticed, findings_solved)


def build_tables(scope: Scope) -> tuple[Table, ...]:
    numbers = counts_by(PER_CATEGORY, scope, "category")
    took = count_by_part_and_days(findings_solved.records(scope), F("noticed_on"), F("solved_on"), "category")
    by_number = sorted(
        FindingCategory.objects.filter(pk__in=[key for key in numbers if key]),
        key=lambda category: (-numbers[category.pk][findings_noticed.name], category.name),
    )
    noticed = [category for category in by_number if numbers[category.pk][findings_noticed.name]]

    def ranked(name: str, title: str, of_kind: Figure, kind: str) -> Table:
        categories = [category for category in noticed if category.kind == kind]
        days: Counter[int] = Counter()
        rows = []
        for category in categories:
            of_it, days_of_it = narrow_scope(scope, "category", category.pk), took.get(category.pk, {})
            days.update(days_of_it)
            median = _median(days_of_it, days_to_solve.address(of_it))
            rows.append(
                Row(
                    category.shown_name,
                    (*count_cells(PER_CATEGORY, numbers[category.pk], of_it), median),
                    str(category.pk),
                )
            )
        in_all = Cell.count(counts([of_kind], scope)[of_kind.name], of_kind.address(scope))
        total = Row(gettext("In all"), (in_all, Cell.count(days.total()), _median(dict(sorted(days.items())))), "whole")
        columns = (
            Column(findings_noticed.name, gettext("Times seen")),
            Column(findings_solved.name, gettext("Solved") if kind == BARRIER else gettext("Used")),
            Column("days", gettext("Median (days)"), DAYS),
        )
        label = gettext("Category")
        return Table(
            name,
            title,
            label,
            columns,
            tuple(rows),
            gettext("Noticed in this period, and solved or used by its last day."),
            chart=(findings_noticed.name,),
            adds_up=True,
            total=total,
            ranked=True,
        )

    return (
        ranked("barriers", gettext("Barriers, the most frequent first"), barriers, BARRIER),
        ranked("opportunities", gettext("Opportunities, the most frequent first"), opportunities, OPPORTUNITY),
        _build_advice_table(noticed),
        _build_sides_table(scope),
        _build_solutions_table(findings_solved.records(scope)),
        *_build_left_out_tables(scope),
    )


def _median(days: dict[int, int], figure: str = "") -> Cell:
    """Return the median of `days`, which is {days: count}, with the number of cases."""
    return Cell(find_quantile(HALF, days), sum(days.values()), figure)


def _build_left_out_tables(scope: Scope) -> list[Table]:
    """Return the table of the findings without a sector or an organization, if the scope has one.

    Each finding is counted in one of its rows.
    """
    whole = replace(scope, sector=None, organisation=None)
    no_sector, no_organisation = replace(whole, sector=0), replace(whole, organisation=0)
    if scope.sector is not None and scope.organisation is not None:
        without_both = gettext("About no sector and about nobody whom an organisation referred")
        without_sector = gettext("About no sector, but about somebody whom an organisation referred")
        without_organisation = gettext("About nobody whom an organisation referred, but about a sector")
        counted = [
            ("sector", without_sector, findings_with_organisation, no_sector),
            ("organisation", without_organisation, findings_with_sector, no_organisation),
            ("both", without_both, findings_noticed, replace(whole, sector=0, organisation=0)),
        ]
        explanation = gettext(
            "Seen in this period, and not counted in the tables above because they have no sector or no organisation. "
            "What is about another sector or organisation is not counted here."
        )
    elif scope.sector is not None:
        counted = [("sector", gettext("About no sector"), findings_noticed, no_sector)]
        explanation = gettext(
            "Seen in this period, and not counted in the tables above because they have no sector. "
            "What is about another sector is not counted here."
        )
    elif scope.organisation is not None:
        without_organisation = gettext("About nobody whom an organisation referred")
        counted = [("organisation", without_organisation, findings_noticed, no_organisation)]
        explanation = gettext(
            "Seen in this period, and not counted in the tables above because they have no organisation. "
            "What is about another organisation is not counted here."
        )
    else:
        return []
    rows = tuple(
        Row(label, count_cells([figure], counts([figure], part_scope), part_scope), part)
        for part, label, figure, part_scope in counted
    )
    title = gettext("Barriers and opportunities that are not in this part")
    column = Column("count", gettext("Times seen"))
    return [Table(LEFT_OUT, title, gettext("What"), (column,), rows, explanation)]


def _build_advice_table(categories: list[FindingCategory]) -> Table:
    rows = tuple(
        Row(category.shown_name, (Cell(category.advice),), str(category.pk))
        for category in categories
        if category.advice
    )
    return Table(
        "advice",
        gettext("What is advised for new policy"),
        gettext("Category"),
        (Column("advice", gettext("Advice"), WORDS),),
        rows,
        gettext("A category's advice is written in the list of categories."),
    )


def _build_sides_table(scope: Scope) -> Table:
    """Return the sides of barriers; a sum over all findings would disclose more of the two tables above."""
    whole, *rows = rows_of_first((barriers, *SIDES), scope)
    total = Row(gettext("In all"), (whole.cells[0], Cell(None)), "whole")
    columns = (Column("count", whole.label), Column("share", gettext("Of all"), PERCENT))
    title = gettext("Whose side the barriers were on")
    return Table("sides", title, gettext("Side"), columns, tuple(rows), adds_up=True, total=total)


def _build_solutions_table(solved: QuerySet[Finding]) -> Table:
    """Return the solved findings, in the words of the people who wrote them down."""
    rows = tuple(
        Row(
            finding.category.shown_name,
            (Cell(finding.description), Cell(finding.tried), Cell(finding.result)),
            str(finding.pk),
        )
        for finding in solved.select_related("category").order_by("category__name", "-solved_on", "-pk")
    )
    columns = tuple(
        Column(field.name, capfirst(str(field.verbose_name)), WORDS)
        for field in Finding._meta.fields
        if field.name in ("description", "tried", "result")
    )
    return Table("solutions", gettext("How they were solved"), gettext("Category"), columns, rows)
