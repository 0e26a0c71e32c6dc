"""Records talks with candidates."""

from django.db import transaction

from dossiers.models.activity.contact import ContactMoment
from dossiers.models.dossiers.dossier import Dossier


@transaction.atomic
def record_talk(contact: ContactMoment, *, expectation: bool = False, notice: bool = False) -> None:
    """Save a new contact moment about a talk with a candidate; raises ValidationError.

    With `expectation` it was the expectation talk, with `notice` the privacy notice was given in it. The dossier has
    one date for each of the two: the earliest one. The contact moment gets the dossier as it is now.
    """
    assert contact.dossier  # noqa: S101  (the caller records a talk with a candidate)
    day = contact.held_on
    dossier = contact.dossier = Dossier.objects.get_locked(contact.dossier.pk)
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
