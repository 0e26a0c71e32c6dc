"""How each kind of field that can be changed for many records at once is read, changed and put in words.

A value is kept as JSON: text, a number, an ISO date, the key of a record, a list of keys, or None.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import apply_limit_choices_to_to_formfield
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers import privacy
from dossiers.filters.base import ColleagueField, coordinators
from dossiers.models import PLACED_STATUSES, FollowUp
from dossiers.models.placements.status_sync import derive_status, get_open_steps
from dossiers.models.text_fields import PassesGate

Value = Any  # JSON


def refuse_any_number(text: str) -> None:
    """Nobody is asked about a number that many records would get; raises ValidationError."""
    if message := privacy.check_text(text):
        raise ValidationError(str(message), code="private")


NOW = "now"  # for a moment that is known when it is written
NONE = _("none: make it empty")


class BulkField:
    """A field as its form has it."""

    def __init__(self, model: type[models.Model], name: str, choices: Iterable[tuple[str, Any]] | None = None) -> None:
        self.model, self.name = model, name
        self.field = cast(models.Field, model._meta.get_field(name))
        self.choices = list(choices) if choices is not None else None

    @property
    def key(self) -> str:
        """By which an address and a stored change know it."""
        return self.name

    @property
    def label(self) -> str | Promise:
        return capfirst(str(self.field.verbose_name))

    @property
    def related(self) -> tuple[str, ...]:
        """What a set of records brings along, so that no record costs a query."""
        return ()

    def form_field(self) -> forms.Field:
        field = cast(forms.Field, self.field.formfield())
        if self.choices is not None:
            cast(forms.ChoiceField, field).choices = self.choices
        if isinstance(self.field, PassesGate):
            field.validators = [*field.validators, refuse_any_number]
        return field

    def given(self, cleaned: Any) -> Value:
        """What a form gave, as it is kept."""
        if isinstance(cleaned, models.Model):
            return cleaned.pk
        return cleaned.isoformat() if isinstance(cleaned, date) else cleaned

    def now(self, record: Any) -> Value:
        value = getattr(record, self.field.attname)
        return value.isoformat() if isinstance(value, date) else value

    def wanted(self, record: Any, value: Value, user: User | None) -> Value:
        """What this record is to have."""
        return value

    def at_last(self, value: Value, at: datetime) -> Value:
        """What a previewed value becomes when it is written at that moment."""
        return value

    def put(self, record: Any, value: Value) -> None:
        """On the record in memory, to be checked or saved."""
        setattr(record, self.field.attname, self.field.to_python(value))

    @property
    def stored(self) -> tuple[str, ...]:
        """The record's own columns that it changes."""
        return (self.field.attname,)

    def save(self, changes: Iterable[tuple[Any, Value]], at: datetime) -> None:
        """What is put on these records, those that get the same in one statement."""
        alike = defaultdict(list)
        for record, value in changes:
            alike[as_key(value)].append(record)
        for records in alike.values():
            values = {name: getattr(records[0], name) for name in self.stored}
            same_value = self.model._default_manager.filter(pk__in=[record.pk for record in records])
            same_value.update(**values, changed_at=at)

    def refused(self, value: Value) -> list[str]:
        """What keeps every record from this value, in words; a form's own check says the rest of a record."""
        return []

    def came_of_itself(self, record: Any, value: Value) -> bool:
        """Whether this record may have that value again although no form would give it."""
        return False

    def words(self, values: Iterable[Value]) -> dict[Any, Any]:
        """{value: what a person reads}: text, or a date; lists of keys as tuples."""
        if self.field.choices:
            known = dict(self.field.flatchoices)
            return {value: str(known.get(value, value)) for value in values}
        return {value: self.field.to_python(value) for value in values}


class RecordField(BulkField):
    """The key of a record in another list, or none."""

    def form_field(self) -> forms.Field:
        nothing: Any = NONE
        if self.field.related_model is not get_user_model():
            offered = cast(forms.Field, self.field.formfield(empty_label=nothing))
            apply_limit_choices_to_to_formfield(offered)  # which only a model's own form does by itself
            return offered
        return ColleagueField(queryset=coordinators(), required=False, empty_label=nothing)

    def words(self, values: Iterable[Value]) -> dict[Any, Any]:
        model: Any = self.field.related_model
        records = model._base_manager.in_bulk([value for value in values if value])
        return {value: _name(records[value]) if value in records else _absent(value) for value in values}


