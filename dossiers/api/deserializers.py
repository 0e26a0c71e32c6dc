"""Reads JSON into records; validates each field as a form does, and reports all errors at once."""

import json
from collections import defaultdict
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, ManyToManyField, Model
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from dossiers.api import field_types
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets.resources import RecordResource
from web_api.problems import Problem, get_messages_by_field
from web_api.responses import encoded

Errors = dict[str, list[str]]


class RecordInput:
    """The input for one record, and for related records by the path of their columns ("employer")."""

    def __init__(self, resource: RecordResource, body: dict[str, Any], current: dict[str, Any] | None = None) -> None:
        """`current` is the serialized record: a value in `body` that is equal to it is ignored."""
        self.fields = resource.sheet_fields()
        self.errors: Errors = defaultdict(list)
        self.values: dict[str, Any] = {}
        known = json.loads(encoded(current or {}))
        for name, value in body.items():
            if name in known and known[name] == value:
                continue
            field = self.fields.get(name)
            if field is None or not field.in_use:
                self.errors[name].append(_("There is no field with this name."))
            elif name == "external_id" or not field.model_field.editable:
                self.errors[name].append(_("This is not given here: leave it out."))
            else:
                try:
                    self.values[name] = field_types.parse_value(field, value)
                except ValidationError as error:
                    self.errors[name] += error.messages

    def apply_to(self, records: dict[str, Model]) -> None:
        """Set the values on the records, given by path, and validate them; `save` sets the many-to-many fields."""
        for name, value in self.values.items():
            field = self.fields[name]
            path, _separator, attribute = str(field.attribute).rpartition("__")
            record: Any = records[path]
            if field.own:
                record.extra = {key: other for key, other in record.extra.items() if key != name}
                if value not in (None, ""):
                    record.extra[name] = value
            elif isinstance(field.model_field, ForeignKey):
                relation: Any = field.model_field
                choices = relation.related_model._default_manager.complex_filter(relation.get_limit_choices_to())
                named = choices.get(**{field.widget.name_field: value}) if value else None
                setattr(record, attribute, named)
            elif not isinstance(field.model_field, ManyToManyField):
                json_value = field.widget.from_json(value) if value not in (None, "") else value
                setattr(record, attribute, json_value)
        for record in records.values():
            try:
                record.full_clean()
            except ValidationError as error:
                for name, messages in get_messages_by_field(error).items():
                    self.errors[name] += messages
        own_values: Any = getattr(records[""], EXTRA, {})
        required = {name for name, field in self.fields.items() if field.own and field.required}
        for name in required - own_values.keys():
            self.errors[name].append(_("This field is required."))

    def get_many_to_many(self) -> dict[str, list[Any]]:
        """Return the records of the many-to-many fields, by field name."""
        records: dict[str, list[Any]] = {}
        for name, value in self.values.items():
            relation: Any = self.fields[name].model_field
            if isinstance(relation, ManyToManyField):
                records[name] = list(relation.related_model._default_manager.filter(name__in=value))
        return records

    def raise_errors(self) -> None:
        """Raise Problem with all errors, if there are any."""
        if self.errors:
            raise Problem.of_fields({name: list(dict.fromkeys(texts)) for name, texts in self.errors.items()})


def save(record: Any, user: User, many: dict[str, list[Any]] | None = None) -> None:
    """Save the record, with a history record and a log entry that name the API as the source."""
    action = "wagtail.create" if record.pk is None else "wagtail.edit"
    record._change_reason = _("Through the API")
    record.save()
    for name, records in (many or {}).items():
        getattr(record, name).set(records)
    log(record, action, user=user, content_changed=True, data={"by": "API"})
