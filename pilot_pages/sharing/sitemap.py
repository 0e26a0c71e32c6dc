"""The sitemap of all public pages, with their last change and their translations."""

from collections import defaultdict
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from wagtail.models import Page


class PageSitemap(Sitemap):
    """Lists URLs with the host name of Wagtail's site, whatever the host name of the request is."""

    def items(self) -> QuerySet:
        return Page.objects.live().public().filter(depth__gt=1).select_related("locale").order_by("path")

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        pages = [page for page in self.paginator.page(page).object_list if page.full_url]
        translations: dict[Any, list[dict[str, str]]] = defaultdict(list)
        for listed_page in pages:
            translations[listed_page.translation_key].append(
                {"lang_code": listed_page.locale.language_code, "location": listed_page.full_url}
            )
        return [
            {
                "item": page,
                "location": page.full_url,
                "lastmod": page.last_published_at,
                "alternates": translations[page.translation_key] if len(translations[page.translation_key]) > 1 else [],
            }
            for page in pages
        ]
