"""Access to a candidate's page: a valid key and the right date of birth, with a limit of attempts.

Whatever is wrong, the answer is the same: a wrong date, a letter that ended or was revoked, or a key that never was.
A date that can't be read is no attempt: the answer says how to write it, without a look at the key.
After too many attempts it is another one, for each key in the same way and without a look at the date. So nobody can
find out which keys there are, nor whose they are.
"""

from datetime import date, datetime, timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse

from dossiers.models import CandidateLink
from dossiers.models.candidate_page.links import ATTEMPTS_PER_KEY, hash_key, round_up_to_minute
from web_api import throttle
from web_api.throttle import Limit

COOKIE, SALT = "mijn-gegevens", "pilot_pages.candidate"
STAYS = timedelta(minutes=15)
TRIES_OF_ADDRESS = Limit("candidate-address", 20, timedelta(minutes=1))
MESSAGES = Limit("candidate-message", 20, timedelta(days=1))


def may_send(link: CandidateLink) -> bool:
    """Nobody floods a coordinator's desk."""
    return not MESSAGES.take(str(link.pk))


def let_in(request: HttpRequest, key: str, born: date) -> CandidateLink | None:
    """The letter that is opened by it; None, whatever is wrong."""
    if locked_until(request, key):
        return None
    link = CandidateLink.objects.opened_by(key, born)
    if link is None:
        throttle.take(_attempts(request, key))
    return link


def locked_until(request: HttpRequest, key: str) -> datetime | None:
    """When this visitor can try this key again, or None if that is now."""
    wait = throttle.wait(_attempts(request, key))
    return round_up_to_minute(wait) if wait > throttle.NOW else None


def _attempts(request: HttpRequest, key: str) -> dict[Limit, str]:
    return {ATTEMPTS_PER_KEY: hash_key(key), TRIES_OF_ADDRESS: throttle.client_address(request)}


def remember(response: HttpResponse, request: HttpRequest, link: CandidateLink) -> None:
    """A cookie of this page alone, which the browser forgets with its window; what it says is signed, and gets old."""
    response.set_cookie(
        COOKIE,
        signing.dumps(link.pk, salt=SALT),
        max_age=None,
        path="/mijn-gegevens/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path="/mijn-gegevens/", samesite="Strict")


def who_is_in(request: HttpRequest, key: str) -> CandidateLink | None:
    """The letter of this key, when its date of birth was given here in the last quarter of an hour."""
    try:
        pk = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=STAYS)
    except signing.BadSignature:
        return None
    return CandidateLink.objects.open().filter(pk=pk, key_hash=hash_key(key)).select_related("dossier").first()
