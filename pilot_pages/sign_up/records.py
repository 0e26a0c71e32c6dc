"""What a sign-up does to the records: it makes one, confirms it, erases it."""

import hashlib
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from dossiers.models import CONTACT_FIELDS, Employer, EmployerInterest, InterestStatus
from pilot_pages.sign_up.form import WORK_FIELDS, SignUpForm
from pilot_pages.sign_up.questions import as_json
from pilot_pages.sign_up.trap import LONGEST


def sign_up(form: SignUpForm, language: str) -> EmployerInterest | None:
    """Keep a valid form as an unconfirmed interest and have its e-mail sent; None when this very form came before.

    Nothing is looked up by the address, so that the answer can't tell whether it is known.
    """
    once = _fingerprint(form)
    if not cache.add(once, True, LONGEST.total_seconds()):
        return None
    try:
        return _store(form, language)
    except Exception:
        cache.delete(once)
        raise


def _fingerprint(form: SignUpForm) -> str:
    """The same for a second click on the same form, another when anything in it was changed."""
    sent = repr(sorted((name, str(value)) for name, value in form.cleaned_data.items()))
    return f"sign-up:{hashlib.sha256(sent.encode()).hexdigest()}"


@transaction.atomic
def _store(form: SignUpForm, language: str) -> EmployerInterest:
    from pilot_pages.tasks import send_confirmation

    given = form.cleaned_data
    interest = EmployerInterest(
        status=InterestStatus.UNCONFIRMED,
        contact_given=_contact(given),
        answers={form.fields[name].label: as_json(given.get(name)) for name in form.question_names()},
        **{name: given[name] for name in WORK_FIELDS if given.get(name) is not None},
    )
    interest.full_clean()
    interest.save()
    # In the same transaction: no sign-up without its e-mail waiting, no e-mail without its sign-up.
    send_confirmation.enqueue(interest.pk, language)
    return interest


def _contact(given: dict[str, Any]) -> dict[str, str]:
    employer = Employer(**{name: given.get(name) or "" for name in CONTACT_FIELDS})
    employer.clean()
    sector = given.get("sector")
    return {name: getattr(employer, name) for name in CONTACT_FIELDS} | {"sector": sector.name if sector else ""}


@transaction.atomic
def confirm(interest: EmployerInterest) -> None:
    """From now on coordinators see it. A second time changes nothing."""
    waiting = EmployerInterest.objects.select_for_update().filter(pk=interest.pk, status=InterestStatus.UNCONFIRMED)
    for sign_up in waiting:
        sign_up.status, sign_up.confirmed_at = InterestStatus.NEW, timezone.now()
        sign_up.save()


@transaction.atomic
def erase(interest: EmployerInterest) -> None:
    """Remove the interest and its history, and the employer with it when nothing else hangs on that."""
    employer = interest.employer
    _erase_with_history(interest)
    if employer and not employer.interests.exists():
        _erase_with_history(employer)


def _erase_with_history(record: EmployerInterest | Employer) -> None:
    key = record.pk
    record.delete()
    type(record).history.filter(id=key).delete()
