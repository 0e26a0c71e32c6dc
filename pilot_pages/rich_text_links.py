"""Links in rich text."""

from typing import Any

from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler


class LivePageLinkHandler(PageLinkHandler):
    """Leaves the text of a link to a page that is offline, without its address."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, Any]]) -> list[Page | None]:
        return [page if page and page.live else None for page in super().get_many(attrs_list)]
