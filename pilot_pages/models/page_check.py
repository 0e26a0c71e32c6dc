"""The periodic checks of pages by editors. Loading or copying a page does not count as a check."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.models.lists.regulation import STALE_AFTER

if TYPE_CHECKING:
    from wagtail.query import PageQuerySet


class PageCheckQuerySet(models.QuerySet["PageCheck"]):
    def latest_first(self) -> Self:
        return self.order_by("-checked_on", "-pk")


class PageCheck(models.Model):
    """A check of a page on a date. A field of the page would be reset when an older draft is published."""

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
        return f"{self.page}: {format_date(self.checked_on)}"


def with_last_check(pages: "PageQuerySet") -> "PageQuerySet":
    """Annotate the pages with `checked_on` and `checked_by_id` of their last check; None if there is none."""
    checks = PageCheck.objects.filter(page=OuterRef("pk")).latest_first()
    return pages.annotate(
        checked_on=Subquery(checks.values("checked_on")[:1]), checked_by_id=Subquery(checks.values("checked_by")[:1])
    )


def filter_due_for_check(pages: "PageQuerySet", day: date) -> "PageQuerySet":
    """Return live pages whose last check is more than three months before `day`, or that were never checked.

    Aliases are left out: their original is checked.
    """
    live_pages = with_last_check(pages.live().filter(depth__gt=1, alias_of=None))
    return live_pages.filter(Q(checked_on=None) | Q(checked_on__lt=day - STALE_AFTER))
