"""How fields of pages stand in an answer."""

from typing import Any

from django.db.models import Model
from django.template.loader import render_to_string
from rest_framework.fields import Field
from wagtail.models import Page

from pilot_pages.read_api.figures import figures
from pilot_pages.read_api.html import as_html
from pilot_pages.read_api.published import published


class PageReference(Field):
    """A page that a field points to; nothing when it is not published."""

    def get_attribute(self, instance: Model) -> int | None:
        return getattr(instance, f"{self.field_name}_id")

    def to_representation(self, key: int) -> dict[str, Any] | None:
        return published(self.context).reference(key)


class PageField(Field):
    """What is worked out from the whole page."""

    def get_attribute(self, instance: Page) -> Page:
        return instance


class NextStep(PageField):
    """Where the page leads on to, also when its editors chose nothing."""

    def to_representation(self, page: Any) -> dict[str, Any] | None:
        chosen = published(self.context).reference(page.next_page_id)
        sign_up = None if chosen else page.sign_up_page()
        return chosen or (sign_up and published(self.context).reference(sign_up.pk))


class Related(PageField):
    """The pages that stand together with this one, itself among them."""

    def to_representation(self, page: Page) -> list[dict[str, Any]]:
        from pilot_pages.models.guidance import related_pages

        return published(self.context).references(related.pk for related in related_pages(page))


class DrawingSvg(PageField):
    """The drawing itself, as SVG whose colours the style sheet gives."""

    def to_representation(self, page: Any) -> str:
        return render_to_string(f"drawings/{page.drawing}.svg") if page.drawing else ""


class Figures(PageField):
    """All released figures; nothing before there are any."""

    def to_representation(self, page: Page) -> dict[str, Any] | None:
        from pilot_pages.progress import progress

        return figures(progress())


class Html(Field):
    """Rich text that editors keep in a field of its own."""

    def to_representation(self, source: str) -> str:
        return as_html(source, self.context)


class Breadcrumbs(PageField):
    def to_representation(self, page: Page) -> list[dict[str, Any]]:
        return published(self.context).above(page)


class Translations(PageField):
    def to_representation(self, page: Page) -> list[dict[str, Any]]:
        return published(self.context).translations(page)


class Card(PageField):
    """The picture of a shared link: of what is published, for it is drawn of that."""

    def to_representation(self, page: Page) -> dict[str, Any] | None:
        from pilot_pages.models import PilotPage
        from pilot_pages.sharing.card import told

        drawn = isinstance(page, PilotPage) and self.context["view"].has_cards
        return told(page) | {"alt": page.title} if drawn else None


class Parent(PageField):
    def to_representation(self, page: Page) -> dict[str, Any] | None:
        above = published(self.context).above(page)
        return above[-1] if above else None


class Url(PageField):
    """The page's path on this site."""

    def to_representation(self, page: Page) -> str | None:
        path: str | None = page.get_url(self.context["request"])
        return path


class DetailUrl(PageField):
    """Where this answer is; a draft that was never saved is nowhere yet."""

    def to_representation(self, page: Page) -> str | None:
        from wagtail.api.v2.utils import get_object_detail_url  # needs all models

        if page.pk is None:
            return None
        address: str = get_object_detail_url(self.context["router"], self.context["request"], type(page), page.pk)
        return address
