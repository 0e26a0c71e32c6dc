"""Tells the log who was refused: never a password, and a name only when it is somebody's.

What was typed as a name and is nobody's may be somebody's password.
"""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from allauth.core import context
from django.contrib.auth.base_user import AbstractBaseUser

logger = logging.getLogger(__name__)


def tell(what: str, name: str | None) -> None:
    address = get_adapter().get_client_ip(context.request)
    logger.warning("%s: %s, from %s", what, name or "a name that nobody has", address)


def user_meant(credentials: dict[str, Any]) -> AbstractBaseUser | None:
    """Return the user whose name or e-mail address was typed, or None."""
    name, address = credentials.get("username"), credentials.get("email")
    user: AbstractBaseUser | None = get_user_by_username(name) if name else None
    if user is None and address:
        user = next(iter(filter_users_by_email(address, for_login=True)), None)
    return user


def name_given(credentials: dict[str, Any]) -> str | None:
    """The name or address that was typed, if it is somebody's."""
    return credentials.get("username") or credentials.get("email") if user_meant(credentials) else None
