"""The e-mails to a user who forgot the password, and to an address that is no user's.

They are sent at once and never again later: a task would store the secret link, or an address that somebody typed.
"""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dossiers.emails.base import StaffEmail


class PasswordResetEmail(StaffEmail):
    name, label = "password_reset", _("new password")
    examples = {"site": settings.WAGTAIL_SITE_NAME, "gebruikersnaam": "anneke"}


class UnknownAccountEmail(StaffEmail):
    name, label = "unknown_account", _("no account with this address")
    examples = {"site": settings.WAGTAIL_SITE_NAME}
    has_link = False
