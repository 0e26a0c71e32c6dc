"""Validation that the texts of a check contain no identity numbers and ask for no data that may not be stored."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags

from dossiers.models.validators import refuse_forbidden_name, refuse_private_numbers_in_html

QUESTION_FIELDS = ("question", "explanation", "answer", "hint")  # an outcome asks nothing


def find_private_data(name: str, text: Any) -> Iterator[str]:
    """Yield the error messages about the text of the field `name`; they do not quote numbers."""
    source = str(getattr(text, "source", text) or "")
    try:
        refuse_private_numbers_in_html(source)
        if name in QUESTION_FIELDS:
            refuse_forbidden_name(strip_tags(source))
    except ValidationError as error:
        yield from error.messages
