"""Revocation: keys, of the API and of the calendar feed, end when the password changes; sessions and keys end when a
login is deactivated, and so does the link of an invitation."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import APIToken

from dossiers.models import CalendarKey


def revoke_keys(user: AbstractBaseUser) -> None:
    """Revoke the keys of a user, of the API and of the calendar feed."""
    CalendarKey.revoke(user)
    for key in APIToken.objects.filter(user=user.pk, revoked_at=None):
        key.revoke()
        log(key, "wagtail.apitoken.revoke")


def end_invitation(user: User) -> None:
    """End the link of an invitation, which would work again once the user is activated."""
    if not user.has_usable_password():
        user.set_unusable_password()  # another one, on which the link depends
        User.objects.filter(pk=user.pk).update(password=user.password)


def end_logins(user: AbstractBaseUser) -> None:
    """Delete all sessions of a user and revoke all keys."""
    revoke_keys(user)
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


class RevokeKeysOnPasswordChange:
    """A password validator that accepts every password and revokes the user's API keys when the password changes.

    Django calls password validators for each new password, but not when it only renews the hash. It ends the other
    sessions itself.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Accept every password."""

    def get_help_text(self) -> str:
        return _("API keys that you made end with your old password.")

    def password_changed(self, _password: str, user: Any = None) -> None:
        if user is not None and user.pk:
            revoke_keys(user)


@receiver(post_save, sender=User)
def end_logins_of_deactivated_user(instance: User, created: bool, **_signal: Any) -> None:
    if not created and not instance.is_active:
        end_invitation(instance)
        end_logins(instance)


def end_logins_of_deactivated_users(_request: HttpRequest, action: str, users: list[User], _instance: Any) -> None:
    """Do the same after Wagtail's bulk action, which sends no signal for each user."""
    if action == "set_active_state":
        for user in User.objects.filter(pk__in=[user.pk for user in users], is_active=False):
            end_invitation(user)
            end_logins(user)
