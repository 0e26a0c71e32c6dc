"""Checks who may record an offer of work, and links to the page that does so."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import HeaderButton

PERMISSIONS = ("dossiers.view_employer", "dossiers.add_employer", "dossiers.add_employerinterest")


def may_add_offers(user: Any) -> bool:
    return bool(user.has_perms(PERMISSIONS))


def get_offer_buttons(user: Any) -> list[HeaderButton]:
    """Return the button beside the title of a list."""
    if not may_add_offers(user):
        return []
    return [HeaderButton(_("New offer"), url=reverse("dossiers_offer"), icon_name="mobile-alt")]
