"""Log entries of refused logins.

An entry has no password, and a user name only if it exists: other typed text may be the password of a user.
"""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context
from django.contrib.auth.base_user import AbstractBaseUser

from config.logins.backend import find_user_by_name

logger = logging.getLogger(__name__)


def log_refusal(event: str, name: str | None) -> None:
    address = get_adapter().get_client_ip(context.request)
    logger.warning("%s: %s, from %s", event, name or "a name that nobody has", address)


def find_typed_user(credentials: dict[str, Any]) -> AbstractBaseUser | None:
    """Return the user whose name or e-mail address was typed, or None."""
    name, address = credentials.get("username"), credentials.get("email")
    user: AbstractBaseUser | None = find_user_by_name(name) if name else None
    if user is None and address:
        user = next(iter(filter_users_by_email(address, for_login=True)), None)
    return user


def get_typed_name(credentials: dict[str, Any]) -> str | None:
    """Return the user name or e-mail address that was typed, or None if no user has it."""
    return credentials.get("username") or credentials.get("email") if find_typed_user(credentials) else None
