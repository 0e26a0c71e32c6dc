"""The answers of a sign-up that is not sent yet, so that each step has a URL and the browser's Back loses nothing.

The cache holds them for an hour, encrypted with a key that only the visitor's cookie holds.
"""

from datetime import timedelta
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase, QueryDict

from web_api.throttle import Limit, client_address

DRAFT_COOKIE = "sign_up_draft"
LIFETIME = timedelta(hours=1)  # since the last step; the cookie ends sooner, with the browser
MAX_SIZE = 50_000  # bytes; several times a long form
# New drafts from one IP address: strangers may not fill the cache, which also counts for other limits.
BY_ADDRESS = Limit("sign-up-draft", 100, LIFETIME)


def load_draft(request: HttpRequest) -> QueryDict | None:
    """Return a mutable copy of the answers; None if there are none, or the key does not fit."""
    cipher, key = _get_cipher(request)
    token = cache.get(_cache_key(key)) if cipher else None
    try:
        return QueryDict(cipher.decrypt(token), mutable=True) if cipher and token else None
    except InvalidToken:
        return None


def save_draft(request: HttpRequest, answers: QueryDict) -> str:
    """Store the answers and return their key, for `set_draft_cookie`. The key is empty if they may not be stored, and
    then older answers are deleted, so that those never replace newer ones."""
    cipher, key = _get_cipher(request)
    text = answers.urlencode().encode()
    if len(text) > MAX_SIZE or (cipher is None and BY_ADDRESS.take(client_address(request))):
        delete_draft(request)
        return ""
    if cipher is None:
        key = Fernet.generate_key().decode()
        cipher = Fernet(key)
    cache.set(_cache_key(key), cipher.encrypt(text), LIFETIME.total_seconds())
    return key


def set_draft_cookie(request: HttpRequest, response: HttpResponseBase, key: str) -> None:
    secure = settings.CSRF_COOKIE_SECURE
    response.set_cookie(DRAFT_COOKIE, key, path=request.path, httponly=True, secure=secure, samesite="Lax")


def delete_draft(request: HttpRequest, response: HttpResponseBase | None = None) -> None:
    """Delete the stored answers and, in a response, the cookie with their key."""
    if key := request.COOKIES.get(DRAFT_COOKIE):
        cache.delete(_cache_key(key))
        if response:
            response.delete_cookie(DRAFT_COOKIE, path=request.path, samesite="Lax")


def _get_cipher(request: HttpRequest) -> tuple[Fernet | None, str]:
    """Return the cipher and the key of the visitor's cookie; None if there is no valid one."""
    key = request.COOKIES.get(DRAFT_COOKIE, "")
    try:
        return Fernet(key), key
    except ValueError:
        return None, ""


def _cache_key(key: str) -> str:
    return f"sign-up:draft:{sha256(key.encode()).hexdigest()}"
