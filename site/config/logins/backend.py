"""The authentication backend of the backoffice."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import get_user_by_username
from django.conf import settings
from django.contrib.auth.models import AbstractUser, User
from django.http import HttpRequest

from config.environment import PRODUCTION
from dossiers.management.demo_logins import is_demo_login


class LoginBackend(AuthenticationBackend):
    """Logs users in by user name or e-mail address, except demo users and demo passwords in production."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractUser | None:
        if settings.MODE == PRODUCTION and credentials.get("password") == settings.DEMO_PASSWORD:
            return None
        user: AbstractUser | None = super().authenticate(request, **credentials)
        return user

    def _authenticate_by_username(self, username: str, password: str) -> AbstractUser | None:
        user: AbstractUser | None = self._check_password(find_user_by_name(username), password)
        return user

    def user_can_authenticate(self, user: AbstractUser) -> bool:
        """Whether the user may be logged in; Django asks this at the login and for each later request."""
        if settings.MODE == PRODUCTION and is_demo_login(user):
            return False
        return bool(super().user_can_authenticate(user))


def find_user_by_name(name: str) -> AbstractUser | None:
    """Return the user with exactly this name, or else the only user who has it in whatever case, or None."""
    user: AbstractUser | None = User.objects.filter(username=name).first() or get_user_by_username(name)
    return user
