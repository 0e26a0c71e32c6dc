"""Reads the values that imports and bulk changes gave records."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.formats import localize
from django.utils.translation import gettext

from dates.format import format_date
from dossiers.models import Action, BulkChange, BulkRow, ImportRow, ImportRun, Merge
from dossiers.models.imports.import_row import RECORD_ACTIONS
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.comparison import differs, find_lines, find_removed_lines
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.undo.reasons import BULK, IMPORTED
from dossiers.spreadsheets.values import NamedRecordWidget

AnyChangeSet = ImportRun | BulkChange | Merge
TARGET = "target_id"  # the column of ImportRow with the key of the record itself, not of its employer


class GivenValues(NamedTuple):
    """The values that an import or a bulk change gave a record."""

    applied_at: datetime | None
    values: dict[str, Any]
    reason: str  # IMPORTED or BULK: why the undo of another change set leaves such a value

    def gives_too(self, name: str, old: Any, new: Any) -> bool:
        """Whether it has the new value of a field too, or a line that another change set added to a text."""
        if name not in self.values:
            return False
        if name in APPENDED_FIELDS and self.values[name]:
            return any(find_lines(self.values[name], line) is not None for line in find_removed_lines(new, old))
        return not differs(new, self.values[name])


def is_reason_emptied(name: str, old: Any, now: Any, later_values: Collection[GivenValues]) -> bool:
    """Whether this is a closing reason that went with the status of its record when that was undone.

    So it is empty, as before, and none of the later changes in force did that.
    """
    is_empty = name == "closing_reason" and not (old or now)
    return is_empty and not any({"status", name} & values.values.keys() for values in later_values)


class BulkValues:
    """Converts the values of bulk changes of a model, which have the keys of related records, to names and back.

    The values in the rows of imports have the names.
    """

    def __init__(self, model: type[Model]) -> None:
        resource = next((resource for resource in RESOURCES.values() if resource._meta.model is model), None)
        self.fields = resource(out_of_use=True).sheet_fields() if resource else {}
        self.names_by_key: dict[str, dict[int, str]] = {}

    def to_names(self, name: str, value: Any) -> Any:
        """Return the value of a field of a bulk change as the rows of imports have it."""
        if (names := self._get_names(name)) is None:
            return value
        return sorted(names.get(key, "") for key in value) if isinstance(value, list) else names.get(value, "")

    def to_keys(self, name: str, value: Any) -> Any:
        """Return the value of a field as a bulk change stores it; raises KeyError if a name is not in the list now."""
        if (names := self._get_names(name)) is None:
            return value
        keys = {text: key for key, text in names.items()}
        if isinstance(value, list):
            return sorted(keys[text] for text in value)
        return keys[value] if value else None

    def _get_names(self, name: str) -> dict[int, str] | None:
        """Return the names of the records that the field can have, by key; None if it has no related records."""
        widget = self.fields[name].widget if name in self.fields else None
        if not isinstance(widget, NamedRecordWidget) or not widget.model_field.is_relation:
            return None
        relation: Any = widget.model_field
        if name not in self.names_by_key:
            rows = relation.related_model._base_manager.complex_filter(relation.get_limit_choices_to())
            self.names_by_key[name] = dict(rows.values_list("pk", widget.name_field))
        return self.names_by_key[name]


def get_sheet_name(change: BulkChange) -> str:
    """Return the name of the changed field in the rows of imports."""
    return "sectors" if change.field in ("sectors_add", "sectors_remove") else change.field


def describe_change_set(change_set: AnyChangeSet) -> str:
    """Return the name of a list or a merge, or of a bulk change with its value: "Bulk change 3 (Status → intake)"."""
    if isinstance(change_set, ImportRun):
        return change_set.description
    if isinstance(change_set, Merge):
        words = {"reference": change_set.reference, "kept": change_set.kept_reference}
        return gettext("Merge of %(reference)s with %(kept)s") % words
    values, name = BulkValues(change_set.model), get_sheet_name(change_set)
    if name not in values.fields:  # of actions, which have no columns
        return str(change_set)
    field = values.fields[name]
    value = field.widget.render(values.to_names(name, change_set.given))
    text = format_date(value) if isinstance(value, date) else localize(value) if value is not None else "–"
    labels = {"sectors_add": gettext("Add sectors"), "sectors_remove": gettext("Remove sectors")}
    return f"{change_set} ({labels.get(change_set.field, field.column_name)} → {text})"


class ChangeSets:
    """Imports and bulk changes of the records of one model."""

    def __init__(self, model: type[Model], **lookups: Any) -> None:
        """Select those that fulfil the lookups, which are the same for both."""
        records = [record for record, resource in RESOURCES.items() if resource._meta.model is model]
        self.runs = ImportRun.objects.filter(record__in=records, **lookups)
        self.bulk_changes = BulkChange.objects.filter(kind=model._meta.model_name, **lookups)
        self.model = model

    @cached_property
    def bulk_values(self) -> BulkValues:
        return BulkValues(self.model)

    def exists(self) -> bool:
        return self.runs.exists() or self.bulk_changes.exists()

    def iterate_bulk_rows(
        self, column: str, keys: Collection[int], *actions: str
    ) -> Iterator[tuple[BulkChange, BulkRow]]:
        """Return the rows of the bulk changes; none for the key of an employer, which has no bulk changes."""
        changes = {change.pk: change for change in self.bulk_changes} if column == TARGET else {}
        if changes:
            rows = BulkRow.objects.filter(change__in=changes, action__in=actions, record_id__in_batch=list(keys))
            for row in rows.iterator():
                yield changes[row.change_id], row


def find_given_values(
    change_sets: ChangeSets, column: str, keys: Collection[int], *, with_changes: bool = False
) -> dict[int, list[GivenValues]]:
    """Return what imports and bulk changes gave records, by key; `column` is the one of ImportRow with the keys.

    `with_changes` includes the values that imports wrote without a list that gave them, such as for absent people.
    """
    given_values: dict[int, list[GivenValues]] = defaultdict(list)
    rows = ImportRow.objects.filter(run__in=change_sets.runs, **{f"{column}__in_batch": list(keys)})
    rows = rows.filter(action__in=(*RECORD_ACTIONS, Action.ABSENT) if with_changes else RECORD_ACTIONS)
    for key, at, values, changes in rows.values_list(column, "run__applied_at", "given", "changes").iterator():
        written = {name: new for name, (_old, new) in changes.items()} if with_changes else {}
        given_values[key].append(GivenValues(at, values | written, IMPORTED))
    for change, row in change_sets.iterate_bulk_rows(column, keys, BulkRow.Action.CHANGES, BulkRow.Action.SAME):
        name = get_sheet_name(change)
        values = {name: change_sets.bulk_values.to_names(name, row.new)}
        given_values[row.record_id].append(GivenValues(change.applied_at, values, BULK))
    return given_values
