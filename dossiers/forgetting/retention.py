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
    anonymize_deleted_contact,
    anonymize_sign_up,
    find_expired_contacts,
    find_expired_deleted_contacts,
    find_expired_sign_ups,
    name_employer,
)
from dossiers.models.dossiers.retention import Retention, find_expired_deleted_dossiers, find_expired_dossiers

logger = logging.getLogger(__name__)


@dataclass
class Outcome:
    """The result, with references instead of names, because it is logged."""

    forgotten: list[tuple[str, str]] = field(default_factory=list)  # reference, why
    left: list[tuple[str, str]] = field(default_factory=list)  # reference, why it could not be anonymized


def forget(day: date, *, dry_run: bool = False) -> Outcome:
    """Anonymize the dossiers and contacts whose retention term has passed on that day, and those that were deleted.

    Deleted ones have a term of their own. During the waiting period of a new or shorter term nothing else goes, unless
    `dry_run`, which changes nothing.
    """
    retention = Retention.load()
    outcome, months = Outcome(), retention.months or 0
    why_deleted = _("deleted; its history was still kept")
    deleted: list[tuple[str, Callable[[], object]]] = [
        (reference, partial(clear_deleted, key)) for key, reference in find_expired_deleted_dossiers(day).items()
    ]
    deleted += [
        (name, partial(anonymize_deleted_contact, contact))
        for name, contact in find_expired_deleted_contacts(day).items()
    ]
    for name, go in deleted:
        _add_outcome(outcome, name, why_deleted) if dry_run else _run_safely(outcome, name, why_deleted, go)
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
    why_contact = _("contact of an employer without open interests")
    contacts: list[tuple[str, Callable[[], object]]] = [
        (name_employer(employer.pk), partial(anonymize_contact, employer)) for employer in find_expired_contacts(day)
    ]
    contacts += [(sign_up.reference, partial(anonymize_sign_up, sign_up)) for sign_up in find_expired_sign_ups(day)]
    for name, go in contacts:
        _add_outcome(outcome, name, why_contact) if dry_run else _run_safely(outcome, name, why_contact, go)
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
