"""A number field whose forms state one lowest value."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models


class PositiveSmallIntegerField(models.PositiveSmallIntegerField):
    """A number whose form fields have the lowest value that the validators allow.

    The form fields of Django's own have 0, so that a form would state 0 as the lowest value for -1, and 1 for 0.
    """

    def formfield(self, **kwargs: Any) -> Any:
        minima = [validator.limit_value for validator in self.validators if isinstance(validator, MinValueValidator)]
        return super().formfield(**{"min_value": max(minima), **kwargs})

    def deconstruct(self) -> Any:
        """Return the path of Django's field, for the column is the same and migrations need not name this one."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveSmallIntegerField", args, kwargs
