"""Conversion of problems of a check to Wagtail's block errors, so that the form shows each at its field."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from pilot_pages.checker.problems import Problem


def as_block_error(problems: list[Problem]) -> StreamBlockValidationError:
    """Return one error that contains all problems, nested like the blocks."""
    places: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.at is not None:
            places[problem.at].append(problem)
    general_errors = [ValidationError(problem.message) for problem in problems if problem.at is None]
    return StreamBlockValidationError({at: _build_place_error(errors) for at, errors in places.items()}, general_errors)


def _build_place_error(problems: list[Problem]) -> StructBlockValidationError:
    """Return the error of one question or outcome."""
    own = _by_field(problem for problem in problems if problem.answer is None)
    of_answers: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.answer is not None:
            of_answers[problem.answer].append(problem)
    errors: dict[str, ValidationError] = {name: ValidationError(messages) for name, messages in own.items()}
    if of_answers or "answers" in own:
        answer_errors: dict[int, ValidationError] = {}
        for number, answer_problems in of_answers.items():
            messages_by_field = _by_field(answer_problems)
            answer_errors[number] = StructBlockValidationError(
                {name: ValidationError(messages) for name, messages in messages_by_field.items()}
            )
        errors["answers"] = ListBlockValidationError(answer_errors, own.get("answers"))
    return StructBlockValidationError(errors)


def _by_field(problems: Iterable[Problem]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        errors[problem.field].append(problem.message)
    return errors
