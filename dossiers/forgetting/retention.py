"""What goes by itself: closed dossiers whose time is over, day by day."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.forgetting.anonymize import NotForgotten, anonymise, anonymise_deleted, in_the_way
from dossiers.forgetting.employers import employers_outlived, forget_employer, forget_sign_up, sign_ups_outlived
from dossiers.models.dossiers.retention import Retention, find_expired_deleted_dossiers, find_expired_dossiers

logger = logging.getLogger(__name__)


@dataclass
class Outcome:
    """By reference: what this says ends up in logs."""

    forgotten: list[tuple[str, str]] = field(default_factory=list)  # reference, why
    left: list[tuple[str, str]] = field(default_factory=list)  # reference, what stands in the way


def forget(day: date, *, dry_run: bool = False) -> Outcome:
    """Anonymise what was closed so long ago on that day as the municipality set, and what is left of dossiers that were
    deleted so long ago; a second time there is nothing. Nothing goes while a term that is new or shorter waits."""
    retention = Retention.load()
    outcome, months = Outcome(), retention.months or 0
    if retention.is_waiting(timezone.now()) and not dry_run:
        return outcome
    for dossier in find_expired_dossiers(day):
        words = ngettext(
            "closed on %(day)s; kept for %(months)d month", "closed on %(day)s; kept for %(months)d months", months
        )
        why = words % {"day": f"{timezone.localtime(dossier.closed_at):%d-%m-%Y}", "months": months}
        if dry_run:
            _tell(outcome, dossier.reference, why, in_the_way(dossier))
        else:
            _try(outcome, dossier.reference, why, partial(anonymise, dossier.pk, None, why))
    for key, reference in find_expired_deleted_dossiers(day).items():
        why = _("deleted; its history was still kept")
        if dry_run:
            _tell(outcome, reference, why)
        else:
            _try(outcome, reference, why, partial(anonymise_deleted, key))
    _contacts(day, outcome, dry_run)
    return outcome


def _contacts(day: date, outcome: Outcome, dry_run: bool) -> None:
    why = _("contact of an employer whose interests are closed")
    gone: list[tuple[str, Callable[[], object]]] = [
        (_("employer %(number)d") % {"number": employer.pk}, partial(forget_employer, employer))
        for employer in employers_outlived(day)
    ]
    gone += [(sign_up.reference, partial(forget_sign_up, sign_up)) for sign_up in sign_ups_outlived(day)]
    for name, go in gone:
        _tell(outcome, name, why) if dry_run else _try(outcome, name, why, go)


def _try(outcome: Outcome, reference: str, why: str, go: Callable[[], object]) -> None:
    """One that can't go keeps no other."""
    try:
        go()
    except NotForgotten as reason:
        _tell(outcome, reference, why, str(reason))
    except Exception:
        logger.exception("%s could not be anonymised", reference)
        _tell(outcome, reference, why, _("Something went wrong. The log tells what."))
    else:
        _tell(outcome, reference, why)


def _tell(outcome: Outcome, reference: str, why: str, in_its_way: str = "") -> None:
    if in_its_way:
        outcome.left.append((reference, in_its_way))
    else:
        outcome.forgotten.append((reference, why))
