"""The message after a page and pages below it were unpublished together; Wagtail's own does not count those."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.models import Page

LIVE_BELOW = "live_pages_below"  # the attribute of the request that one hook leaves for the other


def before_unpublishing(request: HttpRequest, page: Page) -> None:
    """Implement Wagtail's hook `before_unpublish_page`: remember which pages below it are on the site."""
    if request.POST.get("include_descendants"):
        setattr(request, LIVE_BELOW, list(page.get_descendants().live().values_list("pk", flat=True)))


def after_unpublishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Implement Wagtail's hook `after_unpublish_page`: say how many pages left the site, if there are several."""
    below = Page.objects.filter(pk__in=getattr(request, LIVE_BELOW, []), live=False).count()
    if not below:
        return None
    text = ngettext(
        "“%(title)s” and %(count)d page below it are no longer on the site.",
        "“%(title)s” and %(count)d pages below it are no longer on the site.",
        below,
    )
    edit_button = messages.button(reverse("wagtailadmin_pages:edit", args=[page.pk]), gettext("Edit"))
    messages.success(request, text % {"title": page.get_admin_display_title(), "count": below}, buttons=[edit_button])
    parent_url = reverse("wagtailadmin_explore", args=[page.get_parent().pk])
    return redirect(get_valid_next_url_from_request(request) or parent_url)
