"""Serves the cards. Only of live pages, and only as they are now: nobody can have anything else drawn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from wagtail.models import Page

from pilot_pages.models import PilotPage
from pilot_pages.sharing.card import mark, png

YEAR = 365 * 24 * 3600


def card(request: HttpRequest, pk: int, of: str) -> HttpResponse:
    """A page that changed since has another address for its card; who holds the old one is led on."""
    page = get_object_or_404(Page.objects.live().public().filter(depth__gt=1), pk=pk).specific
    if not isinstance(page, PilotPage):
        return HttpResponse(status=404)
    if of != mark(page):
        return redirect("sharing:card", pk, mark(page))
    response = HttpResponse(png(page), content_type="image/png")
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
