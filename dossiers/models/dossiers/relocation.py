"""Records that a candidate moves to another reception center."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from dossiers.models.activity.finding import Finding
from dossiers.models.dossiers.dossier import Dossier, Status
from dossiers.models.lists.lists import ClosingReason, FindingCategory
from dossiers.models.withdrawal import sync_withdrawal_actions

MOVED_REASON = "Verhuisd naar een andere opvang"  # both are in fixtures/lists/, and made again if staff deleted them
MOVED_CATEGORY = {"code": "coa-verhuizing"}


def get_moved_reason() -> ClosingReason:
    reason, _made = ClosingReason.objects.get_or_create(side=ClosingReason.Side.CANDIDATE, name=MOVED_REASON)
    return reason


def get_moved_category() -> FindingCategory:
    defaults = {
        "kind": FindingCategory.Kind.BARRIER,
        "heading": FindingCategory.Heading.CONTEXT,
        "name": "Verhuizing naar een andere opvang (COA)",
    }
    category, _made = FindingCategory.objects.get_or_create(**MOVED_CATEGORY, defaults=defaults)
    return category


@transaction.atomic
def record_move(
    dossier: Dossier, location: str, day: date, user: User, *, close: bool, coordinator: User | None = None
) -> Finding:
    """Save the new location, close the dossier or assign it to a coordinator, and return the finding about the move.

    Raises ValidationError if the dossier can't be closed because a placement is open.
    """
    dossier = Dossier.objects.get_locked(dossier.pk)
    before = dossier.location
    dossier.location = location
    if close:
        dossier.status, dossier.closing_reason = Status.WITHDRAWN, get_moved_reason()
    elif coordinator:
        dossier.coordinator = coordinator
    dossier.full_clean()
    dossier.save()
    sync_withdrawal_actions(dossier)
    text = gettext("Moved from %(before)s to %(after)s.") if before else gettext("Moved to %(after)s.")
    finding = Finding(
        dossier=dossier,
        category=get_moved_category(),
        side=Finding.Side.PROCESS,
        description=text % {"before": before, "after": location},
        noticed_on=day,
        noted_by=user,
    )
    finding.full_clean()
    finding.save()
    finding.confirm(user)
    return finding
