"""Who read a page again, and when: said by an editor, never by loading or copying a page."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.lists.regulation import STALE_AFTER

if TYPE_CHECKING:
    from wagtail.query import PageQuerySet


class PageCheckQuerySet(models.QuerySet["PageCheck"]):
    def latest_first(self) -> Self:
        return self.order_by("-checked_on", "-pk")


class PageCheck(models.Model):
    """One check of a page. Not a field of the page: publishing an older draft would bring an older day back."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="checks")
    checked_on = models.DateField(_("last checked"), default=timezone.localdate)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = PageCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a page")
        verbose_name_plural = _("checks of pages")

    def __str__(self) -> str:
        return f"{self.page}: {self.checked_on:%d-%m-%Y}"


def with_last_check(pages: "PageQuerySet") -> "PageQuerySet":
    """The pages with `checked_on`, the day of the last check, and the key of who did it; None for never."""
    last = PageCheck.objects.filter(page=OuterRef("pk")).latest_first()
    return pages.annotate(
        checked_on=Subquery(last.values("checked_on")[:1]), checked_by_id=Subquery(last.values("checked_by")[:1])
    )


def to_check(pages: "PageQuerySet", day: date) -> "PageQuerySet":
    """What the public reads and nobody checked, or longer ago than three months; a copy that follows its original is
    checked there."""
    read = with_last_check(pages.live().filter(depth__gt=1, alias_of=None))
    return read.filter(Q(checked_on=None) | Q(checked_on__lt=day - STALE_AFTER))
