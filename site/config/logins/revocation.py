"""When what a login opened ends: its keys of the API with the password, its sessions and its keys with the login."""

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


def revoke_keys(user: AbstractBaseUser) -> None:
    for key in APIToken.objects.filter(user=user.pk, revoked_at=None):
        key.revoke()
        log(key, "wagtail.apitoken.revoke")


def end_logins(user: AbstractBaseUser) -> None:
    """Log somebody out everywhere. What ended stays so, also when they may log in again."""
    revoke_keys(user)
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


class KeysEndWithPassword:
    """One of AUTH_PASSWORD_VALIDATORS, for Django tells these of each new password, and of no mere other hash of it.

    It refuses none. Other sessions end by themselves, for Django ties them to the password.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Any password will do here."""

    def get_help_text(self) -> str:
        return _("API keys that you made end with your old password.")

    def password_changed(self, _password: str, user: Any = None) -> None:
        if user is not None and user.pk:
            revoke_keys(user)


@receiver(post_save, sender=User)
def end_with_deactivation(instance: User, created: bool, **_signal: Any) -> None:
    if not created and not instance.is_active:
        end_logins(instance)


def end_with_deactivation_of_many(_request: HttpRequest, action: str, users: list[User], _instance: Any) -> None:
    """Wagtail's own action on many users saves none of them."""
    if action == "set_active_state":
        for user in User.objects.filter(pk__in=[user.pk for user in users], is_active=False):
            end_logins(user)
