"""The values of own fields, stored in a record as JSON: {key: text, number, ISO date or boolean}; no null values."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.own_fields.own_field import OwnField
from dossiers.models.text_fields import JSONField

EXTRA = "extra"


class ExtraField(JSONField):
    """The values of own fields; validating an empty value needs no query."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"default": dict, "blank": True, "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for option in ("default", "blank", "editable"):
            kwargs.pop(option, None)
        return name, path, args, kwargs

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Raise ValidationError if a value doesn't fit its field; values of fields out of use are not checked."""
        super().validate(value, model_instance)
        fields = {field.key: field for field in OwnField.objects.of(self.model)}
        for key, own_value in value.items():
            if key not in fields:
                raise ValidationError(_("There is no own field “%(key)s”."), params={"key": key})
            if not fields[key].in_use:
                continue
            field = fields[key].as_model_field()
            try:
                field.clean(str(own_value) if isinstance(field, models.DecimalField) else own_value, None)
            except ValidationError as error:
                raise ValidationError([f"{field.verbose_name}: {message}" for message in error.messages]) from error
