"""The remark about a placement that does not fit what the candidate can do or wrote; it stops nothing."""

from django.utils import timezone
from django.utils.translation import gettext

from dossiers.matching import find_objections
from dossiers.models import FollowUp, Placement
from dossiers.models.activity.follow_up import CORRECTION


def describe_objections(placement: Placement) -> str:
    """Return what of the hours and the start does not fit the dossier, and what the candidate wrote and is still to do.

    It is text, or "" if all fits.
    """
    sentences = []
    if objections := find_objections(placement, timezone.localdate()):
        text = gettext("This does not fit what the dossier says: %(reasons)s. Check it with the candidate.")
        sentences.append(text % {"reasons": "; ".join(objections)})
    if correction := FollowUp.objects.open().filter(dossier=placement.dossier_id, occasion=CORRECTION).first():
        sentences.append(gettext("An action about this is still open. %(action)s") % {"action": correction.text})
    return " ".join(sentences)
