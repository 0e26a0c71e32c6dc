"""What a candidate says on the own page. Nothing changes by it: each comes as an action for the coordinator.

Also a yes to a proposal: that is only told to an employer after a coordinator recorded it. The actions are also what
the page remembers of it.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.follow_up import FollowUp
from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.placements.placement import Placement

CORRECTION_AT_MOST = 2_000
BY_CANDIDATE = "candidate:"  # how the occasion of such an action begins
YES, NO, CORRECTION, STOP = (f"{BY_CANDIDATE}{name}" for name in ("yes", "no", "correction", "stop"))
SHOWN = 120  # letters of a correction in its action: the whole stands in the contact moment


@transaction.atomic
def ask_correction(dossier: Dossier, text: str) -> FollowUp:
    """Keep what the candidate wrote, and have somebody read it. Raises ValidationError on a private number."""
    with translation.override(settings.LANGUAGE_CODE):
        written = _("The candidate wrote on the own page: %(text)s") % {"text": text}
        contact = ContactMoment(dossier=dossier, kind=ContactMoment.Kind.MAIL, text=written)
        contact.full_clean()
        contact.save()
        short = Truncator(" ".join(text.split())).chars(SHOWN)
        return _action(dossier, CORRECTION, _("The candidate asks for a correction: “%(text)s”") % {"text": short})


@transaction.atomic
def answer(placement: Placement, *, agrees: bool) -> FollowUp:
    """The candidate's yes or no to a proposal; a former one holds no more."""
    with translation.override(settings.LANGUAGE_CODE):
        names = {"reference": placement.reference}
        if agrees:
            text = _("The candidate says yes to proposal %(reference)s. Record the agreement.") % names
        else:
            text = _("The candidate says no to proposal %(reference)s. Call, and end it.") % names
        for former in FollowUp.objects.open().filter(placement=placement, occasion=NO if agrees else YES):
            former.mark_done_by_rule(_("The candidate gave another answer."))
        return _action(placement.dossier, YES if agrees else NO, text, placement)


def withdraw(dossier: Dossier) -> FollowUp:
    """The candidate wants to stop."""
    with translation.override(settings.LANGUAGE_CODE):
        return _action(dossier, STOP, _("The candidate wants to stop with the pilot. Call, and close the dossier."))


def said_by(dossier: Dossier) -> QuerySet[FollowUp]:
    """What the candidate said, the last first."""
    return FollowUp.objects.filter(dossier=dossier, occasion__startswith=BY_CANDIDATE).order_by("-created_at", "-pk")


def _action(dossier: Dossier, occasion: str, text: str, placement: Placement | None = None) -> FollowUp:
    """Today's, for the coordinator of the dossier; one that is open already is not made again."""
    fields = {"dossier": dossier, "placement": placement, "text": text, "occasion": occasion}
    action = FollowUp.objects.open().filter(**fields).first()
    if action:
        return action
    made = FollowUp(**fields, due_on=timezone.localdate(), owner=dossier.coordinator)
    made.full_clean()
    made.save()
    return made
