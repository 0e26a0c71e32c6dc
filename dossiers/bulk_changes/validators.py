"""What a form would say of a record."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from dossiers.bulk_changes.fields import BulkField, Value


def refusals(field: BulkField, record: Any, value: Value) -> list[str]:
    """What keeps this record from that value, in words; the value is on the record afterwards, unsaved."""
    if texts := field.refused(value):
        return texts
    field.put(record, value)
    untouched = {
        model_field.name
        for model_field in record._meta.fields
        if not model_field.editable or (model_field.is_relation and model_field.name != field.name)
    }
    try:
        record.full_clean(exclude=untouched)
    except ValidationError as error:
        return [text for name, texts in error.message_dict.items() for text in _told(field, record, name, texts)]
    return []


def _told(field: BulkField, record: Any, name: str, texts: list[str]) -> list[str]:
    """Of another field than the one that changes, with its name."""
    known = {
        model_field.name: model_field.verbose_name
        for model_field in record._meta.get_fields()
        if hasattr(model_field, "verbose_name")
    }
    if name == field.name or name not in known:
        return texts
    return [f"{capfirst(str(known[name]))}: {text}" for text in texts]
