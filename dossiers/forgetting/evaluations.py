"""What the frozen editions of evaluations hold of a person: the words of findings, and names in those of others. Their
numbers stay. What was written about them is looked through as all texts are (mentions.py)."""

from dataclasses import dataclass
from typing import Any

from dossiers.forgetting.mentions import Decided
from dossiers.forgetting.personal_data import Person, taken_out
from dossiers.models import Evaluation
from page_cache.version import pages_changed

SOLUTIONS = "solutions"  # the table whose rows are findings in the words of who noted them

EDITIONS, IN_OTHERS = ("frozen", "public"), ("frozen_in", "public_in")


@dataclass(frozen=True)
class Redaction:
    """What is taken out: the words of the person's own findings, and the name as it was decided about the others."""

    findings: set[str]  # keys
    decided: Decided
    word: str  # in place of what goes whole

    def without(self, reports: Any) -> Any:
        """Reports as an evaluation keeps them."""
        if not reports:
            return reports
        return [report | {"tables": [self._table(table) for table in report["tables"]]} for report in reports]

    def _table(self, table: dict[str, Any]) -> Any:
        if table["name"] == SOLUTIONS:
            return table | {"rows": [self._row(row) for row in table["rows"]]}
        return table if self.decided.sure_marks is None else taken_out(table, self.decided.sure_marks)

    def _row(self, row: dict[str, Any]) -> Any:
        if row["part"] in self.findings:
            return row | {"cells": [cell | {"value": self.word} for cell in row["cells"]]}
        return self.decided.taken_out(row, "dossiers.Finding", row["part"])


def take_out(person: Person, decided: Decided, word: str) -> None:
    """Also of those that were released, and of their histories."""
    findings = {str(key) for key in person.steps("dossiers.Finding").values_list("id", flat=True)}
    taking = Redaction(findings, decided, word)
    records: tuple[Any, ...] = (Evaluation, Evaluation.history.model)
    for model in records:
        for record in model._default_manager.all():
            before = {name: getattr(record, name) for name in (*EDITIONS, *IN_OTHERS)}
            after = {name: taking.without(before[name]) for name in EDITIONS}
            for name in IN_OTHERS:
                after[name] = {language: taking.without(reports) for language, reports in before[name].items()}
            if after != before:
                model._default_manager.filter(pk=record.pk).update(**after)
    pages_changed()
