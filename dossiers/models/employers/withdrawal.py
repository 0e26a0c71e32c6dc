"""What goes when an employer withdraws: the interest with all that was written down about it, histories too.

What stays: an employer that offers other work, or that was known before; costs, without the employer; what a
coordinator confirmed of what the employer told, as research material that points to nobody; a candidate's own contact
moments. Where a candidate is placed nothing goes by itself, for that placement is the candidate's too.
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
    """Erase it; False when a candidate is or was placed there: then a coordinator is asked to call and to finish it.

    Raises DoesNotExist when it was erased already.
    """
    interest = EmployerInterest.objects.select_for_update().get(pk=interest.pk)
    if interest.placements.exists():
        _ask_to_finish(interest)
        return False
    erase_interest(interest)
    return True


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
    """What hangs on it alone goes; what is about a candidate too, or counts in figures, points to it no more."""
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
    """Also its history, and the log that has its name."""
    model: Any = type(record)
    key = record.pk
    record.delete()
    model.history.filter(id=key).delete()
    kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
    ModelLogEntry.objects.filter(content_type=kind, object_id=str(key)).delete()


def _ask_to_finish(interest: EmployerInterest) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        text = _("The employer of %(reference)s withdraws, and a candidate is placed there. Call, and finish it.")
    fields: dict[str, Any] = {"interest": interest, "text": text % {"reference": interest.reference}}
    if not FollowUp.objects.open().filter(**fields).exists():
        action = FollowUp(**fields, due_on=timezone.localdate(), owner=interest.owner)
        action.full_clean()
        action.save()
