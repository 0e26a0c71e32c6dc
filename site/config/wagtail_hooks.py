"""Registers with Wagtail, and does nothing else."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks


@hooks.register("register_account_menu_item")
def security_item(_request: HttpRequest) -> dict[str, str]:
    return {
        "url": reverse("mfa_index"),
        "label": _("Login and security"),
        "help_text": _("Your password, your second factor and your recovery codes."),
    }
