"""What allauth's views do here besides."""

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from config.logins import refusals, second_factor
from dossiers.models.rights import may_see_people


class LoginPage(LoginView):
    """Who is logged in already goes on, or reads that this login does not open that page: never round in a circle."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        if second_factor.is_awaited(request.user, request.session):
            return redirect("mfa_activate_totp")
        backoffice = reverse("wagtailadmin_home")
        wanted = self.get_next_url() or backoffice
        if wanted.startswith(backoffice) and request.user.has_perm("wagtailadmin.access_admin"):
            return redirect(wanted)
        return render(request, "logins/no_access.html", status=403)


class SaysWhy:
    """Tells the page whether this user needs a second factor."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"needed": may_see_people(self.request.user)}  # type: ignore[misc]


class SetUpView(SaysWhy, ActivateTOTPView):
    """Sets up an app as second factor; who proved to have it has shown it."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.was_shown(self.request.session)
        return response


class TakeAwayView(SaysWhy, DeactivateTOTPView):
    """Takes one's own second factor away, as before a new telephone; who needs one must set it up again at once."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.was_taken_away(self.request.session)
        return response


class RecoveryCodesFileView(DownloadRecoveryCodesView):
    """The recovery codes as a file to print or to keep."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        response["Content-Disposition"] = f'attachment; filename="{_("recovery codes")}.txt"'
        return response


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Too many requests of one kind from one address."""
    refusals.tell("Too many requests", None)
    return render(request, "429.html", status=429)
