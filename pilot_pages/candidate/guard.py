"""Access to a candidate's page: a valid key and the right date of birth, with a limit of attempts.

The response is the same for a wrong date and for an unknown key, also if the letter has ended: only who knows the date
of birth too is told that it has. Text that is not a date does not count as an attempt: the response explains the format
without checking the key. After too many attempts the visitor is locked out, in the same way for each key and without
checking the date. So visitors cannot find out which keys exist or whose they are.
"""

from datetime import date, datetime, timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse

from dossiers.models import CandidateLink
from dossiers.models.candidate_page.links import ATTEMPTS_PER_KEY, hash_key, round_up_to_minute
from web_api import throttle
from web_api.throttle import Limit

COOKIE, SALT = "mijn-gegevens", "pilot_pages.candidate"
SESSION_LENGTH = timedelta(minutes=15)
ADDRESS_LIMIT = Limit("candidate-address", 20, timedelta(minutes=1))
MESSAGE_LIMIT = Limit("candidate-message", 20, timedelta(days=1))


def may_send_message(link: CandidateLink) -> bool:
    """Count a message of the candidate; return False after too many, to protect coordinators from a flood."""
    return not MESSAGE_LIMIT.take(str(link.pk))


def authenticate(request: HttpRequest, key: str, born: date) -> CandidateLink | None:
    """Return the letter with this key and date of birth, also one that has ended; None for any mistake or lock."""
    if get_lock_end(request, key):
        return None
    link = CandidateLink.objects.opened_by(key, born)
    if link is None:
        throttle.take(_get_limits(request, key))
    return link


def get_lock_end(request: HttpRequest, key: str) -> datetime | None:
    """Return when the visitor can try this key again; None if the visitor is not locked out."""
    wait = throttle.wait(_get_limits(request, key))
    return round_up_to_minute(wait) if wait > throttle.NOW else None


def _get_limits(request: HttpRequest, key: str) -> dict[Limit, str]:
    return {ATTEMPTS_PER_KEY: hash_key(key), ADDRESS_LIMIT: throttle.client_address(request)}


def set_cookie(response: HttpResponse, request: HttpRequest, link: CandidateLink) -> None:
    """Set a signed session cookie for these pages only, which is valid for SESSION_LENGTH."""
    response.set_cookie(
        COOKIE,
        signing.dumps(link.pk, salt=SALT),
        max_age=None,
        path="/mijn-gegevens/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )


def delete_cookie(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path="/mijn-gegevens/", samesite="Strict")


def get_authenticated_link(request: HttpRequest, key: str) -> CandidateLink | None:
    """Return the letter of this key if the visitor entered the date of birth in the last 15 minutes, else None."""
    try:
        pk = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SESSION_LENGTH)
    except signing.BadSignature:
        return None
    return CandidateLink.objects.open().filter(pk=pk, key_hash=hash_key(key)).select_related("dossier").first()
