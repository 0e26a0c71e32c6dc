"""Shows the error of a constraint at the field in which people mend it."""

from collections.abc import Collection
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models


class MarksConstraintField(models.Model):
    """A model whose constraints are all about one field. Django shows their errors at no field."""

    constraint_field: ClassVar[str]

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        try:
            super().validate_constraints(exclude)
        except ValidationError as error:
            raise ValidationError({self.constraint_field: error.messages}) from error
