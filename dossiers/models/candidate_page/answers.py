"""Answers that candidates give on their own page; each creates an action for the coordinator and changes nothing else.

A yes to a proposal has no effect until a coordinator records the agreement. The page reads the actions to show what
the candidate answered before.
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

MAX_CORRECTION_LENGTH = 2_000
BY_CANDIDATE = "candidate:"  # prefix of the occasion of such an action
YES, NO, CORRECTION, STOP = (f"{BY_CANDIDATE}{name}" for name in ("yes", "no", "correction", "stop"))
MAX_CHARACTERS_SHOWN = 120  # characters in the action; the contact moment has the whole text


@transaction.atomic
def request_correction(dossier: Dossier, text: str) -> FollowUp:
    """Save the candidate's text as a contact moment, and create an action; raises ValidationError."""
    with translation.override(settings.LANGUAGE_CODE):
        written = _("The candidate wrote on the own page: %(text)s") % {"text": text}
        contact = ContactMoment(dossier=dossier, kind=ContactMoment.Kind.MAIL, text=written)
        contact.full_clean()
        contact.save()
        short = Truncator(" ".join(text.split())).chars(MAX_CHARACTERS_SHOWN)
        return _get_or_create_action(
            dossier, CORRECTION, _("The candidate asks for a correction: “%(text)s”") % {"text": short}
        )


@transaction.atomic
def record_answer(placement: Placement, *, agrees: bool) -> FollowUp:
    """Create an action for the candidate's yes or no to a proposal; the action of the opposite answer is done."""
    with translation.override(settings.LANGUAGE_CODE):
        names = {"reference": placement.reference}
        if agrees:
            text = _("The candidate says yes to proposal %(reference)s. Record the agreement.") % names
        else:
            text = _("The candidate says no to proposal %(reference)s. Call, and end it.") % names
        for former in FollowUp.objects.open().filter(placement=placement, occasion=NO if agrees else YES):
            former.mark_done_by_rule(_("The candidate gave another answer."))
        return _get_or_create_action(placement.dossier, YES if agrees else NO, text, placement)


def request_withdrawal(dossier: Dossier) -> FollowUp:
    """Create an action because the candidate wants to leave the pilot."""
    with translation.override(settings.LANGUAGE_CODE):
        return _get_or_create_action(
            dossier, STOP, _("The candidate wants to stop with the pilot. Call, and close the dossier.")
        )


def get_answers(dossier: Dossier) -> QuerySet[FollowUp]:
    """Return the actions that the candidate's answers created, the latest first."""
    return FollowUp.objects.filter(dossier=dossier, occasion__startswith=BY_CANDIDATE).order_by("-created_at", "-pk")


def _get_or_create_action(dossier: Dossier, occasion: str, text: str, placement: Placement | None = None) -> FollowUp:
    """Return the open action with these fields, or create one that is due today."""
    fields = {"dossier": dossier, "placement": placement, "text": text, "occasion": occasion}
    action = FollowUp.objects.open().filter(**fields).first()
    if action:
        return action
    made = FollowUp(**fields, due_on=timezone.localdate(), owner=dossier.coordinator)
    made.full_clean()
    made.save()
    return made
