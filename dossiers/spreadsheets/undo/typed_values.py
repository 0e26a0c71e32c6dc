"""Finds in the history of records what people changed since an import or a bulk change.

A step of a form has no import and no reason, unlike those of imports, bulk changes, merges and the API. Steps of
imports and bulk changes that were undone count for nothing: what is back by their undo was written by an earlier step.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import ManyToManyField, Model, Q
from django.utils import translation
from django.utils.translation import gettext as _

from dossiers.models import BulkChange, ImportRun
from dossiers.models.history import DossierProvenance
from dossiers.models.own_fields.own_values import EXTRA

IS_TYPED = Q(import_run=None, history_change_reason=None) | Q(import_run=None, history_change_reason="")


class Step(NamedTuple):
    """A step in the history of a record, with the values after it by the column of the history."""

    at: datetime
    is_import: bool
    is_typed: bool
    is_undone: bool
    values: dict[str, Any]


def find_typed_values(
    model: type[Model], keys: Collection[int], names: Collection[str], since: datetime
) -> set[tuple[int, str]]:
    """Return (key of the record, name of the field) for each value that a form wrote last, after this moment.

    The form may have written the value that an import or a bulk change had given too.
    """
    history: Any = model.history  # type: ignore[attr-defined]
    edited = history.filter(IS_TYPED, id__in_batch=list(keys), history_date__gt=since).values_list("id", flat=True)
    columns = {name: _get_column(model, name) for name in names}
    typed: set[tuple[int, str]] = set()
    for key, steps in _iterate_histories(model, set(edited), set(columns.values())):
        for name, column in columns.items():
            values = [(step, step.values[column]) for step in steps]
            if column == EXTRA:
                values = [(step, own.get(name)) for step, own in values]
            if (writer := _find_writer(values)) and writer.is_typed and writer.at > since:
                typed.add((key, name))
    return typed


def find_edited_records(model: type[Model], keys: Collection[int]) -> set[int]:
    """Return the records with a value that a form wrote last, or with other values than any import left.

    A record that was changed and changed back by the undo of a merge is not among them.
    """
    history: Any = model.history.model  # type: ignore[attr-defined]
    columns = {field.attname for field in history.tracked_fields if field.name != "changed_at"}
    if issubclass(history, DossierProvenance):
        columns.add("sector_names")
    edited = set()
    for key, steps in _iterate_histories(model, keys, columns):
        is_as_imported = any(step.is_import and step.values == steps[-1].values for step in steps)
        writers = (_find_writer([(step, step.values[column]) for step in steps]) for column in columns)
        if not is_as_imported or any(writer and writer.is_typed for writer in writers):
            edited.add(key)
    return edited


def _find_writer(values: list[tuple[Step, Any]]) -> Step | None:
    """Return the last step that changed a value and was not undone; each comes with the value after it."""
    changing = (step for (_before, old), (step, new) in pairwise(values) if old != new)
    return next((step for step in reversed(list(changing)) if not step.is_undone), None)


def _iterate_histories(
    model: type[Model], keys: Collection[int], columns: Collection[str]
) -> Iterator[tuple[int, list[Step]]]:
    history: Any = model.history  # type: ignore[attr-defined]
    undone_reasons = _find_undone_reasons(model, keys)
    fields = ("id", "history_date", "history_change_reason", "import_run", "import_run__state", *columns)
    steps_by_key: dict[int, list[Step]] = defaultdict(list)
    steps = history.filter(id__in_batch=list(keys)).order_by("id", "history_id")
    for row in steps.values(*fields).iterator():
        run, reason = row["import_run"], row["history_change_reason"]
        is_undone = row["import_run__state"] == ImportRun.State.UNDONE if run else reason in undone_reasons
        values = {column: row[column] for column in columns}
        step = Step(row["history_date"], bool(run), not (run or reason), is_undone, values)
        steps_by_key[row["id"]].append(step)
    yield from steps_by_key.items()


def _find_undone_reasons(model: type[Model], keys: Collection[int]) -> set[str]:
    """Return the reasons in the history of the bulk changes of these records that were undone, and of their undo."""
    changes = BulkChange.objects.filter(kind=model._meta.model_name, state=BulkChange.State.UNDONE)
    reasons = set()
    for change in changes.filter(rows__record_id__in_batch=list(keys)).distinct():
        for language, _name in settings.LANGUAGES:  # of the user who changed or undid it
            with translation.override(language):
                reasons |= {str(change), _("%(change)s undone") % {"change": change}}
    return reasons


def _get_column(model: type[Model], name: str) -> str:
    """Return the column of the history with the values of a field; own fields are in one JSON column."""
    fields = {field.name: field for field in model._meta.get_fields()}
    if name not in fields:
        return EXTRA
    field = fields[name]
    return "sector_names" if isinstance(field, ManyToManyField) else field.attname  # type: ignore[union-attr]
