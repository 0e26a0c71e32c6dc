"""The e-mail of the morning with a user's actions: what staff made of its words, and who wants it."""

from datetime import date

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dossiers.models.exports.formats import export_permissions
from dossiers.models.text_fields import CharField, TextField

COUNT_PLACEHOLDER = "{aantal}"  # in the words of an e-mail: how many there are; Dutch, for coordinators type it


class EmailText(models.Model):
    """The subject of a kind of e-mail, and what stands above its content."""

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
        """(subject, intro) with that number."""
        subject = " ".join(self.subject.split())  # a mail has it on one line
        return subject.replace(COUNT_PLACEHOLDER, str(number)), self.intro.replace(COUNT_PLACEHOLDER, str(number))


class DailyDigest(models.Model):
    """Whether a user wants the e-mail of the morning, and when the last one went. Who has no such record wants it."""

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
        """Whether the one of this day is still to be sent, by whoever asks now: of two workers, one gets True."""
        unsent = type(self).objects.exclude(sent_on=day)  # a later day is of a clock that was ahead
        return bool(unsent.filter(pk=self.pk, wanted=True).update(sent_on=day))

    def release_claim(self) -> None:
        """It could not be sent after all."""
        type(self).objects.filter(pk=self.pk).update(sent_on=self.sent_on)
