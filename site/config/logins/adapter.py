"""The adapters of allauth: messages, URLs, and the log entries of refused logins."""

import time
from ipaddress import IPv6Address, ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from qrcode.image.svg import SvgPathImage
from qrcode.main import make as make_qr_code

from config.logins import encryption, failures, second_factor
from config.logins.backend import LoginBackend
from dossiers.emails.passwords import PasswordResetEmail
from dossiers.site_identity import get_site_identity
from encryption import cipher

LOCKED_FOR = 15  # minutes


def locked_out() -> str:
    return ngettext(
        "Too many wrong attempts. Wait %(minutes)d minute, then try again.",
        "Too many wrong attempts. Wait %(minutes)d minutes, then try again.",
        LOCKED_FOR,
    ) % {"minutes": LOCKED_FOR}


class LoginAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This name and this password don't belong together. Check both and try again."),
        "username_password_mismatch": _("This name and this password don't belong together. Check both and try again."),
        "incorrect_password": _("This is not your password. Try again."),
        "enter_current_password": _("This is not your password. Try again."),
        "too_many_login_attempts": lazy(locked_out, str)(),
        "rate_limited": lazy(locked_out, str)(),
        "invalid_password_reset": _("This link is too old or was used already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False, because administrators create the accounts."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether the user must log in again; not within a few minutes, to set up a second factor at once."""
        records = get_authentication_records(self.request, self.request.user)
        recent = bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not recent and bool(super().is_reauthentication_required(app=app, **kwargs))

    def pre_login(self, request: HttpRequest, user: AbstractUser, **kwargs: Any) -> HttpResponse | None:
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if response is None and not LoginBackend().user_can_authenticate(user):
            clear_login(request)
            response = self.respond_user_inactive(request, user)
        return response

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        if any(record["method"] == "mfa" for record in get_authentication_records(request, user)):
            second_factor.mark_as_shown(request.session)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the IP address, with an IPv4 address that is mapped to IPv6 as IPv4.

        Otherwise all IPv4 visitors of a server that listens to IPv6 would share the limits of one IPv6 network.
        """
        address = ip_address(super().get_client_ip(request))
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return str(mapped or address)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return the key that counts attempts: one for each user, in whatever spelling, or for each unknown name."""
        typed = str(credentials.get("email", credentials.get("username", ""))).casefold()
        user = failures.find_typed_user(credentials)
        return f"user-{user.pk}" if user else f"nobody-{typed}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            failures.log_refusal("Locked out", failures.get_typed_name(credentials))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        failures.log_refusal("Failed login", failures.get_typed_name(credentials))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the URL on the configured host, because the Host header of the request may be forged."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", key)

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        values = {"site": get_site_identity().name, "gebruikersnaam": user.get_username()}
        PasswordResetEmail(email, values, link=context["password_reset_url"]).send()


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is not right. An app gives a new one every 30 seconds; type the one it shows now."
        ),
    }

    def encrypt(self, text: str) -> str:
        return cipher.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return get_site_identity().name

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as SVG for the page itself; a data URL would need an exception in the CSP."""
        return str(make_qr_code(url, image_factory=SvgPathImage).to_string(encoding="unicode"))
