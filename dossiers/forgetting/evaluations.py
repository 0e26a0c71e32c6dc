"""What the frozen editions of evaluations hold of a person: the words of findings, and names in those of others. Their
numbers stay. What was written about them is looked through as all texts are (mentions.py)."""

from typing import Any

from dossiers.forgetting.reaching import Person, taken_out
from dossiers.models import Evaluation
from page_cache.version import pages_changed

SOLUTIONS = "solutions"  # the table whose rows are findings in the words of who noted them

EDITIONS, IN_OTHERS = ("frozen", "public"), ("frozen_in", "public_in")


def take_out(person: Person, word: str) -> None:
    """Also of those that were released, and of their histories."""
    findings = {str(key) for key in person.steps("dossiers.Finding").values_list("id", flat=True)}
    records: tuple[Any, ...] = (Evaluation, Evaluation.history.model)
    for model in records:
        for one in model._default_manager.all():
            before = {name: getattr(one, name) for name in (*EDITIONS, *IN_OTHERS)}
            after = before | {name: _without(before[name], findings, word) for name in EDITIONS}
            after |= {name: _in_each(before[name], findings, word) for name in IN_OTHERS}
            _keep(one, before, after, person)
    pages_changed()


def _keep(record: Any, before: dict[str, Any], after: dict[str, Any], person: Person) -> None:
    if person.sure_marks is not None:
        after = {name: taken_out(value, person.sure_marks) for name, value in after.items()}
    if after != before:
        type(record)._default_manager.filter(pk=record.pk).update(**after)


def _without(reports: Any, findings: set[str], word: str) -> Any:
    """Reports as an evaluation keeps them, without the words of those findings."""
    if not reports:
        return reports
    return [one | {"tables": [_table(table, findings, word) for table in one["tables"]]} for one in reports]


def _in_each(languages: dict[str, Any], findings: set[str], word: str) -> dict[str, Any]:
    return {language: _without(reports, findings, word) for language, reports in languages.items()}


def _table(table: dict[str, Any], findings: set[str], word: str) -> dict[str, Any]:
    if table["name"] != SOLUTIONS:
        return table
    return table | {"rows": [_row(row, word) if row["part"] in findings else row for row in table["rows"]]}


def _row(row: dict[str, Any], word: str) -> dict[str, Any]:
    return row | {"cells": [cell | {"value": word} for cell in row["cells"]]}
