"""The views of allauth, adapted to this project."""

from typing import Any, cast

from allauth.account.internal.flows.password_reset import perform_password_reset_login
from allauth.account.views import LoginView, PasswordResetFromKeyView
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
    """Redirects users who are logged in, or shows that their login has no access, instead of the form again."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        if second_factor.is_required(request.user, request.session):
            return redirect("mfa_activate_totp")
        backoffice = reverse("wagtailadmin_home")
        next_url = self.get_next_url() or backoffice
        if next_url.startswith(backoffice) and request.user.has_perm("wagtailadmin.access_admin"):
            return redirect(next_url)
        return render(request, "logins/no_access.html", status=403)


class SetUpSecondFactorView(ActivateTOTPView):
    """Sets up an app as second factor, and counts its first code as the second factor of this login."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.mark_as_shown(self.request.session)
        return response


class DeactivateSecondFactorView(DeactivateTOTPView):
    """Removes the user's own second factor, for example before getting a new telephone."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.mark_as_removed(self.request.session)
        return response


class AcceptInvitationView(PasswordResetFromKeyView):
    """Lets an invited user choose a password, and logs in: next comes the second factor."""

    template_name = "account/accept_invitation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        action_url = reverse("account_accept_invitation", kwargs=self.kwargs)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"action_url": action_url, "invited_user": self.reset_user}

    def form_valid(self, form: Any) -> HttpResponse:
        super().form_valid(form)
        response: HttpResponse = perform_password_reset_login(self.request, self.reset_user)
        return response


class BackofficeLogoutView(LogoutView):
    """Asks for confirmation on GET; Wagtail's own view deletes the cookie, so that a link could log a user out."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect("account_logout")
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class LogoutEverywhereView(LoginRequiredMixin, View):
    """Deletes all sessions of the user, including this one, and revokes all API keys."""

    def post(self, request: HttpRequest) -> HttpResponse:
        end_logins(cast(AbstractBaseUser, request.user))
        logout(request)
        messages.success(request, _("You are signed out everywhere, and your API keys open nothing any more."))
        return redirect("account_login")


class RecoveryCodesFileView(DownloadRecoveryCodesView):
    """Downloads the recovery codes as a text file."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        response["Content-Disposition"] = f'attachment; filename="{_("recovery codes")}.txt"'
        return response


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for too many requests, with status 429."""
    failures.log_refusal("Too many requests", None)
    return render(request, "429.html", status=429)
