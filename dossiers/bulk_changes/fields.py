"""The kinds of fields that support bulk changes: how they are read, changed and described.

A value is JSON: text, a number, an ISO date, the key of a record, a list of keys, or None.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import apply_limit_choices_to_to_formfield
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admin_pages.users import get_person_name
from dates.forms import AdminDateField
from dossiers import privacy
from dossiers.filters.base import ColleagueField, get_coordinators
from dossiers.models import PLACED_STATUSES, FollowUp
from dossiers.models.placements.status_sync import derive_status, get_open_steps
from dossiers.models.text_fields import PrivacyGateMixin
from dossiers.spreadsheets.undo.earlier_changes import EarlierChanges
from dossiers.spreadsheets.undo.given_values import TARGET
from dossiers.spreadsheets.undo.statuses import find_closing_reasons

Value = Any  # JSON


def refuse_any_number(text: str) -> None:
    """Raise ValidationError if the text has a private number or a doubtful one, which would go into many records."""
    if message := privacy.check_text(text):
        raise ValidationError(str(message), code="private")


NOW = "now"  # replaced by the time of writing
NONE = _("none: make it empty")


class BulkField:
    """A field of a model that can be changed in bulk."""

    def __init__(self, model: type[models.Model], name: str, choices: Iterable[tuple[str, Any]] | None = None) -> None:
        self.model, self.name = model, name
        self.field = cast(models.Field, model._meta.get_field(name))
        self.choices = list(choices) if choices is not None else None

    @property
    def key(self) -> str:
        """The key in URLs and in stored changes."""
        return self.name

    @property
    def label(self) -> str | Promise:
        return capfirst(str(self.field.verbose_name))

    @property
    def related(self) -> tuple[str, ...]:
        """The relations to prefetch."""
        return ()

    def form_field(self) -> forms.Field:
        options: Any = {"form_class": AdminDateField} if isinstance(self.field, models.DateField) else {}
        field = cast(forms.Field, self.field.formfield(**options))
        if self.choices is not None:
            cast(forms.ChoiceField, field).choices = self.choices
        if isinstance(self.field, PrivacyGateMixin):
            field.validators = [*field.validators, refuse_any_number]
        return field

    def to_json(self, cleaned: Any) -> Value:
        """Convert the cleaned value of the form to the stored JSON value."""
        if isinstance(cleaned, models.Model):
            return cleaned.pk
        return cleaned.isoformat() if isinstance(cleaned, date) else cleaned

    def get_value(self, record: Any) -> Value:
        value = getattr(record, self.field.attname)
        return value.isoformat() if isinstance(value, date) else value

    def get_new_value(self, record: Any, value: Value, user: User | None) -> Value:
        """Return the new value of this record."""
        return value

    def resolve_now(self, value: Value, at: datetime) -> Value:
        """Return the value with NOW replaced by this moment."""
        return value

    def set_value(self, record: Any, value: Value) -> None:
        """Set the value on the record without saving it."""
        setattr(record, self.field.attname, self.field.to_python(value))

    def restore_related(self, changes: Sequence[tuple[Any, Value, Value]], earlier_changes: EarlierChanges) -> None:
        """Set on records what an undo restores with their (present value, value to restore), without saving it."""

    @property
    def stored(self) -> tuple[str, ...]:
        """The columns of the record that the field changes."""
        return (self.field.attname,)

    def save(self, changes: Iterable[tuple[Any, Value]], at: datetime) -> None:
        """Save the values that were set on the records, with one query for all records with the same values."""
        alike = defaultdict(list)
        for record, value in changes:
            related = tuple(getattr(record, name) for name in self.stored)
            alike[to_hashable(value), related].append(record)
        for records in alike.values():
            values = {name: getattr(records[0], name) for name in self.stored}
            same_value = self.model._default_manager.filter(pk__in=[record.pk for record in records])
            same_value.update(**values, changed_at=at)

    def find_errors(self, value: Value) -> list[str]:
        """Return the errors of this value for any record; `full_clean` gives those of a single record."""
        return []

    def can_be_restored(self, record: Any, value: Value) -> bool:
        """Whether an undo may restore this value although a form would not allow it."""
        return False

    def describe_values(self, values: Iterable[Value]) -> dict[Any, Any]:
        """Return {value: text or date for people}; a list of keys is a tuple there."""
        if self.field.choices:
            known = dict(self.field.flatchoices)
            return {value: str(known.get(value, value)) for value in values}
        return {value: self.field.to_python(value) for value in values}


class RecordField(BulkField):
    """A foreign key, which may be empty."""

    def form_field(self) -> forms.Field:
        offered = cast(forms.Field, self.field.formfield(empty_label=NONE))
        apply_limit_choices_to_to_formfield(offered)  # only a ModelForm does this automatically
        return offered

    def describe_values(self, values: Iterable[Value]) -> dict[Any, Any]:
        model: Any = self.field.related_model
        records = model._base_manager.in_bulk([value for value in values if value])
        words: dict[Any, Any] = {}
        for value in values:
            if value not in records:
                words[value] = _describe_absent(value)
            elif isinstance(record := records[value], User):
                words[value] = get_person_name(record)
            else:
                words[value] = str(record)
        return words


class CoordinatorField(RecordField):
    """The coordinator of a record, or nobody; an undo may restore somebody who is not a coordinator any more."""

    def form_field(self) -> forms.Field:
        empty_label: Any = NONE
        return ColleagueField(queryset=get_coordinators(), required=False, empty_label=empty_label)

    @cached_property
    def coordinators(self) -> set[int]:
        return set(get_coordinators().values_list("pk", flat=True))

    @cached_property
    def users(self) -> set[int]:
        return set(User.objects.values_list("pk", flat=True))

    def find_errors(self, value: Value) -> list[str]:
        return [] if value is None or value in self.coordinators else [gettext("Choose a coordinator.")]

    def can_be_restored(self, record: Any, value: Value) -> bool:
        return value in self.users


class StatusField(BulkField):
    """The status of a dossier or an interest.

    A record that is opened loses its closing reason and leaves the archive. An undo that closes it again restores the
    reason.
    """

    stored = ("status", "closing_reason_id", "archived_at")

    def set_value(self, record: Any, value: Value) -> None:
        super().set_value(record, value)
        if value not in record.closed_statuses:
            record.closing_reason = record.archived_at = None

    def restore_related(self, changes: Sequence[tuple[Any, Value, Value]], earlier_changes: EarlierChanges) -> None:
        opened = {record.pk: former for record, present, former in changes if record.is_opened(former, present)}
        if not opened:
            return
        reasons = find_closing_reasons(
            self.model, opened, cast(datetime, earlier_changes.change_set.applied_at), opened
        )
        to_names, to_keys = earlier_changes.undone.bulk_values.to_names, earlier_changes.undone.bulk_values.to_keys
        names = {(key, "closing_reason"): to_names("closing_reason", reason) for key, reason in reasons.items()}
        names |= earlier_changes.find_former_values(TARGET, names)
        for record, _present, _former in changes:
            if name := names.get((record.pk, "closing_reason")):
                with suppress(KeyError):  # a reason that was deleted since
                    record.closing_reason_id = to_keys("closing_reason", name)


class DossierStatusField(StatusField):
    """The status of a dossier; an undo restores a derived status only if the placements still give it."""

    def can_be_restored(self, record: Any, value: Value) -> bool:
        return value in PLACED_STATUSES and derive_status(value, get_open_steps(record)) == value


class SectorsField(BulkField):
    """Adds sectors to each record, or removes them."""

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

    def to_json(self, cleaned: Any) -> Value:
        return sorted(item.pk for item in cleaned)

    def get_value(self, record: Any) -> Value:
        return sorted(item.pk for item in getattr(record, self.name).all())

    def get_new_value(self, record: Any, value: Value, user: User | None) -> Value:
        own = set(self.get_value(record))
        return sorted(own | set(value) if self.adds else own - set(value))

    def set_value(self, record: Any, value: Value) -> None:
        """Do nothing: many-to-many values can't be set without saving them."""

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

    def find_errors(self, value: Value) -> list[str]:
        return [] if self.known.issuperset(value) else [gettext("This value is no longer in the list.")]

    def describe_values(self, values: Iterable[Value]) -> dict[Any, Any]:
        names = dict(self.field.related_model._base_manager.values_list("pk", "name"))  # type: ignore[union-attr]
        return {
            to_hashable(value): ", ".join(sorted(names.get(key, _describe_absent(key)) for key in value))
            for value in values
        }


class DoneField(BulkField):
    """Whether an action is done; the value is [date (or NOW), user, note], or None if it is open."""

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

    def get_value(self, record: Any) -> Value:
        return [record.done_at.isoformat(), record.done_by_id, record.done_note] if record.is_done else None

    def get_new_value(self, record: Any, value: Value, user: User | None) -> Value:
        if value == "open" or record.is_done:
            return None if value == "open" else self.get_value(record)
        return [NOW, user.pk if user else None, ""]

    def resolve_now(self, value: Value, at: datetime) -> Value:
        return [at.isoformat(), *value[1:]] if value and value[0] == NOW else value

    def set_value(self, record: Any, value: Value) -> None:
        at, by, note = self.resolve_now(value, timezone.now()) or (None, None, "")
        record.done_at, record.done_by_id, record.done_note = self.field.to_python(at), by, note

    def describe_values(self, values: Iterable[Value]) -> dict[Any, Any]:
        return {
            to_hashable(value): gettext("done") if value and value != "open" else gettext("open") for value in values
        }


def to_hashable(value: Value) -> Any:
    """Return the value as a key of the result of `words`."""
    return tuple(value) if isinstance(value, list) else value


def _describe_absent(value: Value) -> str:
    return gettext("no longer in the list") if value else ""
