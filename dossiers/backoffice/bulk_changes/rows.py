"""The lines of a bulk change as a person reads them: who, what it has, what it becomes, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dossiers.backoffice.activity.subjects import page_of
from dossiers.backoffice.labels import NOTHING, shown
from dossiers.bulk_changes.available_fields import field_of
from dossiers.bulk_changes.fields import BulkField, as_key
from dossiers.models import BulkChange, BulkRow


@dataclass(frozen=True)
class ShownLine:
    who: str
    url: str
    old: str
    new: str
    why: list[str]


def lines(change: BulkChange, rows: Sequence[BulkRow], staying: dict[int, str]) -> list[ShownLine]:
    """Rows of one page; `staying` is what an undo would leave, by the key of a row."""
    field = field_of(change)
    records: Any = change.model._default_manager.in_bulk([row.record_id for row in rows])
    olds, news = words(field, [row.old for row in rows]), words(field, [row.new for row in rows])
    return [
        ShownLine(
            records[row.record_id].heading if row.record_id in records else NOTHING,
            page_of(records[row.record_id]) if row.record_id in records else "",
            old,
            new,
            [*row.refusals, *filter(None, [row.kept or staying.get(row.pk, "")])],
        )
        for row, old, new in zip(rows, olds, news, strict=True)
    ]


def words(field: BulkField, values: Sequence[Any]) -> list[str]:
    """Each of these values in words."""
    known = field.words(values)
    return [shown(known[as_key(value)]) for value in values]
