"""Anonymizes expired dossiers and contacts automatically, every day."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dates.format import format_date
from dossiers.forgetting.anonymize import AnonymizationRefused, anonymize_dossier, clear_deleted, find_obstacle
from dossiers.forgetting.employers import (
    anonymize_contact,
    anonymize_deleted_employer,
    anonymize_sign_up,
    find_expired_contacts,
    find_expired_deleted_employers,
    find_expired_sign_ups,
)
from dossiers.models.dossiers.retention import Retention, find_expired_deleted_dossiers, find_expired_dossiers

logger = logging.getLogger(__name__)


@dataclass
class Outcome:
    """The result, with references instead of names, because it is logged."""

    forgotten: list[tuple[str, str]] = field(default_factory=list)  # reference, why
    left: list[tuple[str, str]] = field(default_factory=list)  # reference, why it could not be anonymized


def forget(day: date, *, dry_run: bool = False) -> Outcome:
    """Anonymize the dossiers and contacts whose retention term has passed on that day, and expired deleted dossiers.

    Those have a term of their own. During the waiting period of a new or shorter term nothing else goes, unless
    `dry_run`, which changes nothing.
    """
    retention = Retention.load()
    outcome, months = Outcome(), retention.months or 0
    why_deleted = _("deleted; its history was still kept")
    for key, reference in find_expired_deleted_dossiers(day).items():
        if dry_run:
            _add_outcome(outcome, reference, why_deleted)
        else:
            _run_safely(outcome, reference, why_deleted, partial(clear_deleted, key))
    if retention.is_waiting(timezone.now()) and not dry_run:
        return outcome
    for dossier in find_expired_dossiers(day):
        words = ngettext(
            "closed on %(day)s; kept for %(months)d month", "closed on %(day)s; kept for %(months)d months", months
        )
        why = words % {"day": format_date(dossier.closed_at), "months": months}
        if dry_run:
            _add_outcome(outcome, dossier.reference, why, find_obstacle(dossier))
        else:
            _run_safely(outcome, dossier.reference, why, partial(anonymize_dossier, dossier.pk, None, why))
    why_contact = _("contact of an employer whose interests are closed")
    contacts: list[tuple[str, str, Callable[[], object]]] = [
        (_("employer %(number)d") % {"number": employer.pk}, why, partial(anonymize, employer))
        for employers, why, anonymize in (
            (find_expired_contacts(day), why_contact, anonymize_contact),
            (find_expired_deleted_employers(day), why_deleted, anonymize_deleted_employer),
        )
        for employer in employers
    ]
    contacts += [
        (sign_up.reference, why_contact, partial(anonymize_sign_up, sign_up)) for sign_up in find_expired_sign_ups(day)
    ]
    for name, why, anonymize in contacts:
        _add_outcome(outcome, name, why) if dry_run else _run_safely(outcome, name, why, anonymize)
    return outcome


def _run_safely(outcome: Outcome, reference: str, why: str, go: Callable[[], object]) -> None:
    """Run `go` and record the outcome; an error does not prevent anonymizing the others."""
    try:
        go()
    except AnonymizationRefused as reason:
        _add_outcome(outcome, reference, why, str(reason))
    except Exception:
        logger.exception("%s could not be anonymised", reference)
        _add_outcome(outcome, reference, why, _("Something went wrong. See the log."))
    else:
        _add_outcome(outcome, reference, why)


def _add_outcome(outcome: Outcome, reference: str, why: str, in_its_way: str = "") -> None:
    if in_its_way:
        outcome.left.append((reference, in_its_way))
    else:
        outcome.forgotten.append((reference, why))
