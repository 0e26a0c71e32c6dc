"""The lists of unpublished drafts and of scheduled pages."""

from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.reports import PageReportView
from wagtail.models import Page, Revision
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from pilot_pages.editing.review_items import get_editable_pages
from pilot_pages.models import HomePage


def annotate_schedule(pages: PageQuerySet) -> PageQuerySet:
    """Annotate the pages with the scheduled times in the future, or None, in the order in which they come.

    At `goes_at` the live version goes, at `appears_at` a version appears, which goes at `goes_again_at`.
    """
    now = timezone.now()
    scheduled_revisions = Revision.page_revisions.filter(
        approved_go_live_at__gt=now, object_id=Cast(OuterRef("pk"), models.CharField())
    ).annotate(expires_at=Cast(KT("content__expire_at"), models.DateTimeField()))
    pages = pages.annotate(
        appears_at=Subquery(scheduled_revisions.values("approved_go_live_at")[:1]),
        goes_again_at=Subquery(scheduled_revisions.values("expires_at")[:1]),
    )
    expires_first = Q(appears_at=None) | Q(expire_at__lt=F("appears_at"))
    expires_at = models.Case(models.When(expires_first, live=True, expire_at__gt=now, then="expire_at"), default=None)
    return pages.annotate(goes_at=expires_at)


def find_drafts(user: Any) -> PageQuerySet:
    """Return pages whose latest version is neither published nor scheduled."""
    pages = annotate_schedule(get_editable_pages(user).filter(depth__gt=1, has_unpublished_changes=True))
    return pages.filter(appears_at=None).exclude(pk__in=HomePage.unpublished_containers().values("pk"))


def find_scheduled_pages(user: Any) -> PageQuerySet:
    """Return pages that are scheduled to be published or unpublished."""
    pages = annotate_schedule(get_editable_pages(user).filter(depth__gt=1))
    return pages.exclude(Q(appears_at=None) & Q(goes_at=None))


class WaitingView(PageReportView):
    """Base class of the lists of drafts and of scheduled pages."""

    permission_policy = policy_registry.get_by_type(Page)
    any_permission_required = ("change", "publish")
    results_template_name = "pilot_pages/editing/waiting_results.html"


class DraftsView(WaitingView):
    page_title = _("Drafts that wait")
    header_icon = "edit"
    index_url_name = "pilot_pages_drafts"
    index_results_url_name = "pilot_pages_drafts_results"

    def get_base_queryset(self) -> PageQuerySet:
        return find_drafts(self.request.user).order_by("latest_revision_created_at").specific()


class ScheduledView(WaitingView):
    page_title = _("Scheduled pages")
    header_icon = "calendar-alt"
    index_url_name = "pilot_pages_scheduled"
    index_results_url_name = "pilot_pages_scheduled_results"

    def get_base_queryset(self) -> PageQuerySet:
        return find_scheduled_pages(self.request.user).order_by("appears_at", "goes_at").specific()
