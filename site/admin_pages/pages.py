"""The base classes of pages of the admin, with a title and breadcrumbs."""

from typing import Any

from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

Link = tuple[str, Any]
"""The URL and the label of a page."""


class BreadcrumbsMixin:
    """Shows the home page, the parent pages and the page itself."""

    breadcrumbs_items: list[dict[str, Any]]
    """Set by Wagtail: the home page of the admin."""

    def get_parent_pages(self) -> list[Link]:
        """Return the pages between the home page and this one."""
        return []

    def get_breadcrumb(self) -> dict[str, Any]:
        """Return the breadcrumb of this page."""
        return {"label": self.get_page_title(), "sublabel": self.get_page_subtitle()}  # type: ignore[attr-defined]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        parents = [{"url": url, "label": label} for url, label in self.get_parent_pages()]
        return [*self.breadcrumbs_items, *parents, self.get_breadcrumb() | {"url": ""}]


class AdminPageMixin(BreadcrumbsMixin, WagtailAdminTemplateMixin):
    """Base of the pages of our own in the admin."""


class TitledFormMixin:
    """A form whose breadcrumbs end with its title, which is not repeated in a subtitle."""

    def get_page_subtitle(self) -> str:
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *above, form = super().get_breadcrumbs_items()  # type: ignore[misc]
        return [*above, form | {"label": self.get_page_title()}]  # type: ignore[attr-defined]
