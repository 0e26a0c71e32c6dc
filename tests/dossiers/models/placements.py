"""Factories of dossiers that can be placed and of placements at any step."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from dossiers.models import ClosingReason, Dossier, EmployerInterest, InReception, Placement, Status, Step
from dossiers.models.placements.placement_steps import (
    SHARED_FIELDS,
    propose,
    record_agreement,
    record_shared_data,
    take_step,
)

from .factories import make_dossier, make_interest


def today() -> date:
    return timezone.localdate()


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


def noon_of(day: date) -> datetime:
    """Return a moment that falls on the day at any hour the tests run, also across a change of the clock."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def make_ready_dossier(**fields: Any) -> Dossier:
    """Create a dossier that can be proposed for paid work and for which a permit can be requested."""
    defaults = {
        "status": Status.AVAILABLE,
        "expectation_talk_on": days_ago(200),
        "privacy_notice_on": days_ago(200),
        "application_date": days_ago(400),
        "in_reception": InReception.YES,
        "document_expires_on": today() + timedelta(days=200),
    }
    return make_dossier(**defaults | fields)


def get_end_reason(name: str = "Contract afgelopen") -> ClosingReason:
    return ClosingReason.objects.get(side=ClosingReason.Side.PLACEMENT, name=name)


def make_placement(
    step: Step = Step.PROPOSED,
    dossier: Dossier | None = None,
    interest: EmployerInterest | None = None,
    begun: int = 100,
    **fields: Any,
) -> Placement:
    """Create a placement that took every step up to this one, ten days apart, the first `begun` days ago."""
    placement = propose(dossier or make_ready_dossier(), interest or make_interest(), days_ago(begun), **fields)
    if step == Step.PROPOSED:
        return placement
    placement = record_agreement(placement, days_ago(begun))
    placement = record_shared_data(placement, dict.fromkeys(SHARED_FIELDS, "–"), days_ago(begun))
    for number, next_step in enumerate(placement.steps[1:], start=1):
        extra: dict[str, Any] = {}
        if next_step == Step.PERMIT_GRANTED:
            extra["permit_valid_until"] = today() + timedelta(days=100)
        if next_step == Step.ENDED:
            extra["end_reason"] = get_end_reason()
        placement = take_step(placement, next_step, days_ago(begun - 10 * number), **extra)
        if next_step == step:
            break
    return placement
