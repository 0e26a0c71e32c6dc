"""Finds the values that somebody typed since an import or a bulk change, even if it had given the same value."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import ManyToManyField, Model, Q

from dossiers.models.own_fields.own_values import EXTRA


def find_typed_values(
    model: type[Model], keys: Collection[int], names: Collection[str], since: datetime
) -> set[tuple[int, str]]:
    """Return (key of the record, name of the field) for each value that a form wrote last, after this moment.

    The history tells it: a step of a form has no import and, unlike that of a bulk change or a merge, no reason.
    """
    history: Any = model.history  # type: ignore[attr-defined]
    by_form = Q(import_run=None, history_change_reason=None) | Q(import_run=None, history_change_reason="")
    edited = history.filter(by_form, id__in_batch=list(keys), history_date__gt=since).values_list("id", flat=True)
    columns = {name: _get_column(model, name) for name in names}
    steps = history.filter(id__in_batch=list(set(edited))).order_by("id", "history_id")
    fields = ("id", "history_date", "import_run", "history_change_reason", *dict.fromkeys(columns.values()))
    typed: set[tuple[int, str]] = set()
    last_values: dict[tuple[int, str], Any] = {}
    for step in steps.values(*fields).iterator():
        is_typed = step["history_date"] > since and not (step["import_run"] or step["history_change_reason"])
        for name, column in columns.items():
            value = step[column].get(name) if column == EXTRA else step[column]
            value_key = step["id"], name
            if value_key in last_values and last_values[value_key] != value:
                (typed.add if is_typed else typed.discard)(value_key)
            last_values[value_key] = value
    return typed


def _get_column(model: type[Model], name: str) -> str:
    """Return the column of the history with the values of a field; own fields are in one JSON column."""
    fields = {field.name: field for field in model._meta.get_fields()}
    if name not in fields:
        return EXTRA
    field = fields[name]
    return "sector_names" if isinstance(field, ManyToManyField) else field.attname  # type: ignore[union-attr]
