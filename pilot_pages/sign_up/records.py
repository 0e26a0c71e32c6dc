"""Creating, confirming and erasing the record of a sign-up."""

import logging
from collections.abc import Collection
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from dossiers.models import CONTACT_FIELDS, Employer, EmployerInterest, FollowUp, InterestStatus, Sector
from dossiers.models.activity.follow_up import CORRECTED
from dossiers.models.contact_fields import format_phone
from dossiers.models.employers import withdrawal
from dossiers.models.withdrawal import save_with_reason
from pilot_pages.sign_up import deduplication
from pilot_pages.sign_up.emails import ConfirmationEmail, NextStepsEmail, WithdrawalEmail
from pilot_pages.sign_up.form import CORE_FIELDS, WORK_FIELDS, CoreQuestionsForm, SignUpForm
from pilot_pages.sign_up.questions import serialize_answer
from pilot_pages.webhooks.receivers import announce_sign_up

if TYPE_CHECKING:
    from pilot_pages.models import SignUpPage

logger = logging.getLogger(__name__)
CONTACT_NAMES = (*CONTACT_FIELDS, "sector")  # the keys of `contact_given`
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
    interest.contact_given = dict.fromkeys(CONTACT_FIELDS, "") | clean_contact(form, CONTACT_NAMES)
    _set_work(interest, form)
    interest.answers |= form.carried_answers()
    with form.confirming():
        interest.full_clean()
    interest.save()
    if mail:
        # In the same transaction, so that a sign-up never lacks its e-mail, nor an e-mail its sign-up.
        ConfirmationEmail.enqueue(interest.pk, language)
    return interest


def clean_contact(form: CoreQuestionsForm, names: Collection[str]) -> dict[str, str]:
    """Return the contact details of these names as `contact_given` has them."""
    data = form.cleaned_data
    employer = Employer(**{name: data.get(name) or "" for name in CONTACT_FIELDS})
    employer.clean()  # normalizes the contact details
    sector = data["sector"].name if data.get("sector") else ""
    return {name: sector if name == "sector" else getattr(employer, name) for name in CONTACT_NAMES if name in names}


def _set_work(interest: EmployerInterest, form: CoreQuestionsForm) -> None:
    data = form.cleaned_data
    for name in WORK_FIELDS:
        setattr(interest, name, WORK_DEFAULTS[name] if data.get(name) is None else data[name])
    interest.answers = {form.fields[name].label: serialize_answer(data.get(name)) for name in form.question_names()}


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


def shares_contact(interest: EmployerInterest) -> bool:
    """Whether the contact details are those of the sign-up: a coordinator linked no employer with another address."""
    return interest.employer is None or interest.employer.email == interest.contact_given.get("email")


def list_fixed_fields(interest: EmployerInterest) -> list[str]:
    """Return the core questions whose answers an employer can't correct: the e-mail address proves who opens the page,
    and the KvK number of an employer is unique, so that its error would tell which companies are known."""
    if not shares_contact(interest):
        return list(CONTACT_NAMES)
    return ["email", *(["kvk_number"] if interest.employer else [])]


def get_current_answers(interest: EmployerInterest) -> dict[str, Any]:
    """Return the answers to the core questions as they stand now, to be corrected."""
    contact, employer = dict(interest.contact_given), interest.employer
    sector = Sector.objects.filter(name=contact.get("sector", "")).first()
    if employer and shares_contact(interest):
        contact |= {name: getattr(employer, name) for name in CONTACT_FIELDS}
        sector = employer.sector
    contact |= {"sector": sector and sector.pk, "phone": format_phone(contact.get("phone", ""))}
    return contact | {name: getattr(interest, name) for name in WORK_FIELDS}


@transaction.atomic
def correct(interest: EmployerInterest, form: CoreQuestionsForm) -> None:
    """Save the answers that differ from those that the form was opened with; raises ValidationError.

    Once somebody was in contact with the employer, an action tells the owner to look at the changes.
    """
    interest = EmployerInterest.objects.select_for_update().get(pk=interest.pk)
    changed = [name for name in form.changed_data if name in CORE_FIELDS]
    if not changed:
        return
    with override(settings.LANGUAGE_CODE):
        reason = gettext("Corrected by the employer on the own page")
        to_do = gettext("The employer of %(reference)s corrected the sign-up. See in its history what changed.")
    contact = clean_contact(form, changed)
    interest.contact_given |= contact
    for name in WORK_FIELDS:
        if name in changed:
            value = form.cleaned_data[name]
            setattr(interest, name, WORK_DEFAULTS[name] if value is None else value)
    with form.confirming():
        if contact and interest.employer:
            employer = Employer.objects.select_for_update().get(pk=interest.employer.pk)
            for name, value in contact.items():
                setattr(employer, name, form.cleaned_data["sector"] if name == "sector" else value)
            employer.full_clean()
            save_with_reason(employer, reason)
        interest.full_clean()
    save_with_reason(interest, reason)
    actions = FollowUp.objects.filter(interest=interest, occasion=CORRECTED)
    if interest.status != InterestStatus.NEW and not actions.open().exists():
        text = to_do % {"reference": interest.reference}
        actions.create(
            interest=interest, occasion=CORRECTED, text=text, due_on=timezone.localdate(), owner=interest.owner
        )


@transaction.atomic
def add_work(interest: EmployerInterest, form: CoreQuestionsForm, language: str) -> EmployerInterest:
    """Return a confirmed sign-up for other work of the same employer; the same work again returns the first one.

    The link of the first sign-up proved the e-mail address. Raises ValidationError.
    """
    interest = EmployerInterest.objects.select_for_update().get(pk=interest.pk)  # a double click waits here
    other = EmployerInterest(
        status=InterestStatus.NEW, confirmed_at=timezone.now(), contact_given=interest.contact_given
    )
    _set_work(other, form)
    if earlier := deduplication.find_confirmed_repeat(other):
        if all(getattr(earlier, name) == getattr(other, name) for name in (*WORK_FIELDS, "answers")):
            return earlier
        text = gettext("You told us about this work already, under number %(reference)s. Correct it on its own page.")
        raise ValidationError(text % {"reference": earlier.reference})
    with form.confirming():
        other.full_clean()
    other.save()
    NextStepsEmail.enqueue(other.pk, language)
    announce_sign_up(other)
    return other


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
