"""Explains why no matches are sought for a record: the conditions of `seeking_work` and `open_to_proposals`."""

from datetime import date

from django.utils.translation import gettext as _

from dates.format import format_date
from dossiers.models import CLOSED_STATUSES, Dossier, EmployerInterest, InterestStatus, Status, WorkRight


def why_no_offers(dossier: Dossier) -> str:
    """Return why no offers are sought for this dossier, as a text for people; empty if they are."""
    if dossier.status in CLOSED_STATUSES:
        return _("This dossier is closed, so no employer is sought.")
    if dossier.wants_to_stop:
        asked = {"day": format_date(dossier.withdrawal_requested_on)}
        return _("This candidate said on %(day)s to want to stop, so no employer is sought.") % asked
    if dossier.status == Status.WORKING:
        return _("This candidate is at work, so no other employer is sought.")
    if dossier.work_right == WorkRight.NONE:
        return _("This candidate has no right to work, so no placement of any kind can be made.")
    return ""


def why_no_candidates(interest: EmployerInterest, day: date) -> str:
    """Return why no candidates are sought for this interest on that day; empty if they are."""
    if interest.status in (InterestStatus.CLOSED, InterestStatus.UNCONFIRMED):
        return _("This interest is closed, so no candidates are sought.")
    if interest.wants_to_stop:
        asked = {"day": format_date(interest.withdrawal_requested_on)}
        return _("This employer said on %(day)s to want to withdraw, so no candidates are sought.") % asked
    if interest.employer_id is None:
        return _("This sign-up was not taken over yet. Take it over first; then candidates are sought.")
    if interest.end_date and interest.end_date < day:
        ended = {"day": format_date(interest.end_date)}
        return _("This work ended on %(day)s, so no candidates are sought.") % ended
    taken = interest.placements.at_work().count()
    if taken >= interest.positions:
        words = {"taken": taken, "places": interest.positions}
        return _("All places are taken (%(taken)d of %(places)d), so no candidates are sought.") % words
    return ""
