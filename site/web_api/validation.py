"""Translates the validation errors of Pydantic into messages for users."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from ninja.errors import ValidationError as InvalidRequest
from pydantic import BaseModel, ValidationError

MESSAGES = {
    "missing": lambda _context: _("Give this."),
    "extra_forbidden": lambda _context: _("There is no field with this name."),
    "int_parsing": lambda _context: _("Write a whole number."),
    "int_from_float": lambda _context: _("Write a whole number."),
    "greater_than_equal": lambda context: _("At least %(least)s.") % {"least": context["ge"]},
    "less_than_equal": lambda context: _("At most %(most)s.") % {"most": context["le"]},
    "bool_parsing": lambda _context: _("Write true or false."),
    "literal_error": lambda context: (  # "nl, en" for "'nl' or 'en'"
        _("Choose from: %(known)s.") % {"known": context["expected"].replace(" or ", ", ").replace("'", "")}
    ),
    "dict_type": lambda _context: _("Send an object: names with their values between { and }."),
}


def describe_error(error: Mapping[str, Any]) -> str:
    """Return the message of an error of Pydantic."""
    message = MESSAGES.get(error["type"])
    return message(error.get("ctx", {})) if message else _("This is not of the kind that stands in the description.")


def _group_messages(errors: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, list[str]]:
    """Return the messages of errors of Pydantic by field; each one once."""
    messages: dict[str, dict[str, None]] = {}
    for field, error in errors:
        messages.setdefault(field, {})[describe_error(error)] = None
    return {field: list(texts) for field, texts in messages.items()}


def find_errors(schema: type[BaseModel], values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the messages about these values by field; "1" is no number, as the description says."""
    try:
        schema.model_validate(values, strict=True)
    except ValidationError as error:
        return _group_messages((str(part["loc"][0]), part) for part in error.errors())
    return {}


def group_request_errors(error: InvalidRequest) -> dict[str, list[str]]:
    """Return the messages about a request by parameter, or by the field of its body."""
    return _group_messages((".".join(map(str, part["loc"][2:] or part["loc"][1:])), part) for part in error.errors)
