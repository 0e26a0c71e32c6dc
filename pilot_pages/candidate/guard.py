"""Who gets in: the key of an open letter and the right date of birth, not tried too often.

Whatever is wrong, the answer is the same: a wrong date, a letter that ended or was revoked, a key that never was, or
too many tries. So nobody can find out which keys there are, nor whose they are.
"""

from datetime import date, timedelta

from allauth.core.internal.ratelimit import consume
from django.core import signing
from django.http import HttpRequest, HttpResponse

from dossiers.models import CandidateLink
from dossiers.models.candidate_link import hashed

COOKIE, SALT = "mijn-gegevens", "pilot_pages.candidate"
STAYS = timedelta(minutes=15)
TRY, MESSAGE = "candidate_try", "candidate_message"
RATES = {
    TRY: "5/15m/key,20/m/ip",  # wrong dates for one key, and from one address: as at the login
    MESSAGE: "20/d/key",  # of one candidate
}


def may_try(request: HttpRequest, key: str, *, dry_run: bool) -> bool:
    """Whether this key, and this address, were not tried wrong too often; without dry_run it counts one more."""
    usage = consume(request, app="pilot_pages", action=TRY, config=RATES, key=hashed(key), dry_run=dry_run)
    return usage is not None


def may_send(request: HttpRequest, link: CandidateLink) -> bool:
    """Nobody floods a coordinator's desk."""
    return consume(request, app="pilot_pages", action=MESSAGE, config=RATES, key=str(link.pk)) is not None


def let_in(request: HttpRequest, key: str, born: date | None) -> CandidateLink | None:
    """The letter that is opened by it; None, whatever is wrong."""
    allowed = may_try(request, key, dry_run=True)
    link = CandidateLink.objects.opened_by(key, born) if born else None
    if link is None:
        may_try(request, key, dry_run=False)
    return link if allowed else None


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
    return CandidateLink.objects.open().filter(pk=pk, key_hash=hashed(key)).select_related("dossier").first()
