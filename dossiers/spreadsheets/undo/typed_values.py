"""Finds in the history of records what people changed since an import or a bulk change.

They did so in a form, through the API or by a merge: in a step without an import or the reason of a bulk change. Steps
of imports, bulk changes and merges that were undone count for nothing: what is back by their undo was written by an
earlier step.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import ManyToManyField, Model, QuerySet
from django.utils import translation

from dossiers.models import BulkChange, Dossier, ImportRun, Merge
from dossiers.models.history import DossierProvenance
from dossiers.models.merges.merge import get_merge_reason
from dossiers.models.merges.undo import MERGE_UNDONE
from dossiers.models.own_fields.own_values import EXTRA


class Step(NamedTuple):
    """A step in the history of a record, with the values after it by the column of the history."""

    at: datetime
    is_import: bool
    is_typed: bool
    is_undone: bool
    values: dict[str, Any]


class StepReasons(NamedTuple):
    """The reasons in the history of records of steps that nobody typed, in each language."""

    of_change_sets: set[str]
    of_undone: set[str]


def find_typed_values(
    model: type[Model], keys: Collection[int], names: Collection[str], since: datetime
) -> set[tuple[int, str]]:
    """Return (key of the record, name of the field) for each value that somebody typed last, after this moment.

    An import or a bulk change may have given the same value too.
    """
    typed: set[tuple[int, str]] = set()
    for changed, steps in _iterate_changing_steps(model, keys, names, since):
        if steps and steps[-1].is_typed and steps[-1].at > since:
            typed.add(changed)
    return typed


def find_ever_typed_values(
    model: type[Model], keys: Collection[int], names: Collection[str], since: datetime, until: datetime | None
) -> set[tuple[int, str]]:
    """Return (key of the record, name of the field) for each value that somebody typed between these moments.

    Imports or bulk changes may have replaced it. If all those are undone, it is the value that somebody typed last.
    """
    return {
        changed
        for changed, steps in _iterate_changing_steps(model, keys, names, since)
        if any(step.is_typed and since < step.at and not (until and step.at > until) for step in steps)
    }


def find_typed_steps(model: type[Model], keys: Collection[int], since: datetime) -> QuerySet[Any]:
    """Return the steps in the history of these records in which people changed them, after this moment."""
    reasons = _find_reasons(model, keys)
    steps = model.history.filter(import_run=None, id__in_batch=list(keys), history_date__gt=since)  # type: ignore[attr-defined]
    typed: QuerySet[Any] = steps.exclude(history_change_reason__in=reasons.of_change_sets | reasons.of_undone)
    return typed


def _iterate_changing_steps(
    model: type[Model], keys: Collection[int], names: Collection[str], since: datetime
) -> Iterator[tuple[tuple[int, str], list[Step]]]:
    """Return the steps that changed each value and were not undone, of records that people changed since."""
    edited = set(find_typed_steps(model, keys, since).values_list("id", flat=True))
    columns = {name: _get_column(model, name) for name in names}
    for key, steps in _iterate_histories(model, edited, set(columns.values())):
        for name, column in columns.items():
            values = [(step, step.values[column]) for step in steps]
            if column == EXTRA:
                values = [(step, own.get(name)) for step, own in values]
            yield (key, name), _find_changing_steps(values)


def find_edited_records(model: type[Model], keys: Collection[int], restored: str = "") -> set[int]:
    """Return the records with a value that somebody typed last, or that no import wrote.

    A record that was changed and changed back by the undo of a merge or of a bulk change is not among them. The field
    that is `restored` in all of them doesn't count.
    """
    history: Any = model.history.model  # type: ignore[attr-defined]
    columns = {field.attname for field in history.tracked_fields if field.name != "changed_at"}
    if issubclass(history, DossierProvenance):
        columns.add("sector_names")
    column = _get_column(model, restored) if restored else ""
    edited = set()
    for key, steps in _iterate_histories(model, keys, columns):
        values_by_step = [(step, step.values | step.values.get(EXTRA, {})) for step in steps]
        names = {name for _step, values in values_by_step for name in values} - {EXTRA, restored, column}
        if any(_is_edited([(step, values.get(name)) for step, values in values_by_step]) for name in names):
            edited.add(key)
    return edited


def _is_edited(values: list[tuple[Step, Any]]) -> bool:
    """Whether the last value was typed, or no import wrote it."""
    if (changing := _find_changing_steps(values)) and changing[-1].is_typed:
        return True
    first = values[0][1] if values[0][0].is_import else None
    written = [new for (_before, old), (step, new) in pairwise(values) if step.is_import and old != new]
    return values[-1][1] not in [first, *written]


def _find_changing_steps(values: list[tuple[Step, Any]]) -> list[Step]:
    """Return the steps that changed a value and were not undone; each comes with the value after it."""
    return [step for (_before, old), (step, new) in pairwise(values) if old != new and not step.is_undone]


def _iterate_histories(
    model: type[Model], keys: Collection[int], columns: Collection[str]
) -> Iterator[tuple[int, list[Step]]]:
    history: Any = model.history  # type: ignore[attr-defined]
    reasons = _find_reasons(model, keys)
    fields = ("id", "history_date", "history_change_reason", "import_run", "import_run__state", *columns)
    steps_by_key: dict[int, list[Step]] = defaultdict(list)
    # The step of a deletion, of a record that was restored since, has no sectors any more.
    steps = history.filter(id__in_batch=list(keys)).exclude(history_type="-").order_by("id", "history_id")
    for row in steps.values(*fields).iterator():
        run, reason = row["import_run"], row["history_change_reason"]
        is_undone = row["import_run__state"] == ImportRun.State.UNDONE if run else reason in reasons.of_undone
        is_typed = not run and reason not in reasons.of_change_sets
        values = {column: row[column] for column in columns}
        step = Step(row["history_date"], bool(run), is_typed, is_undone, values)
        steps_by_key[row["id"]].append(step)
    yield from steps_by_key.items()


def _find_reasons(model: type[Model], keys: Collection[int]) -> StepReasons:
    """Return the reasons of the bulk changes of these records, and of the bulk changes and merges that were undone."""
    changes = list(
        BulkChange.objects.filter(
            kind=model._meta.model_name, applied_at__isnull=False, rows__record_id__in_batch=list(keys)
        ).distinct()
    )
    merges = Merge.objects.filter(kept_id__in_batch=list(keys), undone_at__isnull=False) if model is Dossier else []
    references = [merge.reference for merge in merges]
    reasons = StepReasons(set(), set())
    for change in changes:
        of_change = change.get_reasons_in_all_languages()
        reasons.of_change_sets.update(of_change)
        if change.state == BulkChange.State.UNDONE:
            reasons.of_undone.update(of_change)
    for language, _name in settings.LANGUAGES if references else ():  # of the user who merged or undid it
        with translation.override(language):
            reasons.of_undone.update({str(MERGE_UNDONE), *map(get_merge_reason, references)})
    return reasons


def _get_column(model: type[Model], name: str) -> str:
    """Return the column of the history with the values of a field; own fields are in one JSON column."""
    fields = {field.name: field for field in model._meta.get_fields()}
    if name not in fields:
        return EXTRA
    field = fields[name]
    return "sector_names" if isinstance(field, ManyToManyField) else field.attname  # type: ignore[union-attr]
