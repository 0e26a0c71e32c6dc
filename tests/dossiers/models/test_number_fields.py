"""A form states one lowest value of a number."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from dossiers.models import Retention


def get_error(field, value) -> list[str]:
    with pytest.raises(ValidationError) as error:
        field.clean(value)
    return error.value.messages


def test_the_form_of_a_number_has_the_lowest_value_of_the_model():
    numbers = models.PositiveSmallIntegerField | models.PositiveIntegerField
    fields = [
        field
        for label in ("dossiers", "pilot_pages")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.fields
        if isinstance(field, numbers) and field.editable
    ]
    lowest_values = {
        field: max(limit.limit_value for limit in field.validators if isinstance(limit, MinValueValidator))
        for field in fields
    }
    assert {field: field.formfield().min_value for field in fields} == lowest_values
    term = Retention._meta.get_field("months").formfield()
    assert get_error(term, "-1") == get_error(term, "0") and "1" in get_error(term, "0")[0]
    assert term.clean("1") == 1
