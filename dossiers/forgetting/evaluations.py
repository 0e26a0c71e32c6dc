"""Removes a person from the frozen reports in evaluations: texts of findings, and names in the texts of others.

The numbers stay. The sections of an evaluation are searched like all texts (mentions.py).
"""

from dataclasses import dataclass
from typing import Any

from dossiers.forgetting.mention_decisions import Decided
from dossiers.forgetting.personal_data import Person, remove_marks
from dossiers.models import Evaluation
from page_cache.version import pages_changed

SOLUTIONS = "solutions"  # the table whose rows are texts of findings

EDITIONS, IN_OTHERS = ("frozen", "public"), ("frozen_in", "public_in")


@dataclass(frozen=True)
class Redaction:
    """The texts to remove: those of the person's findings, and the name in other texts as the user decided."""

    findings: set[str]  # keys
    decided: Decided
    word: str  # in place of what goes whole

    def without(self, reports: Any) -> Any:
        """Return the stored reports without the person's data."""
        if not reports:
            return reports
        return [report | {"tables": [self._table(table) for table in report["tables"]]} for report in reports]

    def _table(self, table: dict[str, Any]) -> Any:
        if table["name"] != SOLUTIONS:
            marks = None if self.decided.is_name_kept else self.decided.sure_marks
            return table if marks is None else remove_marks(table, marks)
        rows = []
        for row in table["rows"]:
            if row["part"] in self.findings:
                rows.append(row | {"cells": [cell | {"value": self.word} for cell in row["cells"]]})
            else:
                rows.append(self.decided.remove_from(row, "dossiers.Finding", row["part"]))
        return table | {"rows": rows}


def redact_evaluations(person: Person, decided: Decided, word: str) -> None:
    """Redact all evaluations, including released ones, and their histories."""
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
