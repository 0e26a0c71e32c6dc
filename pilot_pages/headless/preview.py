"""The preview mode of Wagtail's editor that shows the other front end."""

from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from config.headers.policies import list_preview_origins
from pilot_pages.headless.drafts import store_draft

MODE = "headless"


def list_preview_modes() -> list[tuple[str, Any]]:
    """Return the preview mode if another front end is configured."""
    return [(MODE, _("In the other front end"))] if settings.HEADLESS_PREVIEW_URL else []


def serve_preview(page: Page, request: HttpRequest) -> HttpResponse:
    """Return a page that frames the other front end, because Wagtail's editor reads the DOM of a preview, which the
    same-origin policy forbids for another site.

    The response gets its own frame-src, because Wagtail requests a preview at the URL of the page, whose policy lets
    it contain no frames.
    """
    respond = csp_update({"frame-src": list_preview_origins()})(TemplateResponse)
    response: HttpResponse = respond(
        request, "pilot_pages/headless_preview.html", {"page": page, "address": build_preview_url(page)}
    )
    return response


def build_preview_url(page: Page) -> str:
    """Store the draft and return the URL of its preview, with the parameters for /api/v2/page_preview/."""
    start = settings.HEADLESS_PREVIEW_URL
    query = urlencode({"content_type": page._meta.label_lower, "token": store_draft(page)})
    return f"{start}{'&' if '?' in start else '?'}{query}"
