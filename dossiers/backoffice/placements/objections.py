"""The remark about a placement that does not fit what the candidate can do; it stops nothing."""

from django.utils import timezone
from django.utils.translation import gettext

from dossiers.matching import find_objections
from dossiers.models import Placement


def describe_objections(placement: Placement) -> str:
    """Return what of the hours and the start does not fit the dossier, as a sentence, or "" if all fits."""
    objections = find_objections(placement, timezone.localdate())
    if not objections:
        return ""
    text = gettext("This does not fit what the dossier says: %(reasons)s. Check it with the candidate.")
    return text % {"reasons": "; ".join(objections)}
