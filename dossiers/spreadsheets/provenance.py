"""Lists the changes of a record from its history, and the steps from which its values come."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import translation
from django.utils.text import capfirst

from admin_pages.users import get_person_name
from dossiers.models import BulkChange, Dossier, ImportRun, Merge
from dossiers.models.merges.undo import MERGE_UNDONE
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets.resources import RecordResource, SheetField
from dossiers.spreadsheets.values import NamedRecordsWidget


@dataclass(frozen=True)
class Change:
    label: str
    old: Any  # text, number, date or None
    new: Any
    is_filled_in: bool = False
    """Whether a user typed it when a list was taken over, or answered what a word of the list means."""


@dataclass(frozen=True)
class Step:
    kind: str  # "+" created, "~" changed, "-" deleted
    at: datetime
    user: AbstractUser | None
    reason: str
    run: ImportRun | None
    line: int | None
    changes: list[Change]
    emptied: list[str]
    """The labels of the fields that stayed empty because a user emptied their cells when a list was taken over."""


def timeline(model: Any, key: int, resource: RecordResource | None = None) -> list[Step]:
    """Return the changes of one record, the last first, with one query and one for each related model."""
    records = list(
        model.history.filter(id=key).select_related("history_user", "import_run").order_by("history_date", "history_id")
    )
    columns = _build_columns(model, resource)
    keys_by_model: dict[type[models.Model], set[int]] = defaultdict(set)
    for column in columns:
        if column.related:
            keys = {getattr(record, column.model_field.attname) for record in records}
            keys_by_model[column.related] |= keys - {None}
    names: Names = {}
    for related, keys in keys_by_model.items():
        records_by_key = related._base_manager.in_bulk(keys) if keys else {}
        names[related] = {
            pk: get_person_name(record) if isinstance(record, AbstractUser) else str(record)
            for pk, record in records_by_key.items()
        }
    values = [[column.value(record, names) for column in columns] for record in records]
    runs = [
        (record, record.import_run, record.import_line)
        for record in records
        if record.import_run and record.import_line is not None
    ]
    filled_in = {record: run.find_typed_fields(line) | run.find_answered_fields(line) for record, run, line in runs}
    emptied = {record: run.find_emptied_cells(line) for record, run, line in runs}
    before: list[list[Any]] = [[None] * len(columns), *values]
    return [
        Step(
            record.history_type,
            record.history_date,
            record.history_user,
            record.history_change_reason or "",
            record.import_run,
            record.import_line,
            [
                Change(column.label, old, new, column.name in filled_in.get(record, ()))
                for column, old, new in zip(columns, earlier, later, strict=True)
                if old != new and record.history_type != "-"
            ],
            [
                column.label
                for column, new in zip(columns, later, strict=True)
                if column.name in emptied.get(record, ()) and new in (None, "", [])
            ],
        )
        for record, earlier, later in zip(reversed(records), reversed(before[:-1]), reversed(values), strict=True)
    ]


Names = dict[type[models.Model], dict[int, str]]


class _Column:
    """A field of a historical record."""

    def __init__(self, name: str, model_field: models.Field, sheet_field: SheetField | None) -> None:
        self.name, self.model_field, self.sheet_field = name, model_field, sheet_field
        label = sheet_field.column_name if sheet_field else model_field.verbose_name
        self.label = capfirst(str(label))
        self.own = bool(sheet_field and sheet_field.own)

    @property
    def related(self) -> Any:
        """The model that a foreign key refers to; None for other fields."""
        return self.model_field.related_model if isinstance(self.model_field, models.ForeignKey) else None

    def value(self, record: Any, names: Names) -> Any:
        if self.sheet_field and isinstance(self.sheet_field.widget, NamedRecordsWidget):
            return record.sector_names or None
        value = getattr(record, EXTRA if self.own else self.model_field.attname)
        if self.related:
            return names[self.related].get(value)
        if self.sheet_field is None:
            return dict(self.model_field.flatchoices).get(value, value)
        return self.sheet_field.widget.render(self.sheet_field.to_json(value))


def _build_columns(model: Any, resource: RecordResource | None) -> list[_Column]:
    """Return the columns of the record's own model, its archiving, and its foreign keys without a column.

    The last are such as the employer. A record without a resource has a column for each field that people can change.
    """
    if resource is None:
        fields = (field for field in model._meta.concrete_fields if field.editable and not field.primary_key)
        return [_Column(field.name, field, None) for field in fields]
    sheet_fields = resource.sheet_fields()
    own = [
        _Column(name, field.model_field, field)
        for name, field in sheet_fields.items()
        if field.model_field.model is model and name != "reference"
    ]
    others = (
        field
        for field in model._meta.concrete_fields
        if field.name == "archived_at" or (isinstance(field, models.ForeignKey) and field.name not in sheet_fields)
    )
    return [*own, *(_Column(field.name, field, None) for field in others)]


@dataclass(frozen=True)
class Origin:
    """The change of a dossier that a value comes from."""

    at: datetime
    user_id: int | None
    run_id: int | None
    line: int | None
    is_typed: bool = False
    """Whether a user typed it in a form."""
    change_reason: str | None = ""
    """The reason in the history, such as a merge or a bulk change."""


# Of the history, in the order of the fields of an Origin.
ORIGIN_COLUMNS = (
    "history_date", "history_user_id", "import_run_id", "import_line", "is_typed", "history_change_reason",
)  # fmt: skip


def get_steps(model: Any, until: datetime | None = None) -> models.QuerySet[Any]:
    """Return the history of a model before `until`, in no order; `is_undone` marks what was undone by then.

    No value comes from an undone import, bulk change or merge. Their steps are there to tell what the next step
    changed. `is_typed` marks what users typed in a form.
    """
    undone = models.Q(import_run__state=ImportRun.State.UNDONE)
    changes = BulkChange.objects.filter(kind=model._meta.model_name, state=BulkChange.State.UNDONE)
    steps: models.QuerySet[Any] = model.history
    if until:
        steps, undone = steps.filter(history_date__lt=until), undone & models.Q(import_run__undone_at__lt=until)
        changes = changes.filter(undone_at__lt=until)
    reasons = [reason for change in changes for reason in change.get_reasons_in_all_languages()]
    undone |= models.Q(import_run=None, history_change_reason__in=reasons)
    if model is Dossier:
        undone |= models.Q(import_run=None) & _is_of_undone_merge(until)
    is_without_reason = models.Q(history_change_reason=None) | models.Q(history_change_reason="")
    typed = is_without_reason & models.Q(import_run=None, history_user__isnull=False)
    return steps.annotate(
        is_undone=models.Case(models.When(undone, then=True), default=False),
        is_typed=models.Case(models.When(typed, then=True), default=False),
    ).order_by()


def _is_of_undone_merge(until: datetime | None) -> models.Q:
    """Return a condition on the history of dossiers: a merge that was undone, before `until`, or such an undo."""
    reasons = []
    for language, _name in settings.LANGUAGES:  # of the user who undid it
        with translation.override(language):
            reasons.append(str(MERGE_UNDONE))
    merges = Merge.objects.filter(kept=models.OuterRef("id"), undone_at__gte=models.OuterRef("history_date"))
    if until:
        merges = merges.filter(undone_at__lt=until)
    reason = models.ExpressionWrapper(models.OuterRef("history_change_reason"), models.CharField())
    merges = merges.order_by().annotate(reason=reason).filter(reason__endswith=models.F("reference"))
    return models.Q(history_change_reason__in=reasons) | models.Q(models.Exists(merges))
