"""The last check of each address that the site links to."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.text_fields import CharField, URLField

CHECK_EVERY = timedelta(days=7)  # an address that failed is tried every day
FAILURES = 2  # after which an address counts as dead: a site can be down for a day
MAX_ADDRESS_LENGTH = 1_000  # characters


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def due(self, now: datetime) -> Self:
        """Return what was not checked for a week, or failed; first what waits longest."""
        due = self.filter(Q(checked_at=None) | Q(checked_at__lte=now - CHECK_EVERY) | Q(failures__gt=0))
        return due.order_by(models.F("checked_at").asc(nulls_first=True), "pk")

    def dead(self) -> Self:
        return self.filter(failures__gte=FAILURES)


class LinkCheck(models.Model):
    """An address, and what went wrong when it was last opened; `problem` is empty if it works."""

    address = URLField(_("address"), max_length=MAX_ADDRESS_LENGTH, unique=True)
    checked_at = models.DateTimeField(_("last checked"), null=True)
    problem = CharField(_("what is wrong"), max_length=200, blank=True)
    failures = models.PositiveIntegerField(default=0)  # since it last worked

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a link")
        default_permissions = ()
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address

    def record(self, problem: str, now: datetime) -> None:
        self.checked_at, self.problem = now, problem
        self.failures = self.failures + 1 if problem else 0
        self.save(update_fields=["checked_at", "problem", "failures"])
