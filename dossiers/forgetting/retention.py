"""What goes by itself: closed dossiers whose time is over, day by day."""

import logging
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.forgetting.anonymising import NotForgotten, anonymise, in_the_way
from dossiers.models.retention import Retention, outlived

logger = logging.getLogger(__name__)


@dataclass
class Outcome:
    """By reference: what this says ends up in logs."""

    forgotten: list[tuple[str, str]] = field(default_factory=list)  # reference, why
    left: list[tuple[str, str]] = field(default_factory=list)  # reference, what stands in the way


def forget(day: date, *, dry_run: bool = False) -> Outcome:
    """Anonymise what was closed so long ago on that day as the municipality set; a second time there is nothing."""
    outcome, months = Outcome(), Retention.load().months
    for dossier in outlived(day):
        why = _("closed on %(day)s, %(months)d months ago or more") % {
            "day": f"{timezone.localtime(dossier.closed_at):%d-%m-%Y}",
            "months": months,
        }
        try:
            if dry_run and (reason := in_the_way(dossier)):
                raise NotForgotten(reason)
            if not dry_run:
                anonymise(dossier.pk, None, why)
            outcome.forgotten.append((dossier.reference, why))
        except NotForgotten as reason:
            outcome.left.append((dossier.reference, str(reason)))
        except Exception:  # one that can't go keeps no other
            logger.exception("Dossier %s could not be anonymised", dossier.reference)
            outcome.left.append((dossier.reference, _("Something went wrong. The log tells what.")))
    return outcome
