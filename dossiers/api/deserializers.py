"""JSON into a record: each field read and checked as a form checks it, all that is wrong told at once."""

import json
from collections import defaultdict
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, ManyToManyField, Model
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from dossiers.api import field_types
from dossiers.filters import coordinators
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets.resources import RecordResource, SheetField
from web_api.problems import Problem, told_by
from web_api.responses import encoded

Wrong = dict[str, list[str]]


class Filling:
    """What somebody gave for one record, and for those that hang on it by the path of their columns ("employer")."""

    def __init__(self, resource: RecordResource, body: dict[str, Any], current: dict[str, Any] | None = None) -> None:
        """`told` is the record as it was told: what is given back unchanged is no change."""
        self.fields = resource.sheet_fields()
        self.wrong: Wrong = defaultdict(list)
        self.values = self._read(body, json.loads(encoded(current or {})))

    def _read(self, body: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
        values = {}
        for name, value in body.items():
            if name in current and current[name] == value:
                continue
            field = self.fields.get(name)
            if field is None or not field.in_use:
                self.wrong[name].append(_("There is no field of this name."))
            elif name == "external_id" or not field.model_field.editable:
                self.wrong[name].append(_("This is not given here: leave it out."))
            else:
                try:
                    values[name] = field_types.read(field, value)
                except ValidationError as error:
                    self.wrong[name] += error.messages
        return values

    def put_into(self, records: dict[str, Model]) -> None:
        """Fill these records, by path; what is many-to-many waits for `save`."""
        for name, value in self.values.items():
            field = self.fields[name]
            path, _separator, attribute = str(field.attribute).rpartition("__")
            record: Any = records[path]
            if field.own:
                record.extra = {key: other for key, other in record.extra.items() if key != name}
                if value not in (None, ""):
                    record.extra[name] = value
            elif isinstance(field.model_field, ForeignKey):
                setattr(record, attribute, self._named(name, field, value, getattr(record, attribute)))
            elif not isinstance(field.model_field, ManyToManyField):
                json_value = field.widget.from_json(value) if value not in (None, "") else value
                setattr(record, attribute, json_value)
        for path, record in records.items():
            self._check(path, record)

    def _named(self, name: str, field: SheetField, text: str, now: Any) -> Any:
        if not text:
            return None
        widget: Any = field.widget
        relation: Any = field.model_field
        choices = relation.related_model._default_manager.complex_filter(relation.get_limit_choices_to())
        record = choices.get(**{widget.name_field: text})
        if relation.related_model is User and record != now and not coordinators().filter(pk=record.pk).exists():
            self.wrong[name].append(_("Choose a coordinator."))
        return record

    def _check(self, path: str, record: Model) -> None:
        try:
            record.full_clean()
        except ValidationError as error:
            for name, messages in told_by(error).items():
                self.wrong[name] += messages
        for name, field in self.fields.items():
            if field.own and field.required and not path and name not in getattr(record, EXTRA):
                self.wrong[name].append(_("This field is required."))

    def many(self) -> dict[str, list[Any]]:
        """The records that are named in many-to-many columns."""
        errors: dict[str, list[Any]] = {}
        for name, value in self.values.items():
            relation: Any = self.fields[name].model_field
            if isinstance(relation, ManyToManyField):
                errors[name] = list(relation.related_model._default_manager.filter(name__in=value))
        return errors

    def end_if_wrong(self) -> None:
        """Raises Problem with all that is wrong."""
        if self.wrong:
            raise Problem.of_fields({name: list(dict.fromkeys(texts)) for name, texts in self.wrong.items()})


def save(record: Any, user: User, many: dict[str, list[Any]] | None = None) -> None:
    """With its step in the history and in the log, which say that a key did it."""
    action = "wagtail.create" if record.pk is None else "wagtail.edit"
    record._change_reason = _("Through the API")
    record.save()
    for name, records in (many or {}).items():
        getattr(record, name).set(records)
    log(record, action, user=user, content_changed=True, data={"by": "API"})
