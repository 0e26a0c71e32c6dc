"""Whether a user receives the daily digest, the e-mail with the actions to do, and when the last one was sent."""

from datetime import date

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class DailyDigest(models.Model):
    """A user's choice to receive the daily digest, and the day of the last one; without a record the user gets it."""

    wagtail_reference_index_ignore = True  # no page refers to it

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, editable=False, on_delete=models.CASCADE, related_name="daily_digest"
    )
    wanted = models.BooleanField(_("Send me an e-mail in the morning with my actions"), default=True)
    sent_on = models.DateField(null=True, editable=False)

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    def of(cls, user: AbstractBaseUser) -> "DailyDigest":
        return cls.objects.get_or_create(user_id=user.pk)[0]

    def claim(self, day: date) -> bool:
        """Mark the digest of this day as sent; return False if it was, so that only one of two workers sends it."""
        unsent = type(self).objects.exclude(
            sent_on=day
        )  # also after a later day, which a clock that was ahead has written
        return bool(unsent.filter(pk=self.pk, wanted=True).update(sent_on=day))

    def release_claim(self) -> None:
        """Restore the day of the last digest, because sending failed."""
        type(self).objects.filter(pk=self.pk).update(sent_on=self.sent_on)
