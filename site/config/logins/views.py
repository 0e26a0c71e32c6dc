"""Views of allauth with the additions of this project."""

from typing import Any, cast

from allauth.account.views import LoginView
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin.views.account import LogoutView

from config.logins import failures, second_factor
from config.logins.revocation import end_logins


class LoginPage(LoginView):
    """Who is logged in already goes on, or reads that this login does not open that page: never round in a circle."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        if second_factor.is_awaited(request.user, request.session):
            return redirect("mfa_activate_totp")
        backoffice = reverse("wagtailadmin_home")
        next_url = self.get_next_url() or backoffice
        if next_url.startswith(backoffice) and request.user.has_perm("wagtailadmin.access_admin"):
            return redirect(next_url)
        return render(request, "logins/no_access.html", status=403)


class SetUpView(ActivateTOTPView):
    """Sets up an app as second factor; who proved to have it has shown it."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.was_shown(self.request.session)
        return response


class DeactivateSecondFactorView(DeactivateTOTPView):
    """Takes one's own second factor away, as before a new telephone; the backoffice opens with another."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.was_taken_away(self.request.session)
        return response


class BackofficeLogoutView(LogoutView):
    """Wagtail's takes the cookie away also where it refuses the request: a link elsewhere would sign somebody out."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect("account_logout")
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class EverywhereView(LoginRequiredMixin, View):
    """Ends all of one's own sessions, this one too, and all of one's keys."""

    def post(self, request: HttpRequest) -> HttpResponse:
        end_logins(cast(AbstractBaseUser, request.user))
        logout(request)
        messages.success(request, _("You are signed out everywhere, and your API keys open nothing any more."))
        return redirect("account_login")


class RecoveryCodesFileView(DownloadRecoveryCodesView):
    """The recovery codes as a file to print or to keep."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        response["Content-Disposition"] = f'attachment; filename="{_("recovery codes")}.txt"'
        return response


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Too many requests of one kind from one address."""
    failures.tell("Too many requests", None)
    return render(request, "429.html", status=429)
