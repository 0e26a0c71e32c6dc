"""The answers of a sign-up as text, for the owner of the e-mail address to check before confirming."""

from typing import Any

from dossiers.models import EmployerInterest
from dossiers.models.contact_fields import format_phone
from dossiers.models.employers.answers import format_answer
from pilot_pages.sign_up.form import CORE_FIELDS, SignUpForm


def summarize_answers(interest: EmployerInterest) -> list[tuple[str, str]]:
    """Return (question, answer) of each question that was answered."""
    contact = {**interest.contact_given, "company_name": interest.company_name}
    answers: list[tuple[Any, Any]] = []
    for name in CORE_FIELDS:
        answer = contact[name] if name in contact else getattr(interest, name, None)
        if name == "phone" and answer:
            answer = format_phone(answer)
        answers.append((SignUpForm.base_fields[name].label, answer))
    answers += interest.answers.items()
    return [(str(question), format_answer(answer)) for question, answer in answers if answer not in (None, "", [])]
