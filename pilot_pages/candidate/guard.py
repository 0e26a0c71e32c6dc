"""Access to a candidate's page: a valid key and the right date of birth, with a limit of attempts.

Whatever is wrong, the answer is the same: a wrong date, a letter that ended or was revoked, a key that never was, or
too many tries. So nobody can find out which keys there are, nor whose they are.
"""

from datetime import date, timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse

from dossiers.models import CandidateLink
from dossiers.models.candidate_page.links import hash_key
from web_api import throttle
from web_api.throttle import Limit

COOKIE, SALT = "mijn-gegevens", "pilot_pages.candidate"
STAYS = timedelta(minutes=15)
TRIES_OF_KEY = Limit("candidate-key", 5, timedelta(minutes=15))  # wrong dates, as wrong passwords at the login
TRIES_OF_ADDRESS = Limit("candidate-address", 20, timedelta(minutes=1))
MESSAGES = Limit("candidate-message", 20, timedelta(days=1))


def may_send(link: CandidateLink) -> bool:
    """Nobody floods a coordinator's desk."""
    return not MESSAGES.take(str(link.pk))


def let_in(request: HttpRequest, key: str, born: date | None) -> CandidateLink | None:
    """The letter that is opened by it; None, whatever is wrong."""
    tries = {TRIES_OF_KEY: hash_key(key), TRIES_OF_ADDRESS: throttle.client_address(request)}
    too_many = throttle.wait(tries)
    link = CandidateLink.objects.opened_by(key, born) if born else None
    if link is None:
        throttle.take(tries)
    return None if too_many else link


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
