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
        pages = [found for found in self.paginator.page(page).object_list if found.full_url]
        same: dict[Any, list[dict[str, str]]] = defaultdict(list)
        for one in pages:
            same[one.translation_key].append({"lang_code": one.locale.language_code, "location": one.full_url})
        return [
            {
                "item": one,
                "location": one.full_url,
                "lastmod": one.last_published_at,
                "alternates": same[one.translation_key] if len(same[one.translation_key]) > 1 else [],
            }
            for one in pages
        ]
