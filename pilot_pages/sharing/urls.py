"""The URLs for search engines and social media, without a language prefix."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from pilot_pages.sharing.sitemap import PageSitemap
from pilot_pages.sharing.views import card

app_name = "sharing"
urlpatterns = [
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PageSitemap}}, name="sitemap"),
    path("kaart/<int:pk>/<slug:version>.png", card, name="card"),
]
