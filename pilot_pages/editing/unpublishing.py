"""The messages after a page was unpublished: Wagtail's own counts no pages below it and names no translations."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.models import Page

from pilot_pages.editing.linking_places import list_live_translations

LIVE_BELOW = "live_pages_below"  # the attribute of the request that one hook leaves for the other


def before_unpublishing(request: HttpRequest, page: Page) -> None:
    """Implement Wagtail's hook `before_unpublish_page`: remember which pages below it are on the site."""
    if request.POST.get("include_descendants"):
        setattr(request, LIVE_BELOW, list(page.get_descendants().live().values_list("pk", flat=True)))


def after_unpublishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Implement Wagtail's hook `after_unpublish_page`: name the translations that stay on the site, and count the
    pages that left it, if there are several."""
    if translations := list_live_translations([page], [page]):
        labels = get_text_list([place.label for place in translations], gettext("and"))
        messages.warning(request, gettext("Still on the site: %(translations)s.") % {"translations": labels})
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
