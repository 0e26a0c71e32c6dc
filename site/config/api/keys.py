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
from config.logins.second_factor import has_second_factor, is_exempt
from web_api.limits import Limit
from web_api.problems import Problem
from web_api.throttle import client_address

WRONG_KEY_LIMIT = Limit("wrong-key", 20, timedelta(minutes=1))  # for each IP address, as for wrong passwords
KEY_LIMIT = Limit("key", 600, timedelta(minutes=1))
USE_RECORDED_EVERY = 60  # seconds
NO_SECOND_FACTOR = _(
    "A key needs a second factor of its owner. Set one up: log in to the backoffice, and do what it asks."
)


def lacks_second_factor(user: Any) -> bool:
    """Whether the user has no second factor, without which API keys are refused, and is not exempt from it."""
    return not is_exempt(user) and not has_second_factor(user)


class Key(HttpBearer):
    """Authentication by the header `Authorization: Bearer wagtail_…`; browser sessions are not accepted."""

    def authenticate(self, request: HttpRequest, token: str) -> APIToken:
        address = client_address(request)
        WRONG_KEY_LIMIT.check(address)
        key = find_active_key(token)
        if key is None:
            WRONG_KEY_LIMIT.count(address)
            raise Problem(401)
        KEY_LIMIT.count(key.pk)
        if lacks_second_factor(key.user):
            raise Problem(403, NO_SECOND_FACTOR)
        request.user = key.user
        record_use(key)
        return key


def find_active_key(token: str) -> APIToken | None:
    """Return the active key with this token if its owner may log in, or None."""
    if not APIToken.validate_token_format(token):
        return None
    known = APIToken.objects.filter(key_hash__in=APIToken.candidate_key_hashes(token), revoked_at=None)
    key = known.select_related("user").first()
    return key if key and LoginBackend().user_can_authenticate(key.user) else None


def record_use(key: APIToken) -> None:
    """Record when the key was used, once a minute at most.

    It is stored in the database of the access log: on SQLite, the main one may be locked by an import.
    """
    if cache.add(f"key-used-{key.pk}", True, USE_RECORDED_EVERY):
        KeyUse.objects.update_or_create(key_id=key.pk, defaults={"at": timezone.now()})
