"""The key of a user's calendar feed."""

import secrets
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _

KEY_LENGTH = 32  # random bytes


class CalendarKey(models.Model):
    """The key in the address of a user's calendar feed, stored as a hash; a user has one at most."""

    wagtail_reference_index_ignore = True  # no page refers to it

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, editable=False, on_delete=models.CASCADE, related_name="calendar_key"
    )
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    def create(cls, user: AbstractBaseUser) -> str:
        """Replace the key of the user, and return the new one, which can't be read again."""
        key = secrets.token_urlsafe(KEY_LENGTH)
        cls.revoke(user)
        cls.objects.create(user_id=user.pk, key_hash=_hash(key))
        return key

    @classmethod
    def revoke(cls, user: AbstractBaseUser) -> None:
        cls.objects.filter(user=user.pk).delete()

    @classmethod
    def find(cls, key: str) -> "CalendarKey | None":
        """Return the record of this key with its user, or None if there is none or it was revoked."""
        return cls.objects.select_related("user").filter(key_hash=_hash(key)).first()


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
