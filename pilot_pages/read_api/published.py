"""The pages that anybody may read, looked up once for each answer."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from wagtail.models import Page, get_page_models
from wagtail.query import PageQuerySet

KEY = "_published"


def public_pages(request: HttpRequest) -> PageQuerySet:
    """Live ones of this site, without those behind a password or a login: also for who has shown it elsewhere."""
    from wagtail.api.querysets import get_public_pages_queryset  # needs all models

    return get_public_pages_queryset(request).public()


class Published:
    """All of them by number: a page that is not among them is named nowhere in an answer.

    One query for whatever links, crumbs, translations and menus an answer has; a site of this kind has hundreds of
    pages at most.
    """

    def __init__(self, request: HttpRequest, public: PageQuerySet | None = None) -> None:
        self.request = request
        queryset = public_pages(request) if public is None else public
        pages = queryset.select_related("locale").order_by("path")
        self.by_id: dict[int, Page] = {page.pk: page for page in pages}
        self.by_path: dict[str, Page] = {page.path: page for page in self.by_id.values()}
        self.labels = short_titles() if self.by_id else {}

    def reference(self, key: int | None) -> dict[str, Any] | None:
        """A page as others refer to it: `label` is its title in short, for menus and above a page, `url` its path,
        `html_url` its whole address here."""
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

    def references(self, keys: Iterable[int]) -> list[dict[str, Any]]:
        return [reference for key in keys if (reference := self.reference(key))]

    def above(self, page: Page) -> list[dict[str, Any]]:
        """From the home page down to the page's parent."""
        paths = [page.path[:length] for length in range(Page.steplen, len(page.path or ""), Page.steplen)]
        return self.references(self.by_path[path].pk for path in paths if path in self.by_path)

    def translations(self, page: Page) -> list[dict[str, Any]]:
        """The same page in other languages."""
        same = [other.pk for other in self.by_id.values() if other.translation_key == page.translation_key]
        return self.references(key for key in same if key != page.pk)


def short_titles() -> dict[int, str]:
    """Those that editors gave a page beside its title; one query for all kinds of pages."""
    from pilot_pages.models import PilotPage  # needs all models

    kinds = (kind for kind in get_page_models() if issubclass(kind, PilotPage))
    titles = [kind.objects.exclude(menu_title="").order_by().values_list("pk", "menu_title") for kind in kinds]
    return dict(titles[0].union(*titles[1:]))


def published(context: dict[str, Any]) -> Published:
    """That of the answer whose serializers share this context."""
    if KEY not in context:
        context[KEY] = Published(context["request"], context.get("base_queryset"))
    published_pages: Published = context[KEY]
    return published_pages
