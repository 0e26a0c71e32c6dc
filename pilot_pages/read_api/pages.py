"""The endpoints of pages: lists, a page by id, and a page by path."""

from typing import Any

from django.conf import settings
from django.db.models import Field, QuerySet
from django.http import Http404, HttpRequest
from django.utils import translation
from django.utils.functional import classproperty
from rest_framework.response import Response
from wagtail.api.v2.serializers import PageSerializer
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.fields import StreamField
from wagtail.models import Page, Site, get_page_models
from wagtail.query import PageQuerySet

from pilot_pages.models import HomePage, PilotPage
from pilot_pages.placeholders import PlaceholderFiller
from pilot_pages.read_api import fields, schemas
from pilot_pages.read_api.views import PublicAPIView
from pilot_pages.sharing.card import describe_card, get_card_language


class Card(fields.PageField):
    """The image of a shared link. It is generated from the published page, so a draft has none."""

    def to_representation(self, page: Page) -> schemas.Card | None:
        if not isinstance(page, PilotPage) or not self.context["view"].has_cards:
            return None
        words_by_language, language = self.context.setdefault("_site_words", {}), get_card_language(page)
        if language not in words_by_language:
            words_by_language[language] = HomePage.get_words_in(language)
        return describe_card(page, words_by_language[language])


class PublicPageSerializer(PageSerializer):
    detail_url = fields.DetailUrl(read_only=True)
    url = fields.Url(read_only=True)
    parent = fields.Parent(read_only=True)
    breadcrumbs = fields.Breadcrumbs(read_only=True)
    translations = fields.Translations(read_only=True)
    card = Card(read_only=True)

    def to_representation(self, instance: Page) -> dict[str, Any]:
        """Return the page as data, with placeholders filled in the language of the page."""
        with translation.override(instance.locale.language_code):
            content: dict[str, Any] = PlaceholderFiller().fill_all(super().to_representation(instance))
        return content


class PagesAPI(PublicAPIView, PagesAPIViewSet):
    """Wagtail's endpoint with additional fields: the path, the ancestors, the translations and the card."""

    base_serializer_class = PublicPageSerializer
    meta_fields = [*PagesAPIViewSet.meta_fields, "url", "last_published_at", "breadcrumbs", "translations", "card"]
    listing_default_fields = [*PagesAPIViewSet.listing_default_fields, "url"]
    has_cards = True

    @classproperty
    def detail_only_fields(cls) -> list[str]:
        """The fields that need extra queries per page, and the card, which other page types do not have."""
        names = set()
        for model in get_page_models():
            own_fields = [field for field in model._meta.get_fields() if isinstance(field, Field)]
            columns = {field.name for field in own_fields if not isinstance(field, StreamField)}
            names.update(set(cls.get_available_fields(model)) - columns)
        return sorted(names - set(cls.meta_fields) | {"card"})

    def get_base_queryset(self) -> PageQuerySet:
        """Return the public pages; computed once per response."""
        if not hasattr(self, "_public"):
            self._public: PageQuerySet = super().get_base_queryset().public()
        return self._public.all()

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("locale")

    def detail_view(self, request: HttpRequest, pk: int) -> Response:
        """Return the page in its own language, whatever the browser prefers."""
        language = self.get_object().locale.language_code
        with translation.override(language):
            response: Response = super().detail_view(request, pk)
        response.headers["Content-Language"] = language
        return response

    def find_object(self, queryset: QuerySet, request: HttpRequest) -> Page | None:
        """Find a page by its path, also below /en/, which is a separate page tree."""
        path = request.GET.get("html_path")
        if path is None:
            if not request.GET.get("id", "0").isdecimal():
                return None
            matching_page: Page | None = super().find_object(queryset, request)
            return matching_page
        page = find_page_by_path(path, request)
        return page if page and queryset.filter(pk=page.pk).exists() else None


def find_page_by_path(path: str, request: HttpRequest) -> Page | None:
    """Return the page that the site shows at the path, or None."""
    site = Site.find_for_request(request)
    if site is None:
        return None
    language = translation.get_language_from_path(path)
    parts = [part for part in path.split("/") if part][bool(language) :]
    with translation.override(language or settings.LANGUAGE_CODE):
        try:
            page: Page = site.root_page.localized.specific.route(request, parts)[0]
        except Http404:
            return None
    return page
