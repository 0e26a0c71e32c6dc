"""Validates the new values of records as a form would."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from dossiers.bulk_changes.fields import BulkField, Value


def find_refusals(field: BulkField, record: Any, value: Value) -> list[str]:
    """Return the errors if the record gets this value; as a side effect the value is set, but not saved."""
    if texts := field.find_errors(value):
        return texts
    field.set_value(record, value)
    untouched = {
        model_field.name
        for model_field in record._meta.fields
        if not model_field.editable or (model_field.is_relation and model_field.name != field.name)
    }
    try:
        record.full_clean(exclude=untouched)
    except ValidationError as error:
        labels = {
            model_field.name: model_field.verbose_name
            for model_field in record._meta.get_fields()
            if hasattr(model_field, "verbose_name")
        }
        refusals = []
        for name, texts in error.message_dict.items():
            if name == field.name or name not in labels:
                refusals += texts
            else:  # prefix the errors of another field with its name
                refusals += [f"{capfirst(str(labels[name]))}: {text}" for text in texts]
        return refusals
    return []
