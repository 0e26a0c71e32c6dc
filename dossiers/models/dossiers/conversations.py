"""Records talks with candidates."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from dossiers.models.activity.contact import ContactMoment
from dossiers.models.dossiers.dossier import Dossier


@transaction.atomic
def record_talk(
    dossier: Dossier, day: date, text: str, user: User, *, expectation: bool = False, notice: bool = False
) -> ContactMoment:
    """Save a contact moment about a talk, and return it; raises ValidationError.

    With `expectation` it was the expectation talk, with `notice` the privacy notice was given in it. The dossier has
    one date for each of the two: the earliest one. The `dossier` of the contact moment is the dossier as it is now.
    """
    dossier = Dossier.objects.get_locked(dossier.pk)
    contact = ContactMoment(dossier=dossier, kind=ContactMoment.Kind.TALK, held_on=day, text=text, user=user)
    contact.full_clean()
    contact.save()
    stored_days = dossier.expectation_talk_on, dossier.privacy_notice_on
    if expectation:
        dossier.expectation_talk_on = min(filter(None, [dossier.expectation_talk_on, day]))
    if notice:
        dossier.privacy_notice_on = min(filter(None, [dossier.privacy_notice_on, day]))
    if stored_days != (dossier.expectation_talk_on, dossier.privacy_notice_on):
        dossier.full_clean()
        dossier.save()
    return contact
