"""The preview mode of the editor."""

from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from config.headers.policies import list_preview_origins
from pilot_pages.headless.drafts import keep

MODE = "headless"


def modes() -> list[tuple[str, Any]]:
    """One more way to look at a draft, where there is another front end."""
    return [(MODE, _("In the other front end"))] if settings.HEADLESS_PREVIEW_URL else []


def show(page: Page, request: HttpRequest) -> HttpResponse:
    """A page of ours around theirs: Wagtail's editor looks into what it previews, and may not look into theirs.

    Wagtail asks for it as if it were the page itself, whose headers let nobody into a frame.
    """
    answer = csp_update({"frame-src": list_preview_origins()})(TemplateResponse)
    shown: HttpResponse = answer(
        request, "pilot_pages/headless_preview.html", {"page": page, "address": address_of(page)}
    )
    return shown


def address_of(page: Page) -> str:
    """Where the other front end shows it: with what it must ask /api/v2/page_preview/."""
    start = settings.HEADLESS_PREVIEW_URL
    query = urlencode({"content_type": page._meta.label_lower, "token": keep(page)})
    return f"{start}{'&' if '?' in start else '?'}{query}"
