"""Keeps what a user chose on the page of columns until the list is read with it.

The choices are kept by the index of their column, since the headers are other ones if another row is the header.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from dossiers import privacy
from dossiers.models import ImportRun
from dossiers.models.imports.import_run import DRAFT
from dossiers.spreadsheets.imports.staging import resource_for


@dataclass
class ColumnDraft:
    fields: dict[int, str | None] = field(default_factory=dict)  # index: target; None leaves the column out
    fixed: list[tuple[str, str]] = field(default_factory=list)  # (field, text) for all lines
    first_line: str = ""  # whether the first line is a header or a person
    answers: dict[str, str] = field(default_factory=dict)  # name of a question: code of its answer

    def as_json(self, run: ImportRun) -> dict[str, Any]:
        """Return the choices as they are stored: without numbers that may not be stored."""
        known = resource_for(run).sheet_fields()
        return {
            "place": _get_place(run),
            "fields": {str(index): name for index, name in self.fields.items()},
            "fixed": [
                (name, text if name in known and known[name].is_valid_number(text) else privacy.masked(text))
                for name, text in self.fixed
            ],
            "first_line": self.first_line,
            "answers": self.answers,
        }


def get_draft(run: ImportRun) -> ColumnDraft | None:
    """Return the choices about these columns; None if there are none, or only about another sheet."""
    draft = run.decided.get(DRAFT)
    if not draft or draft["place"] != _get_place(run):
        return None
    return ColumnDraft(
        {int(index): name for index, name in draft["fields"].items()},
        [(name, text) for name, text in draft["fixed"]],
        draft["first_line"],
        draft.get("answers", {}),
    )


def set_draft(run: ImportRun, draft: ColumnDraft) -> None:
    """Set the choices; the run is not saved."""
    run.decided[DRAFT] = draft.as_json(run)


def save_draft(run: ImportRun, draft: ColumnDraft) -> bool:
    """Save the choices, and nothing else of the run; return False if the list is not open for decisions any more."""
    set_draft(run, draft)
    runs = ImportRun.objects.select_for_update().filter(pk=run.pk, state__in=ImportRun.OPEN)
    with transaction.atomic():
        if stored := runs.filter(with_partner=run.with_partner).first():
            stored.decided[DRAFT] = run.decided[DRAFT]
            stored.save(update_fields=["decided"])
    return stored is not None


def keep_columns_as_draft(run: ImportRun) -> None:
    """Keep the decisions about the columns of the sample as choices to confirm, since the headers may change."""
    decided = run.decided.get("columns", {})
    columns = [sample["column"] for sample in run.sample.get("columns", [])]
    keys = {c["index"]: c["header"] if c["occurrence"] == 1 else f"{c['header']} ({c['occurrence']})" for c in columns}
    fields = {index: decided[key] for index, key in keys.items() if key in decided}
    if fields and get_draft(run) is None:
        set_draft(run, ColumnDraft(fields, [*run.decided.get("fixed", {}).items()]))


def _get_place(run: ImportRun) -> list[str | None]:
    """Return what decides which columns the list has."""
    return [run.choice.get("sheet"), run.choice.get("delimiter")]
