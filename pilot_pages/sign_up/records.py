"""Creating, confirming and erasing the record of a sign-up."""

import logging
from smtplib import SMTPException
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from dossiers.models import CONTACT_FIELDS, Employer, EmployerInterest, InterestStatus
from dossiers.models.employers import withdrawal
from pilot_pages.sign_up import deduplication
from pilot_pages.sign_up.emails import ConfirmationEmail, NextStepsEmail, WithdrawalEmail
from pilot_pages.sign_up.form import WORK_FIELDS, SignUpForm
from pilot_pages.sign_up.questions import serialize_answer
from pilot_pages.webhooks.receivers import announce_sign_up

if TYPE_CHECKING:
    from pilot_pages.models import SignUpPage

logger = logging.getLogger(__name__)
WORK_DEFAULTS = {name: getattr(EmployerInterest(), name) for name in WORK_FIELDS}


def sign_up(form: SignUpForm, language: str) -> EmployerInterest | None:
    """Save a valid form as an unconfirmed interest and enqueue its e-mail; return None if the form was sent before.

    An address that got an e-mail about this work within the hour and has not confirmed gets no second one: the waiting
    record is updated instead. Other work from the same address is a separate sign-up, since somebody else may have
    typed the address. No record is looked up by address, so that the response does not reveal whether it is known.
    """
    data = form.cleaned_data
    if not deduplication.claim_form(data):
        return None
    mail = deduplication.claim_mail(data)
    try:
        interest = _store(form, language, mail=mail)
    except Exception:
        deduplication.release_claims(data, mail=mail)
        raise
    if interest:
        deduplication.remember(data, interest, mail=mail)
    return interest


@transaction.atomic
def _store(form: SignUpForm, language: str, *, mail: bool) -> EmployerInterest | None:
    """Create or update the interest; return None while another process creates it."""
    interest: EmployerInterest | None = EmployerInterest(status=InterestStatus.UNCONFIRMED)
    if not mail:
        interest = deduplication.find_mailed_interest(form.cleaned_data).select_for_update().first()
    if interest is None:
        return None
    data = form.cleaned_data
    employer = Employer(**{name: data.get(name) or "" for name in CONTACT_FIELDS})
    employer.clean()  # normalizes the contact details
    contact = {name: getattr(employer, name) for name in CONTACT_FIELDS}
    interest.contact_given = contact | {"sector": data["sector"].name if data.get("sector") else ""}
    answers = {form.fields[name].label: serialize_answer(data.get(name)) for name in form.question_names()}
    interest.answers = answers | form.carried_answers()
    for name in WORK_FIELDS:
        setattr(interest, name, WORK_DEFAULTS[name] if data.get(name) is None else data[name])
    with form.confirming():
        interest.full_clean()
    interest.save()
    if mail:
        # In the same transaction, so that a sign-up never lacks its e-mail, nor an e-mail its sign-up.
        ConfirmationEmail.enqueue(interest.pk, language)
    return interest


@transaction.atomic
def confirm(interest: EmployerInterest, language: str) -> None:
    """Confirm the sign-up, so that coordinators see it. A second call does nothing and sends no e-mail."""
    locked_interest = EmployerInterest.objects.select_for_update().filter(pk=interest.pk).first()
    if locked_interest is None or locked_interest.status != InterestStatus.UNCONFIRMED:
        return
    locked_interest.status, locked_interest.confirmed_at = InterestStatus.NEW, timezone.now()
    locked_interest.save()
    NextStepsEmail.enqueue(locked_interest.pk, language)
    announce_sign_up(locked_interest)


def withdraw(interest: EmployerInterest, page: "SignUpPage | None") -> bool:
    """Erase the sign-up and confirm that by e-mail.

    Return False if it has a placement: a coordinator then contacts the employer first. The e-mail is sent at once and
    only once: the address is erased too, so that a task could not try again.
    """
    email = WithdrawalEmail(interest, page, get_language()) if page and interest.contact_given else None
    if not withdrawal.withdraw_interest(interest):
        return False
    try:
        if email:
            email.send()
    except (SMTPException, OSError):
        logger.warning("An e-mail about a withdrawal could not be sent; the sign-up is erased.")
    return True
