"""What somebody gave with a sign-up, in words: whose address it is sees what he confirms, whoever typed it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from dossiers.models import EmployerInterest
from dossiers.models.contact_fields import shown_phone
from pilot_pages.sign_up.form import CORE_FIELDS, SignUpForm


def what_was_given(interest: EmployerInterest) -> list[tuple[str, str]]:
    """Each question that was answered, with the answer."""
    answered = ((question, answer) for question, answer in _answers(interest) if answer not in (None, "", []))
    return [(str(question), in_words(answer)) for question, answer in answered]


def _answers(interest: EmployerInterest) -> Iterator[tuple[Any, Any]]:
    contact = {**interest.contact_given, "company_name": interest.company_name}
    for name in CORE_FIELDS:
        answer = contact[name] if name in contact else getattr(interest, name, None)
        if name == "phone" and answer:
            answer = shown_phone(answer)
        yield SignUpForm.base_fields[name].label, answer
    yield from interest.answers.items()


def in_words(answer: Any) -> str:
    if isinstance(answer, bool):
        return gettext("yes") if answer else gettext("no")
    if isinstance(answer, list):
        return ", ".join(str(item) for item in answer)
    return date_format(answer, "d-m-Y") if isinstance(answer, date) else str(answer)
