"""Settings of the daily digest, the e-mail with a user's actions: its texts and its recipients."""

from datetime import date

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dossiers.models.exports.formats import export_permissions
from dossiers.models.text_fields import CharField, TextField

COUNT_PLACEHOLDER = "{aantal}"  # placeholder for the number of actions; Dutch, because coordinators type it


class EmailText(models.Model):
    """The subject and the introduction of a kind of e-mail."""

    class Kind(models.TextChoices):
        ACTIONS = "actions", _("actions of the day")

    kind = models.CharField(_("e-mail"), max_length=20, choices=Kind.choices, unique=True)
    subject = CharField(
        _("subject"), max_length=120, help_text=_("Where you write {aantal} comes the number of actions.")
    )
    intro = TextField(_("text above the list"), help_text=_("{aantal} works here too. Write no names."))

    class Meta:
        verbose_name = _("e-mail text")
        verbose_name_plural = _("e-mail texts")
        permissions = export_permissions("emailtext")
        ordering = ["kind"]

    def __str__(self) -> str:
        return capfirst(self.get_kind_display())

    def fill_placeholders(self, number: int) -> tuple[str, str]:
        """Return (subject, intro) with the placeholders replaced by this number."""
        subject = " ".join(self.subject.split())  # a subject can't have line breaks
        return subject.replace(COUNT_PLACEHOLDER, str(number)), self.intro.replace(COUNT_PLACEHOLDER, str(number))


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