class StatusField(BulkField):
    """A dossier's status, as far as staff give it; what a placement gave comes back only where that still stands."""

    def came_of_itself(self, record: Any, value: Value) -> bool:
        return value in PLACED_STATUSES and derive_status(value, get_open_steps(record)) == value


class SectorsField(BulkField):
    """Sectors that each record gets beside its own, or loses of them."""

    def __init__(self, model: type[models.Model], name: str, *, adds: bool) -> None:
        super().__init__(model, name)
        self.adds = adds

    @property
    def key(self) -> str:
        return f"{self.name}_{'add' if self.adds else 'remove'}"

    @property
    def label(self) -> str | Promise:
        return _("Add sectors") if self.adds else _("Remove sectors")

    @property
    def related(self) -> tuple[str, ...]:
        return (self.name,)

    def form_field(self) -> forms.Field:
        return cast(forms.Field, self.field.formfield(required=True, widget=forms.CheckboxSelectMultiple))

    def given(self, cleaned: Any) -> Value:
        return sorted(item.pk for item in cleaned)

    def now(self, record: Any) -> Value:
        return sorted(item.pk for item in getattr(record, self.name).all())

    def wanted(self, record: Any, value: Value, user: User | None) -> Value:
        own = set(self.now(record))
        return sorted(own | set(value) if self.adds else own - set(value))

    def put(self, record: Any, value: Value) -> None:
        """Links to sectors stand beside the record: nothing of them is checked in memory."""

    @property
    def stored(self) -> tuple[str, ...]:
        return ()

    def save(self, changes: Iterable[tuple[Any, Value]], at: datetime) -> None:
        changes = list(changes)
        super().save(changes, at)
        links: Any = getattr(self.model, self.name).through._default_manager
        value_by_pk = {record.pk: value for record, value in changes}
        links.filter(dossier__in=value_by_pk).delete()
        links.bulk_create(links.model(dossier_id=pk, sector_id=key) for pk, keys in value_by_pk.items() for key in keys)

    @cached_property
    def known(self) -> set[int]:
        return set(self.field.related_model._base_manager.values_list("pk", flat=True))  # type: ignore[union-attr]

    def refused(self, value: Value) -> list[str]:
        return [] if self.known.issuperset(value) else [gettext("This value is no longer in the list.")]

    def words(self, values: Iterable[Value]) -> dict[Any, Any]:
        names = dict(self.field.related_model._base_manager.values_list("pk", "name"))  # type: ignore[union-attr]
        return {as_key(value): ", ".join(sorted(names.get(key, _absent(key)) for key in value)) for value in values}


class DoneField(BulkField):
    """Whether an action is done: its value says when (or NOW), by whom and why; None is open."""

    stored = ("done_at", "done_by_id", "done_note")

    def __init__(self) -> None:
        super().__init__(FollowUp, "done_at")

    @property
    def key(self) -> str:
        return "done"

    @property
    def label(self) -> str | Promise:
        return _("Done or open")

    def form_field(self) -> forms.Field:
        return forms.ChoiceField(label=str(self.label), choices=[("done", _("done")), ("open", _("open"))])

    def now(self, record: Any) -> Value:
        return [record.done_at.isoformat(), record.done_by_id, record.done_note] if record.is_done else None

    def wanted(self, record: Any, value: Value, user: User | None) -> Value:
        if value == "open" or record.is_done:
            return None if value == "open" else self.now(record)
        return [NOW, user.pk if user else None, ""]

    def at_last(self, value: Value, at: datetime) -> Value:
        return [at.isoformat(), *value[1:]] if value and value[0] == NOW else value

    def put(self, record: Any, value: Value) -> None:
        at, by, note = self.at_last(value, timezone.now()) or (None, None, "")
        record.done_at, record.done_by_id, record.done_note = self.field.to_python(at), by, note

    def words(self, values: Iterable[Value]) -> dict[Any, Any]:
        return {as_key(value): gettext("done") if value and value != "open" else gettext("open") for value in values}


def as_key(value: Value) -> Any:
    """By which `words` knows it."""
    return tuple(value) if isinstance(value, list) else value


def _name(record: models.Model) -> str:
    return record.get_full_name() or record.get_username() if isinstance(record, User) else str(record)


def _absent(value: Value) -> str:
    return gettext("no longer in the list") if value else ""
