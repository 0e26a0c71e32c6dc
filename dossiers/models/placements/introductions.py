"""Conditions for placements of which the employer knows the candidate."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from dossiers.models.activity.record_mail import RecordMail
from dossiers.models.placements.placement import INFORMED_STEPS


def was_introduced(day: date) -> Q:
    """Return the condition for placements of which the employer knew the candidate on this day."""
    return Q(shared_on__lte=day) | _went_on(day)


def was_discussed(day: date) -> Q:
    """Return the condition for placements about which the employer was spoken with on this day or before.

    That is an interview or a later step, or telling the employer about the candidate otherwise than by mail: whether a
    mail was read is not known.
    """
    mails = RecordMail.objects.filter(proposal=OuterRef("pk"), state=RecordMail.State.SENT)
    return _went_on(day) | Q(shared_on__lte=day) & ~Q(Exists(mails))


def _went_on(day: date) -> Q:
    steps = Q()
    for step in INFORMED_STEPS:
        steps |= Q(**{f"{step.date_field}__lte": day})
    return steps
