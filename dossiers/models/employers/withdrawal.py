"""The employer's wish to withdraw a sign-up: it is erased at once, or a coordinator records the outcome.

An interest is deleted with all that was recorded about it, including histories; a log entry with only its reference
lets coordinators know. Not deleted: an employer with other interests or known before the sign-up; expenses, without the
employer; confirmed findings that the employer reported, as research material without the employer; contact moments
about a candidate.

An interest with a placement is not deleted, because the placement is also part of the candidate's dossier. The wish is
recorded instead, and a coordinator contacts the employer.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.finding import Finding
from dossiers.models.activity.follow_up import ERASE, WITHDRAW, FollowUp
from dossiers.models.deletion import Deletion
from dossiers.models.employers.interest import EmployerInterest, InterestStatus
from dossiers.models.imports.import_profile import RecordKind
from dossiers.models.imports.import_row import ImportRow
from dossiers.models.lists.lists import ClosingReason
from dossiers.models.money.expense import Expense
from dossiers.models.withdrawal import get_locked_request, save_closure, save_continuation, save_request
from dossiers.signals import Removal, personal_data_removed

ERASED = "dossiers.interest_erased"  # the log action of an interest that was erased as its employer withdrew it
ERASURE_SHOWN_FOR = timedelta(days=7)


@transaction.atomic
def withdraw_interest(interest: EmployerInterest) -> bool:
    """Delete the interest and return True; if it has placements, record the wish and return False.

    A recorded wish creates an action for the interest's owner, or else for the coordinator of the candidate there.
    Raises DoesNotExist if the interest was deleted already.
    """
    interest = EmployerInterest.objects.select_for_update().get(pk=interest.pk)
    if not interest.placements.exists():
        erase_interest(interest)
        return True
    if interest.is_closed and not interest.contact_given:  # the contact was forgotten: nothing is left to do
        return False
    with translation.override(settings.LANGUAGE_CODE):
        text = describe_wish(interest)
        if not interest.is_closed:
            change_reason = _("The employer said on the own page to want to withdraw")
            save_request(interest, change_reason, _("The employer wants to withdraw."))
    last = interest.placements.open().select_related("dossier__coordinator").order_by("pk").last()
    owner = interest.owner or (last.dossier.coordinator if last else None)
    _create_action(interest, ERASE if interest.is_closed else WITHDRAW, text, owner)
    return False


def _create_action(interest: EmployerInterest, occasion: str, text: str, owner: User | None) -> None:
    """Create an action for today, unless there is an open one on the same occasion."""
    if not FollowUp.objects.open().filter(interest=interest, occasion=occasion).exists():
        action = FollowUp(interest=interest, occasion=occasion, text=text, due_on=timezone.localdate(), owner=owner)
        action.full_clean()
        action.save()


def describe_wish(interest: EmployerInterest) -> str:
    """Return what a coordinator has to do about the wish, and what is going on there."""
    ongoing = interest.placements.open()
    if interest.is_closed:
        text = _("The employer of %(reference)s withdraws; the interest is closed already. Forget the contact.")
    elif ongoing.at_work().exists():
        text = _(
            "The employer of %(reference)s wants to withdraw, and a candidate is at work there. Contact the employer, "
            "and record the outcome."
        )
    elif ongoing.exists():
        text = _(
            "The employer of %(reference)s wants to withdraw, and a candidate was proposed there. Contact the "
            "employer, and record the outcome."
        )
    else:
        text = _(
            "The employer of %(reference)s wants to withdraw. A placement there has ended. Contact the employer, and "
            "record the outcome."
        )
    return text % {"reference": interest.reference}


@transaction.atomic
def record_employer_continuation(interest: EmployerInterest, contact: ContactMoment) -> None:
    """Record that the employer said in this contact, which is saved too, to go on after all; raises ValidationError."""
    interest = get_locked_request(interest, contact.held_on)
    save_continuation(interest, contact, _("The employer goes on after all"), _("Recorded: the employer goes on."))


@transaction.atomic
def close_interest(
    interest: EmployerInterest, reason: ClosingReason, contact: ContactMoment, *, keeps_working: bool = False
) -> None:
    """Close the interest of an employer who withdraws; this contact about it, or the attempt at one, is saved too.

    Raises ValidationError: a placement must have ended first. With `keeps_working` candidates at work stay at work.
    """
    interest = get_locked_request(interest, contact.held_on)
    ongoing = interest.placements.open()
    at_work = ongoing.at_work().exists()
    if keeps_working:
        if not at_work:
            raise ValidationError({"outcome": _("Nobody is at work there. Choose another outcome.")})
        ongoing = interest.placements.before_work()
        outcome = _("The employer withdraws, the work goes on")
    elif at_work:
        text = _(
            "A candidate is at work there. If the work goes on, choose “Withdraws, the work goes on”. If the work "
            "stops too, end the placement first: it is linked above."
        )
        raise ValidationError({"outcome": text})
    else:
        outcome = _("The employer withdraws")
    if ongoing.exists():
        text = _("There is a placement still: it is linked above. End it first, then record the outcome.")
        raise ValidationError({"outcome": text})
    interest.status, interest.closing_reason = InterestStatus.CLOSED, reason
    save_closure(interest, contact, outcome)
    others = EmployerInterest.objects.filter(employer=interest.employer_id).exclude(status=InterestStatus.CLOSED)
    if not keeps_working and interest.employer and not others.exists():
        text = _(
            "The employer of %(reference)s withdrew, and the site promises to erase the sign-up. Forget the contact."
        )
        _create_action(interest, ERASE, text % {"reference": interest.reference}, contact.user)


@transaction.atomic
def erase_interest(interest: EmployerInterest) -> None:
    employer, former = interest.employer, EmployerInterest(pk=interest.pk)
    findings = Finding.objects.filter(interest=interest.pk, by_employer=True)
    _erase_all(findings.drafts())
    Finding.history.filter(id__in=list(findings.values_list("pk", flat=True))).update(employer=None)
    findings.update(employer=None)
    _erase_about("interest", interest.pk)
    ImportRow.objects.filter(run__record=RecordKind.EMPLOYER_INTEREST, target_id=interest.pk).delete()
    Deletion.objects.clear_records(lambda record: record.is_about({"dossiers.EmployerInterest": [interest.pk]}))
    _erase(interest)
    if employer and employer.created_at >= interest.created_at and not employer.interests.exists():
        _erase_about("employer", employer.pk)
        _erase(employer)
    personal_data_removed.send(None, action=Removal.ERASED, model=EmployerInterest._meta.label, keys=[former.pk])
    if interest.status != InterestStatus.UNCONFIRMED:  # one that was not confirmed was shown nowhere
        log(former, ERASED, title=interest.reference, deleted=True)


def get_erasures() -> models.QuerySet[ModelLogEntry]:
    """Return the log entries of all interests that were erased, the latest first; the label is the reference."""
    return ModelLogEntry.objects.filter(action=ERASED)


def find_erasure(key: str) -> ModelLogEntry | None:
    """Return the log entry of the interest that had this key, if it was erased."""
    return get_erasures().filter(object_id=key).first()


def get_recent_erasures() -> models.QuerySet[ModelLogEntry]:
    return get_erasures().filter(timestamp__gte=timezone.now() - ERASURE_SHOWN_FOR)


def _erase_about(field: str, key: int) -> None:
    """Delete what is only about the record with this key; where a candidate or figures need it, clear the field."""
    alone: Any
    stored: Any
    for alone in (ContactMoment, FollowUp):
        _erase_all(alone.objects.filter(**{field: key}, dossier=None, placement=None))
    for stored in (ContactMoment, FollowUp, Finding, Expense):
        stored.history.filter(**{field: key}).update(**{field: None})
        stored.objects.filter(**{field: key}).update(**{field: None})


def _erase_all(records: models.QuerySet[Any]) -> None:
    for record in records:
        _erase(record)


def _erase(record: models.Model) -> None:
    """Delete a record with its history and its log entries, which contain its name."""
    model: Any = type(record)
    key = record.pk
    record.delete()
    model.history.filter(id=key).delete()
    kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
    ModelLogEntry.objects.filter(content_type=kind, object_id=str(key)).delete()
