"""Requires a second factor at each login to the backoffice."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from config.environment import DEMO
from config.logins.revocation import end_logins
from dossiers.management.demo_logins import is_demo_login

SHOWN = "second_factor"  # key in the session


def mark_as_shown(session: SessionBase) -> None:
    session[SHOWN] = True


def mark_as_removed(session: SessionBase) -> None:
    session.pop(SHOWN, None)


def has_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    return Authenticator.objects.filter(user_id=user.pk).exists()


def is_exempt(user: Any) -> bool:
    """Whether the user needs no second factor, as a demo user of a demo installation."""
    return bool(settings.MODE == DEMO and is_demo_login(user))


def is_required(user: Any, session: SessionBase) -> bool:
    """Whether this login must still show a second factor."""
    if not user.is_authenticated or session.get(SHOWN) or is_exempt(user):
        return False
    return has_second_factor(user) or user.has_perm("wagtailadmin.access_admin")


def remove_second_factor(user: AbstractBaseUser) -> bool:
    """Remove the second factor of a user who lost it, and all sessions and API keys; False if there was none."""
    taken, _each = Authenticator.objects.filter(user_id=user.pk).delete()
    end_logins(user)
    return bool(taken)


class SecondFactorMiddleware:
    """Redirects a login without its second factor from the backoffice to the form for it.

    On all other pages, except those of the login itself, the user of such a login is anonymous.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user, session = request.user, request.session
        if request.path.startswith(reverse("account_login")):
            if is_required(user, session) and has_second_factor(user):
                return self.restart_login(request)
        elif request.path.startswith(reverse("wagtailadmin_home")):
            if request.path != reverse("wagtailadmin_logout") and is_required(user, session):
                return self.restart_login(request) if has_second_factor(user) else redirect("mfa_activate_totp")
        else:
            # Lazy, because a page whose user is never asked for can be cached.
            request.user = SimpleLazyObject(lambda: AnonymousUser() if is_required(user, session) else user)  # type: ignore[assignment]
        return self.get_response(request)

    @staticmethod
    def restart_login(request: HttpRequest) -> HttpResponse:
        """Log out and ask for a new login with the second factor, which was set up after this login started."""
        logout(request)
        return redirect_to_login(request.get_full_path())
