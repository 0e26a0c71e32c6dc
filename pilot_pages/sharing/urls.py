"""Addresses without a language: what programs ask for."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from pilot_pages.sharing.sitemap import PageSitemap
from pilot_pages.sharing.views import card

app_name = "sharing"
urlpatterns = [
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PageSitemap}}, name="sitemap"),
    path("kaart/<int:pk>/<slug:of>.png", card, name="card"),
]
