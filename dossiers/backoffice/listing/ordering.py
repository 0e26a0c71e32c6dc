"""The order of a list."""

from typing import Any

from django.contrib.admin.utils import NotRelationField, get_fields_from_path
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, OrderBy

from dossiers.models.folded_text import Folded


def get_ordering(model: type[models.Model], ordering: Any) -> OrderBy:
    """Return the ordering as an expression without capitals and diacritics: else "Çelik" comes after "Zerai"."""
    if not isinstance(ordering, str):
        return ordering if isinstance(ordering, OrderBy) else ordering.asc()
    name = ordering.removeprefix("-")
    try:
        field = get_fields_from_path(model, name)[-1]
    except (FieldDoesNotExist, NotRelationField):  # an annotation, "pk", or a key of a JSON field
        field = None
    is_free_text = isinstance(field, models.CharField | models.TextField) and not field.choices and not field.unique
    expression = Folded(name) if is_free_text else F(name)
    return OrderBy(expression, descending=ordering.startswith("-"))
