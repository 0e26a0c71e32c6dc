"""Helpers for tests of the action rules."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from dossiers.actions.generate import Outcome, apply_rules
from dossiers.models import ActionRule, Dossier, EmployerInterest, FollowUp, Placement

from ..models.factories import make_dossier, make_sign_up

DAY = date(2026, 11, 24)  # a Tuesday


def days_later(days: int) -> date:
    return DAY + timedelta(days=days)


def update_record(record: Any, **fields: Any) -> Any:
    """Update a record without its steps and validation, and return it."""
    type(record)._default_manager.filter(pk=record.pk).update(**fields)
    record.refresh_from_db()
    return record


def make_confirmed_sign_up(confirmed_on: date, at: time = time(14, 0), **fields: Any) -> EmployerInterest:
    """Create a sign-up that was confirmed on that day."""
    return make_sign_up(confirmed_at=timezone.make_aware(datetime.combine(confirmed_on, at)), **fields)


def make_dossier_with_document(**fields: Any) -> Dossier:
    """Create a dossier with a document that expires in four weeks."""
    return make_dossier(**{"document_expires_on": days_later(28)} | fields)


def enable_only(code: str, **fields: Any) -> ActionRule:
    """Enable this rule with these values, and disable all others."""
    ActionRule.objects.exclude(code=code).update(active=False)
    return update_record(ActionRule.objects.get(code=code), active=True, **fields)


def run_rules(day: date = DAY) -> Outcome:
    return apply_rules(day)


def make_actions_on(day: date) -> list[FollowUp]:
    return run_rules(day).created


def set_permit_end(placement: Placement, until: date) -> Placement:
    return update_record(placement, permit_valid_until=until)


def get_done_note(action: FollowUp) -> str:
    """Return why the action was resolved, or an empty text when it is open."""
    action.refresh_from_db()
    assert action.is_done is bool(action.done_note) and action.done_by is None
    return action.done_note
