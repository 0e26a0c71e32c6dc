"""The rows of a bulk change, formatted for a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.labels import NOTHING, format_value
from dossiers.bulk_changes.available_fields import get_field
from dossiers.bulk_changes.fields import BulkField, to_hashable
from dossiers.models import BulkChange, BulkRow, Dossier
from dossiers.spreadsheets.undo.reasons import CREATOR_UNDONE, REASONS


@dataclass(frozen=True)
class ShownLine:
    """A record with the old and the new value, and the reasons of a refusal."""

    who: str
    url: str
    old: str
    new: str
    why: list[str]


def build_shown_lines(change: BulkChange, rows: Sequence[BulkRow], *, of_undo: bool) -> list[ShownLine]:
    """Return the rows of one page, with what the change or its undo does to the values."""
    field = get_field(change)
    records: Any = change.model._default_manager.in_bulk([row.record_id for row in rows])
    removed = [row.record_id for row in rows if row.kept == CREATOR_UNDONE and row.record_id not in records]
    history: Any = change.model.history  # type: ignore[attr-defined]
    deletions = history.filter(id__in=removed, history_type="-") if removed else ()
    removed_names = {  # the employer of an interest may be gone too
        step.id: step.instance.heading if change.model is Dossier else str(step.instance) for step in deletions
    }
    olds, news = format_values(field, [row.old for row in rows]), format_values(field, [row.new for row in rows])
    if of_undo:
        olds, news = news, format_values(field, [row.restored_value for row in rows])
    return [
        ShownLine(
            records[row.record_id].heading if row.record_id in records else removed_names.get(row.record_id, NOTHING),
            get_record_url(records[row.record_id]) if row.record_id in records else "",
            old,
            new,
            [*row.refusals, *([str(REASONS.get(row.kept, row.kept))] if row.kept else [])],
        )
        for row, old, new in zip(rows, olds, news, strict=True)
    ]


def format_values(field: BulkField, values: Sequence[Any]) -> list[str]:
    """Return each value as text."""
    known = field.words(values)
    return [format_value(known[to_hashable(value)]) for value in values]
