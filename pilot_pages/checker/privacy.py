"""What the words of the check may not ask or hold: the pilot asks for nothing that it may not keep."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags

from dossiers.models.validators import refuse_forbidden_name, refuse_private_numbers

ASKING = ("question", "explanation", "answer", "hint")  # what a visitor answers to; an outcome only tells


def private_in(name: str, text: Any) -> Iterator[str]:
    """What is wrong with the text of this field; the messages quote no number."""
    words = strip_tags(str(getattr(text, "source", text) or ""))
    gates = (refuse_private_numbers, refuse_forbidden_name) if name in ASKING else (refuse_private_numbers,)
    for refuse in gates:
        try:
            refuse(words)
        except ValidationError as refused:
            yield from refused.messages
            return
