"""The person to call at a company: forgotten some time after the last of its offers was closed. The company stays."""

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.log_actions import log

from dossiers.forgetting.anonymising import FORGOTTEN
from dossiers.forgetting.declared import emptied, model_of
from dossiers.models import (
    ContactMoment,
    Employer,
    EmployerInterest,
    FollowUp,
    ImportRow,
    InterestStatus,
    Placement,
    RecordKind,
    Retention,
)
from dossiers.models.retention import closed_since, end_of

CLOSED = (InterestStatus.CLOSED,)
BESIDE: dict[str, Any] = {"history_change_reason": None, "import_run": None, "import_line": None}


def employers_outlived(day: date, retention: Retention | None = None) -> list[Employer]:
    """Those with offers that are all closed, the last one so long ago, where nobody is placed or proposed any more."""
    last = (retention or Retention.load()).employers_closed_before(day)
    if last is None:
        return []
    interests = EmployerInterest.objects.filter(employer=OuterRef("pk"))
    placed = Placement.objects.open().filter(interest__employer=OuterRef("pk"))
    over = Employer.objects.exclude(email="").filter(Exists(interests)).exclude(Exists(placed))
    over = over.exclude(Exists(interests.exclude(status__in=CLOSED)))
    theirs = closed_since(EmployerInterest.objects.filter(employer__in=over), CLOSED)
    recent = set(theirs.filter(closed_at__gte=end_of(last)).values_list("employer", flat=True))
    return [employer for employer in over.order_by("pk") if employer.pk not in recent]


def sign_ups_outlived(day: date, retention: Retention | None = None) -> Any:
    """Closed sign-ups that nobody took over, with a contact that is still kept."""
    last = (retention or Retention.load()).employers_closed_before(day)
    if last is None:
        return EmployerInterest.objects.none()
    alone = EmployerInterest.objects.filter(employer=None, status__in=CLOSED).exclude(contact_given={})
    return closed_since(alone, CLOSED).filter(closed_at__lt=end_of(last)).order_by("closed_at", "pk")


@transaction.atomic
def forget_employer(employer: Employer, user: User | None = None) -> None:
    """Its contact, what the sign-ups answered, and what was written down about calls with it alone."""
    _empty("dossiers.Employer", Employer.objects.filter(pk=employer.pk))
    _forget_interests(EmployerInterest.objects.filter(employer=employer), Q(employer=employer.pk))
    log(instance=employer, action="dossiers.forget_employer", user=user, content_changed=True)


@transaction.atomic
def forget_sign_up(interest: EmployerInterest) -> None:
    _forget_interests(EmployerInterest.objects.filter(pk=interest.pk), Q())
    log(instance=interest, action="dossiers.forget_employer", content_changed=True)


def _forget_interests(interests: QuerySet[EmployerInterest], employer: Q) -> None:
    keys = list(interests.values_list("pk", flat=True))
    about = (Q(interest__in=keys) | employer) & Q(dossier=None, placement=None)
    _empty("dossiers.EmployerInterest", EmployerInterest.objects.filter(pk__in=keys))
    _empty("dossiers.ContactMoment", ContactMoment.objects.filter(about))
    rows = ImportRow.objects.filter(run__record=RecordKind.EMPLOYER_INTEREST)
    rows.filter(target_id__in=keys).delete()
    for action in FollowUp.objects.filter(about):
        key = action.pk
        action.delete()
        FollowUp.history.filter(id=key).delete()


def _empty(label: str, records: QuerySet[Any]) -> None:
    """The records, and every step of their histories."""
    nothing, keys = emptied(label, str(FORGOTTEN)), list(records.values_list("pk", flat=True))
    model_of(label).history.filter(id__in=keys).update(**nothing, **BESIDE)
    model_of(label)._base_manager.filter(pk__in=keys).update(**nothing)
