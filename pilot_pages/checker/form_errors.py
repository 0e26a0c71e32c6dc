"""Problems as Wagtail's form shows them: each at its own field."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from pilot_pages.checker.problems import Problem


def as_block_error(problems: list[Problem]) -> StreamBlockValidationError:
    """One error that holds them all, nested as the blocks are."""
    places: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.at is not None:
            places[problem.at].append(problem)
    whole = [ValidationError(problem.message) for problem in problems if problem.at is None]
    return StreamBlockValidationError({at: _of_place(errors) for at, errors in places.items()}, whole)


def _of_place(problems: list[Problem]) -> StructBlockValidationError:
    own = _by_field(problem for problem in problems if problem.answer is None)
    of_answers: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.answer is not None:
            of_answers[problem.answer].append(problem)
    errors: dict[str, ValidationError] = {name: ValidationError(messages) for name, messages in own.items()}
    if of_answers or "answers" in own:
        each = {number: _of_answer(errors) for number, errors in of_answers.items()}
        errors["answers"] = ListBlockValidationError(each, own.get("answers"))
    return StructBlockValidationError(errors)


def _of_answer(problems: list[Problem]) -> StructBlockValidationError:
    return StructBlockValidationError(
        {name: ValidationError(messages) for name, messages in _by_field(problems).items()}
    )


def _by_field(problems: Iterable[Problem]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        errors[problem.field].append(problem.message)
    return errors
