"""What a sign-up does to the records: it makes one, confirms it, erases it."""

import logging
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from dossiers.models import CONTACT_FIELDS, Employer, EmployerInterest, InterestStatus
from dossiers.models.employers import withdrawal
from pilot_pages.sign_up import deduplication
from pilot_pages.sign_up.form import WORK_FIELDS, SignUpForm
from pilot_pages.sign_up.questions import as_json

if TYPE_CHECKING:
    from pilot_pages.models import SignUpPage

logger = logging.getLogger(__name__)
NEW_WORK = {name: getattr(EmployerInterest(), name) for name in WORK_FIELDS}  # what stands in them unasked


def sign_up(form: SignUpForm, language: str) -> EmployerInterest | None:
    """Keep a valid form as an unconfirmed interest and have its e-mail sent; None when this very form came before.

    An address that got its e-mail about this work within the hour and did not confirm gets no second one: what waits
    for it is mended. Other work from it is a sign-up of its own, for who typed it may be somebody else.
    No record is looked up by the address, so that the answer can't tell whether it is known.
    """
    data = form.cleaned_data
    if not deduplication.claim(data):
        return None
    mail = deduplication.claim_mail(data)
    try:
        interest = _store(form, language, mail=mail)
    except Exception:
        deduplication.give_back(data, mail=mail)
        raise
    if interest:
        deduplication.remember(data, interest, mail=mail)
    return interest


@transaction.atomic
def _store(form: SignUpForm, language: str, *, mail: bool) -> EmployerInterest | None:
    """None while another process is at the first sign-up of this work."""
    from pilot_pages.tasks import send_confirmation

    interest: EmployerInterest | None = EmployerInterest(status=InterestStatus.UNCONFIRMED)
    if not mail:
        interest = deduplication.mailed(form.cleaned_data).select_for_update().first()
    if interest is None:
        return None
    _fill(interest, form)
    interest.full_clean()
    interest.save()
    if mail:
        # In the same transaction: no sign-up without its e-mail waiting, no e-mail without its sign-up.
        send_confirmation.enqueue(interest.pk, language)
    return interest


def _fill(interest: EmployerInterest, form: SignUpForm) -> None:
    data = form.cleaned_data
    interest.contact_given = _contact(data)
    answers = {form.fields[name].label: as_json(data.get(name)) for name in form.question_names()}
    interest.answers = answers | form.carried_answers()
    for name in WORK_FIELDS:
        setattr(interest, name, NEW_WORK[name] if data.get(name) is None else data[name])


def _contact(data: dict[str, Any]) -> dict[str, str]:
    employer = Employer(**{name: data.get(name) or "" for name in CONTACT_FIELDS})
    employer.clean()
    sector = data.get("sector")
    return {name: getattr(employer, name) for name in CONTACT_FIELDS} | {"sector": sector.name if sector else ""}


@transaction.atomic
def confirm(interest: EmployerInterest, language: str) -> None:
    """From now on coordinators see it. A second time changes nothing, and mails nobody."""
    from pilot_pages.tasks import send_what_happens_next
    from pilot_pages.webhooks.receivers import tell_of_sign_up

    waiting = EmployerInterest.objects.select_for_update().filter(pk=interest.pk, status=InterestStatus.UNCONFIRMED)
    for sign_up in waiting:
        sign_up.status, sign_up.confirmed_at = InterestStatus.NEW, timezone.now()
        sign_up.save()
        send_what_happens_next.enqueue(sign_up.pk, language)
        tell_of_sign_up(sign_up)


def withdraw(interest: EmployerInterest, page: "SignUpPage | None") -> bool:
    """Erase it and say so by e-mail; False when a candidate is placed there, and a coordinator has to finish it.

    That e-mail is sent here and now, once: the address is not kept, so it can't wait in a queue.
    """
    from pilot_pages.sign_up.mail import goodbye

    letter = goodbye(interest.contact_given["email"], page) if page and interest.contact_given else None
    if not withdrawal.withdraw_interest(interest):
        return False
    try:
        if letter:
            letter.send()
    except (SMTPException, OSError):
        logger.warning("An e-mail about a withdrawal could not be sent; the sign-up is erased.")
    return True
