"""A candidate moves to another centre: closed or handed over, and noted as a barrier that was met."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from dossiers.models.activity.finding import Finding
from dossiers.models.dossiers.dossier import Dossier, Status
from dossiers.models.lists.lists import ClosingReason, FindingCategory

MOVED_REASON = "Verhuisd naar een andere opvang"  # as fixtures/lists/ have them; made again where staff removed them
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
    """Note the new place, close the dossier or hand it over to a coordinator, and make the finding about it.

    Raises ValidationError when the dossier can't be closed: a placement is still open.
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
