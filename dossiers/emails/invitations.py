"""The e-mail to a user who is invited, with a link to choose a password."""

from datetime import datetime
from typing import Self

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_pages.users import find_users_with_email
from dates.format import format_datetime
from dossiers.emails.base import StaffEmail, build_admin_url
from dossiers.models.user_status import HAS_NO_PASSWORD, get_invitation_times, get_link_end
from dossiers.site_identity import get_site_identity


class InvitationTokenGenerator(PasswordResetTokenGenerator):
    """Makes tokens of the moment of the invitation, so that the link of a delayed e-mail ends when the list says."""

    def __init__(self, invited_at: datetime) -> None:
        super().__init__()
        self.invited_at = invited_at

    def _now(self) -> datetime:
        return timezone.make_naive(self.invited_at, timezone.get_default_timezone())


class InvitationEmail(StaffEmail):
    """The link is made when the e-mail is sent, since the task table holds no secrets."""

    name, label = "invitation", _("invitation of a user")
    examples = {"site": settings.WAGTAIL_SITE_NAME, "gebruikersnaam": "anneke", "tot": "03-12-2026 14:05"}

    @classmethod
    def find(cls, user_id: int) -> Self | None:
        user = find_users_with_email().filter(HAS_NO_PASSWORD, pk=user_id).first()
        invited_at = get_invitation_times([user]).get(user.pk) if user else None
        if user is None or invited_at is None:
            return None
        until = get_link_end(invited_at)
        if until < timezone.now():
            return None
        values = {
            "site": get_site_identity().name,
            "gebruikersnaam": user.get_username(),
            "tot": format_datetime(until),
        }
        token = InvitationTokenGenerator(invited_at).make_token(user)
        link = build_admin_url("account_accept_invitation", user_pk_to_url_str(user), token)
        return cls(user.email, values, link=link)
