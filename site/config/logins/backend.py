"""Who may have a login at all."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest

from config.environment import PRODUCTION
from dossiers.management.demo_logins import is_demo_login


class LoginBackend(AuthenticationBackend):
    """By user name or e-mail address. In production neither a demo's login nor its password opens anything."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractUser | None:
        if settings.MODE == PRODUCTION and credentials.get("password") == settings.DEMO_PASSWORD:
            return None
        user: AbstractUser | None = super().authenticate(request, **credentials)
        return user

    def user_can_authenticate(self, user: AbstractUser) -> bool:
        """Asked at the login and for each page after it."""
        if settings.MODE == PRODUCTION and is_demo_login(user):
            return False
        return bool(super().user_can_authenticate(user))
