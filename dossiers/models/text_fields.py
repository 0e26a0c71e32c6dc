"""Text fields that pass the privacy gate and have a maximum length.

`clean`, which forms, imports and the API call, refuses private numbers with a message. Code that skips `clean` can't
store them either: `save`, `update` and `bulk_create` mask them in `get_db_prep_save`.
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

MAX_TEXT_LENGTH = 32_767  # characters; the limit of a cell in Excel


def iterate_texts(value: Any) -> Iterator[str]:
    """Yield all texts in JSON, including keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from iterate_texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from iterate_texts(part)


def normalize_line_ends(text: str) -> str:
    r"""Return the text with `\n` at the end of each line, where a form posts `\r\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def mask_private_numbers(value: Any) -> Any:
    """Return text or JSON with each BSN and V-number masked."""
    if isinstance(value, str):
        return privacy.masked(value, doubtful=False)
    if isinstance(value, dict):
        return {mask_private_numbers(key): mask_private_numbers(part) for key, part in value.items()}
    return list(map(mask_private_numbers, value)) if isinstance(value, list | tuple) else value


def refuse_private_numbers_in_json(value: Any) -> None:
    for text in iterate_texts(value):
        refuse_private_numbers(text)


def get_stored_numbers(field: models.Field, record: models.Model | None) -> list[str]:
    """Return the doubtful numbers in the stored value, which were confirmed before."""
    if record is None or record.pk is None:
        return []
    stored = type(record)._base_manager.filter(pk=record.pk).values_list(field.attname, flat=True).first()
    return [number for text in iterate_texts(stored) for number in privacy.doubtful_numbers(text)]


class PrivacyGateMixin(models.Field):
    """Adds the privacy gate to a field; migrations see Django's own field, because the database doesn't differ."""

    has_privacy_gate = True

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Validate the value; numbers in the stored value are not asked about again."""
        with privacy.confirmed(lambda: get_stored_numbers(self, model_instance)):
            return super().clean(value, model_instance)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(mask_private_numbers(value), connection)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        own = type(self).__module__ != __name__
        return name, path if own else f"django.db.models.{type(self).__name__}", args, kwargs


class CharField(PrivacyGateMixin, models.CharField):
    default_validators = [refuse_private_numbers]


class SlugField(PrivacyGateMixin, models.SlugField):
    default_validators = [*models.SlugField.default_validators, refuse_private_numbers]


class URLField(PrivacyGateMixin, models.URLField):
    default_validators = [*models.URLField.default_validators, refuse_private_numbers]


class JSONField(PrivacyGateMixin, models.JSONField):
    default_validators = [refuse_private_numbers_in_json]


class TextField(PrivacyGateMixin, models.TextField):
    """A text of several lines; a validator limits its length, because `maxlength` would silently cut pasted text.

    Its line ends are normalized, also those of older rows when they are read, so that a form that posts other line ends
    for an imported text changes nothing.
    """

    default_validators = [refuse_private_numbers]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": MAX_TEXT_LENGTH, **kwargs})
        self.validators.append(LengthValidator(self.max_length))

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return normalize_line_ends(text) if isinstance(text, str) else text

    def from_db_value(self, value: str | None, *_args: Any) -> str | None:
        return None if value is None else normalize_line_ends(value)

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
