"""The URLs of the login; allauth's own list is not included, because it has more pages, such as sign-up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from django.urls import path, re_path
from django.views.generic import RedirectView

from config.logins.views import (
    AcceptInvitationView,
    BackofficeLogoutView,
    DeactivateSecondFactorView,
    LoginPage,
    LogoutEverywhereView,
    RecoveryCodesFileView,
    SetUpSecondFactorView,
)

urlpatterns = [
    path("", LoginPage.as_view(), name="account_login"),
    path("code/", mfa.authenticate, name="mfa_authenticate"),
    path("uit/", account.logout, name="account_logout"),
    path("niet-actief/", account.account_inactive, name="account_inactive"),
    path("opnieuw/", account.reauthenticate, name="account_reauthenticate"),
    path("opnieuw/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("vergeten/", account.password_reset, name="account_reset_password"),
    path("vergeten/verstuurd/", account.password_reset_done, name="account_reset_password_done"),
    path("vergeten/klaar/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^vergeten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    re_path(
        r"^uitnodiging/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        AcceptInvitationView.as_view(),
        name="account_accept_invitation",
    ),
    path("beveiliging/", mfa.index, name="mfa_index"),
    path("beveiliging/overal-uit/", LogoutEverywhereView.as_view(), name="account_logout_everywhere"),
    path("beveiliging/wachtwoord/", account.password_change, name="account_change_password"),
    path("beveiliging/app/", SetUpSecondFactorView.as_view(), name="mfa_activate_totp"),
    path("beveiliging/app/weg/", DeactivateSecondFactorView.as_view(), name="mfa_deactivate_totp"),
    path("beveiliging/herstelcodes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("beveiliging/herstelcodes/nieuw/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("beveiliging/herstelcodes/bestand/", RecoveryCodesFileView.as_view(), name="mfa_download_recovery_codes"),
]


class LoginRedirectView(RedirectView):
    """Redirects from Wagtail's own login page, which has no second factor, with the query string."""

    query_string = True

    def get_redirect_url(self, *args: object, **kwargs: object) -> str | None:
        return super().get_redirect_url()  # without the arguments of the path


instead_of_wagtails_admin = [
    path("logout/", BackofficeLogoutView.as_view(), name="wagtailadmin_logout"),
    path("login/", LoginRedirectView.as_view(pattern_name="account_login")),
    re_path(r"^password_reset/", LoginRedirectView.as_view(pattern_name="account_reset_password")),
]
instead_of_wagtails_site = [path("_util/login/", LoginRedirectView.as_view(pattern_name="account_login"))]
