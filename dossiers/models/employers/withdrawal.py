"""Deletes an interest if its employer withdraws, with all that was recorded about it, including histories.

Not deleted: an employer with other interests or known before the sign-up; expenses, without the employer; confirmed
findings that the employer reported, as research material without the employer; contact moments about a candidate. An
interest with a placement is not deleted automatically, because the placement is also part of the candidate's dossier.
"""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.finding import Finding
from dossiers.models.activity.follow_up import FollowUp
from dossiers.models.employers.interest import EmployerInterest
from dossiers.models.imports.import_run import ImportRow, RecordKind
from dossiers.models.money.expense import Expense


@transaction.atomic
def withdraw_interest(interest: EmployerInterest) -> bool:
    """Delete the interest and return True; if it has placements, create an action for a coordinator and return False.

    Raises DoesNotExist if the interest was deleted already.
    """
    interest = EmployerInterest.objects.select_for_update().get(pk=interest.pk)
    if not interest.placements.exists():
        erase_interest(interest)
        return True
    with translation.override(settings.LANGUAGE_CODE):
        text = _("The employer of %(reference)s withdraws, and a candidate is placed there. Call, and finish it.")
    fields: dict[str, Any] = {"interest": interest, "text": text % {"reference": interest.reference}}
    if not FollowUp.objects.open().filter(**fields).exists():
        action = FollowUp(**fields, due_on=timezone.localdate(), owner=interest.owner)
        action.full_clean()
        action.save()
    return False


@transaction.atomic
def erase_interest(interest: EmployerInterest) -> None:
    employer = interest.employer
    findings = Finding.objects.filter(interest=interest.pk, by_employer=True)
    _erase_all(findings.drafts())
    Finding.history.filter(id__in=list(findings.values_list("pk", flat=True))).update(employer=None)
    findings.update(employer=None)
    _erase_about("interest", interest.pk)
    ImportRow.objects.filter(run__record=RecordKind.EMPLOYER_INTEREST, target_id=interest.pk).delete()
    _erase(interest)
    if employer and employer.created_at >= interest.created_at and not employer.interests.exists():
        _erase_about("employer", employer.pk)
        _erase(employer)


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
