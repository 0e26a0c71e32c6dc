"""Mails and files from which lists were taken, so that no list is taken twice."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.change_set import UNDO_WITHIN


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def expired(self, now: datetime) -> Self:
        """Return the deliveries that were not seen for long: the mail or the file is gone."""
        return self.filter(seen_at__lte=now - UNDO_WITHIN)


class Delivery(models.Model):
    """A mail, or a file in the folder. Nothing of it is stored but hashes, by which it is known again."""

    key = models.CharField(_("key"), max_length=64, unique=True)
    digests = models.JSONField(_("digests"), default=list)  # of the lists that were taken from it
    taken_at = models.DateTimeField(_("taken"), null=True)  # when the last of its lists was taken
    seen_at = models.DateTimeField(_("seen"), default=timezone.now)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    def __str__(self) -> str:
        return self.key
