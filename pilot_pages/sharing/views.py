"""Serves the cards of live pages. Only the current version is drawn, so that visitors cannot request other ones."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from wagtail.models import Page

from pilot_pages.models import HomePage, PilotPage
from pilot_pages.sharing.card import get_card_language, get_card_png, get_card_version

YEAR = 365 * 24 * 3600


def card(request: HttpRequest, pk: int, version: str) -> HttpResponse:
    """Return the card as PNG; redirect from the URL of an older version to the current one."""
    page = get_object_or_404(Page.objects.live().public().filter(depth__gt=1), pk=pk).specific
    if not isinstance(page, PilotPage):
        return HttpResponse(status=404)
    site_words = HomePage.get_words_in(get_card_language(page))
    current_version = get_card_version(page, site_words)
    if version != current_version:
        return redirect("sharing:card", pk, current_version)
    response = HttpResponse(get_card_png(page, site_words), content_type="image/png")
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
