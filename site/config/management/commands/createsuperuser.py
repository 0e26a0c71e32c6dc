"""Django's command, which also refuses a user name that differs from another one only in case."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from config.user_names import validate_name_is_free


class Command(createsuperuser.Command):
    def _validate_username(self, username: str, verbose_field_name: str, database: str) -> Any:
        """Return the error message, or None."""
        try:
            validate_name_is_free(username, User.objects.using(database))
        except ValidationError as error:
            return " ".join(error.messages)
        return super()._validate_username(username, verbose_field_name, database)  # type: ignore[misc]
