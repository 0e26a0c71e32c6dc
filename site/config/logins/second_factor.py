"""Requires a second factor of everybody who enters the backoffice, at each login."""

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

SHOWN = "second_factor"  # in the session, so that one which began with a password alone stays without


def was_shown(session: SessionBase) -> None:
    session[SHOWN] = True


def was_taken_away(session: SessionBase) -> None:
    session.pop(SHOWN, None)


def has_one(user: AbstractBaseUser | AnonymousUser) -> bool:
    return Authenticator.objects.filter(user_id=user.pk).exists()


def is_exempt(user: Any) -> bool:
    """A demo's own logins, in a demo."""
    return bool(settings.MODE == DEMO and is_demo_login(user))


def is_awaited(user: Any, session: SessionBase) -> bool:
    """Whether this login must still show a second factor."""
    if not user.is_authenticated or session.get(SHOWN) or is_exempt(user):
        return False
    return has_one(user) or user.has_perm("wagtailadmin.access_admin")


def take_away(user: AbstractBaseUser) -> bool:
    """Take away the second factor of somebody who lost it, and end all that it let in; False if there was none."""
    taken, _each = Authenticator.objects.filter(user_id=user.pk).delete()
    end_logins(user)
    return bool(taken)


class SecondFactorMiddleware:
    """A login that must still show its second factor is led there from every address of the backoffice.

    Everywhere else, but for the pages of the login itself, it is nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user, session = request.user, request.session
        if request.path.startswith(reverse("account_login")):
            if is_awaited(user, session) and has_one(user):
                return self.begin_anew(request)
        elif request.path.startswith(reverse("wagtailadmin_home")):
            if request.path != reverse("wagtailadmin_logout") and is_awaited(user, session):
                return self.begin_anew(request) if has_one(user) else redirect("mfa_activate_totp")
        else:
            # Found out only when somebody asks: most public pages don't, and may then be kept in a cache.
            request.user = SimpleLazyObject(lambda: AnonymousUser() if is_awaited(user, session) else user)  # type: ignore[assignment]
        return self.get_response(request)

    @staticmethod
    def begin_anew(request: HttpRequest) -> HttpResponse:
        """It was set up elsewhere since this login began: who has the password alone must not reach its pages."""
        logout(request)
        return redirect_to_login(request.get_full_path())
