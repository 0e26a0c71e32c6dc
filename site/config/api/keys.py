"""API keys, which are Wagtail's APIToken; a key has the permissions of its owner."""

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer
from wagtail.models import APIToken

from access_log.models import KeyUse
from config.logins.backend import LoginBackend
from config.logins.second_factor import has_one, is_exempt
from web_api.limits import Limit
from web_api.problems import Problem
from web_api.throttle import client_address

WRONG_KEYS = Limit("wrong-key", 20, timedelta(minutes=1))  # of one address, as wrong passwords
OF_ONE_KEY = Limit("key", 600, timedelta(minutes=1))
NOTED_EACH = 60  # seconds between two notes that a key was used
NO_SECOND_FACTOR = _(
    "A key needs a second factor of its owner. Set one up: log in to the backoffice, and do what it asks."
)


def lacks_second_factor(user: Any) -> bool:
    """Whether nobody may act as this user by a key alone: it is made where a second factor was shown, and ends with
    that."""
    return not is_exempt(user) and not has_one(user)


class Key(HttpBearer):
    """`Authorization: Bearer wagtail_…`; the session of a browser opens nothing here."""

    def authenticate(self, request: HttpRequest, token: str) -> APIToken:
        address = client_address(request)
        WRONG_KEYS.check(address)
        key = find(token)
        if key is None:
            WRONG_KEYS.count(address)
            raise Problem(401)
        OF_ONE_KEY.count(key.pk)
        if lacks_second_factor(key.user):
            raise Problem(403, NO_SECOND_FACTOR)
        request.user = key.user
        note_use(key)
        return key


def find(token: str) -> APIToken | None:
    """The key in force whose text this is, of somebody who may have a login."""
    if not APIToken.validate_token_format(token):
        return None
    known = APIToken.objects.filter(key_hash__in=APIToken.candidate_key_hashes(token), revoked_at=None)
    key = known.select_related("user").first()
    return key if key and LoginBackend().user_can_authenticate(key.user) else None


def note_use(key: APIToken) -> None:
    """Not in the key itself: whoever only reads would wait, on SQLite, for an import that writes."""
    if cache.add(f"key-used-{key.pk}", True, NOTED_EACH):
        KeyUse.objects.update_or_create(key_id=key.pk, defaults={"at": timezone.now()})
