"""The access log: which user saw or exported the data of which person.

It has no foreign keys: on SQLite it is in a database of its own (see router.py), and the entries remain when the user
or the record is deleted.
"""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.format import format_datetime

SAME_LOOK = timedelta(minutes=1)


class AccessLogQuerySet(models.QuerySet["AccessLogEntry"]):
    def note(
        self, user: AbstractUser | AnonymousUser, what: str, about: str, count: int | None = None, detail: str = ""
    ) -> None:
        self.create(user_name=user.get_username(), what=what, about=about, count=count, detail=detail)

    def note_list(self, user: AbstractUser | AnonymousUser, about: str, count: int, detail: str) -> None:
        """Log that a user saw a list, once a minute at most: a search reloads the list at each typed letter."""
        since = timezone.now() - SAME_LOOK
        same = {"user_name": user.get_username(), "what": AccessLogEntry.What.LISTED, "about": about, "detail": detail}
        if not self.filter(**same, at__gt=since).exists():
            self.create(**same, count=count)

    def at(self, reference: str) -> Self:
        """Return the entries about a record, and the exports of ticked records that it was among."""
        ticked = models.Q(detail__contains=f"{reference},") | models.Q(detail__endswith=reference)
        return self.filter(models.Q(about=reference) | models.Q(ticked, what=AccessLogEntry.What.EXPORTED))

    def outlived(self, now: datetime) -> Self:
        return self.filter(at__lte=now - timedelta(days=settings.ACCESS_LOG_DAYS))


class AccessLogEntry(models.Model):
    """A page that was opened, or a list that was seen or exported."""

    class What(models.TextChoices):
        READ = "read", _("opened to read")
        FORM = "form", _("opened the form")
        HISTORY = "history", _("opened the history")
        COMPARED = "compared", _("compared with another")
        LISTED = "listed", _("saw in a list")
        LINES = "lines", _("opened the lines of a list")
        EXPORTED = "exported", _("took out as a file")

    at = models.DateTimeField(_("when"), default=timezone.now)
    user_name = models.CharField(_("who"), max_length=150)
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    about = models.CharField(_("about"), max_length=100, help_text=_("A record's reference, or the list."))
    count = models.PositiveIntegerField(_("how many"), null=True)
    detail = models.TextField(
        _("more"), blank=True, help_text=_("Format, filters and columns; never a word that was searched.")
    )

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        default_permissions = ("view",)
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["about", "-at"], name="look_by_record"),
            models.Index(fields=["-at"], name="look_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.user_name} {self.get_what_display()} {self.about}"


class KeyUse(models.Model):
    """The last use of an API key, updated once a minute at most."""

    key_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("use of a key")
        verbose_name_plural = _("uses of keys")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key_id} {format_datetime(self.at)}"
