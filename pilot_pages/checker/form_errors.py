"""Conversion of problems of a check to Wagtail's block errors, so that the form shows each at its field."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from pilot_pages.checker.problems import Problem


def as_block_error(problems: list[Problem]) -> StreamBlockValidationError:
    """Return one error that contains all problems, nested like the blocks."""
    places = _group(problems, "at")
    general_errors = [ValidationError(problem.message) for problem in places.pop(None, [])]
    place_errors = {}
    for at, problems_there in places.items():
        answers = _group(problems_there, "answer")
        errors = _by_field(answers.pop(None, []))
        answer_errors = {number: StructBlockValidationError(_by_field(group)) for number, group in answers.items()}
        if answer_errors or "answers" in errors:
            own_messages = errors["answers"].messages if "answers" in errors else None
            errors["answers"] = ListBlockValidationError(answer_errors, own_messages)
        place_errors[at] = StructBlockValidationError(errors)
    return StreamBlockValidationError(place_errors, general_errors)


def _by_field(problems: list[Problem]) -> dict[str, ValidationError]:
    groups = _group(problems, "field")
    return {field: ValidationError([problem.message for problem in group]) for field, group in groups.items()}


def _group(problems: list[Problem], name: str) -> dict[Any, list[Problem]]:
    """Return the problems by the value of this field of theirs."""
    groups: dict[Any, list[Problem]] = defaultdict(list)
    for problem in problems:
        groups[getattr(problem, name)].append(problem)
    return groups
