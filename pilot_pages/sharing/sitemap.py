"""The map of the site: each page that anybody may read, with when it changed and its other languages."""

from collections import defaultdict
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from wagtail.models import Page


class PageSitemap(Sitemap):
    """The addresses are those of Wagtail's site: whatever name the map was asked by, it names one."""

    def items(self) -> QuerySet:
        return Page.objects.live().public().filter(depth__gt=1).select_related("locale").order_by("path")

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        pages = [page for page in self.paginator.page(page).object_list if page.full_url]
        same: dict[Any, list[dict[str, str]]] = defaultdict(list)
        for listed_page in pages:
            same[listed_page.translation_key].append(
                {"lang_code": listed_page.locale.language_code, "location": listed_page.full_url}
            )
        return [
            {
                "item": page,
                "location": page.full_url,
                "lastmod": page.last_published_at,
                "alternates": same[page.translation_key] if len(same[page.translation_key]) > 1 else [],
            }
            for page in pages
        ]
