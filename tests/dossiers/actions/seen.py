"""Shorthand for tests about rules: what one sees, and what all of them made."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from dossiers.actions.generate import Outcome, apply_rules
from dossiers.models import ActionRule, Dossier, EmployerInterest, FollowUp, Placement

from ..models.making import make_dossier, make_sign_up

DAY = date(2026, 11, 24)  # a Tuesday


def later(days: int) -> date:
    return DAY + timedelta(days=days)


def changed(record: Any, **fields: Any) -> Any:
    """The same record with other values, past every step and check."""
    type(record)._default_manager.filter(pk=record.pk).update(**fields)
    record.refresh_from_db()
    return record


def signed_up(confirmed_on: date, at: time = time(14, 0), **fields: Any) -> EmployerInterest:
    """A sign-up that was confirmed on that day."""
    return make_sign_up(confirmed_at=timezone.make_aware(datetime.combine(confirmed_on, at)), **fields)


def lasting(**fields: Any) -> Dossier:
    """Somebody whose document ends in four weeks."""
    return make_dossier(**{"document_expires_on": later(28)} | fields)


def only(code: str, **fields: Any) -> ActionRule:
    """All other rules are off, and this one has these values."""
    ActionRule.objects.exclude(code=code).update(active=False)
    return changed(ActionRule.objects.get(code=code), active=True, **fields)


def run(day: date = DAY) -> Outcome:
    return apply_rules(day)


def made_on(day: date) -> list[FollowUp]:
    return run(day).made


def permit(placement: Placement, until: date) -> Placement:
    return changed(placement, permit_valid_until=until)


def settled(action: FollowUp) -> str:
    """Why it is done, as its record says; empty when it is open."""
    action.refresh_from_db()
    assert action.is_done is bool(action.done_note) and action.done_by is None
    return action.done_note
