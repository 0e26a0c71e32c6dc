"""The public pages, loaded once per response."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from wagtail.models import Page, get_page_models
from wagtail.query import PageQuerySet

from pilot_pages.read_api import schemas

CONTEXT_KEY = "_published"


def public_pages(request: HttpRequest) -> PageQuerySet:
    """Return the live pages of this site without those that need a password or login, even if the user has it."""
    from wagtail.api.querysets import get_public_pages_queryset  # needs all models

    return get_public_pages_queryset(request).public()


class PublishedPages:
    """The public pages by id. A response never refers to any other page.

    One query loads all pages for the links, breadcrumbs, translations and menus of a response, since a site of this
    kind has hundreds of pages at most.
    """

    def __init__(self, request: HttpRequest, public: PageQuerySet | None = None) -> None:
        self.request = request
        queryset = public_pages(request) if public is None else public
        pages = queryset.select_related("locale").order_by("path")
        self.by_id: dict[int, Page] = {page.pk: page for page in pages}
        self.by_path: dict[str, Page] = {page.path: page for page in self.by_id.values()}
        self.labels = get_short_titles() if self.by_id else {}

    def get_reference(self, key: int | None) -> schemas.PageReference | None:
        """Return a reference to the page, or None if it is not public. `label` is the short title for menus, `url` the
        path, `html_url` the absolute URL."""
        page = self.by_id.get(key) if key else None
        if page is None:
            return None
        return {
            "id": page.pk,
            "title": page.title,
            "label": self.labels.get(page.pk, page.title),
            "html_url": page.get_full_url(self.request),
            "url": page.get_url(self.request),
            "locale": page.locale.language_code,
        }

    def get_references(self, keys: Iterable[int]) -> list[schemas.PageReference]:
        return [reference for key in keys if (reference := self.get_reference(key))]

    def list_ancestors(self, page: Page) -> list[schemas.PageReference]:
        """Return the ancestors, from the home page down to the parent."""
        paths = [page.path[:length] for length in range(Page.steplen, len(page.path or ""), Page.steplen)]
        return self.get_references(self.by_path[path].pk for path in paths if path in self.by_path)

    def list_translations(self, page: Page) -> list[schemas.PageReference]:
        """Return the page in other languages."""
        keys = [other.pk for other in self.by_id.values() if other.translation_key == page.translation_key]
        return self.get_references(key for key in keys if key != page.pk)


def get_short_titles() -> dict[int, str]:
    """Return the short titles by page id, with one query for all page types."""
    kinds = (kind for kind in get_page_models() if hasattr(kind, "menu_title"))
    titles = [kind.objects.exclude(menu_title="").order_by().values_list("pk", "menu_title") for kind in kinds]
    return dict(titles[0].union(*titles[1:]))


def get_published_pages(context: dict[str, Any]) -> PublishedPages:
    """Return the `PublishedPages` of the response whose serializers share this context."""
    if CONTEXT_KEY not in context:
        context[CONTEXT_KEY] = PublishedPages(context["request"], context.get("base_queryset"))
    published_pages: PublishedPages = context[CONTEXT_KEY]
    return published_pages
