"""Fields of text that people can type: each passes the privacy gate, on every way in, and has a length.

What may not be kept is refused with words by `clean`, as forms, sheets and the API call it; whatever goes round that
is masked on its way to the database: `save`, `update` and `bulk_create` all pass there.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers import privacy
from dossiers.models.validators import refuse_private_numbers

LONGEST = 32_767  # characters of a text of several lines: what a cell of Excel holds


def texts_in(value: Any) -> Iterator[str]:
    """All text in JSON, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from texts_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_in(part)


def without_numbers(value: Any) -> Any:
    """Text or JSON with each BSN and V-number masked."""
    if isinstance(value, str):
        return privacy.masked(value, doubtful=False)
    if isinstance(value, dict):
        return {without_numbers(key): without_numbers(part) for key, part in value.items()}
    return list(map(without_numbers, value)) if isinstance(value, list | tuple) else value


def refuse_in_json(value: Any) -> None:
    for text in texts_in(value):
        refuse_private_numbers(text)


class PassesGate(models.Field):
    """Mixin. In migrations it is Django's own field: the gate changes nothing in the database."""

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """A number that stands there already, and was asked about then, is not asked about again."""
        with privacy.confirmed(lambda: self._numbers_of(model_instance)):
            return super().clean(value, model_instance)

    def _numbers_of(self, record: models.Model | None) -> list[str]:
        if record is None or record.pk is None:
            return []
        stored = type(record)._base_manager.filter(pk=record.pk).values_list(self.attname, flat=True).first()
        return [number for text in texts_in(stored) for number in privacy.doubtful_numbers(text)]

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        stored = value if hasattr(value, "as_sql") else without_numbers(value)
        return super().get_db_prep_save(stored, connection)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        own = type(self).__module__ != __name__
        return name, path if own else f"django.db.models.{type(self).__name__}", args, kwargs


class CharField(PassesGate, models.CharField):
    default_validators = [refuse_private_numbers]


class SlugField(PassesGate, models.SlugField):
    default_validators = [*models.SlugField.default_validators, refuse_private_numbers]


class URLField(PassesGate, models.URLField):
    default_validators = [*models.URLField.default_validators, refuse_private_numbers]


class JSONField(PassesGate, models.JSONField):
    default_validators = [refuse_in_json]


class TextField(PassesGate, models.TextField):
    """Of several lines. Too long a text is refused with words, and not cut off by the browser when it is pasted."""

    default_validators = [refuse_private_numbers]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": LONGEST, **kwargs})
        self.validators.append(LengthValidator(self.max_length))

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"max_length": None, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length", None)
        return name, path, args, kwargs


class LengthValidator(MaxLengthValidator):
    def __call__(self, value: str) -> None:
        if len(value) > self.limit_value:
            raise ValidationError(
                _("This text has %(length)d characters; %(limit)d at most fit here. Make it shorter."),
                code="max_length",
                params={"length": len(value), "limit": self.limit_value},
            )
