"""Serializer fields of the read API."""

from typing import Any

from django.db.models import Model
from django.template.loader import render_to_string
from rest_framework.fields import Field
from wagtail.models import Page

from pilot_pages.progress import get_progress, get_withdrawal
from pilot_pages.read_api import schemas
from pilot_pages.read_api.figures import serialize_figures, serialize_withdrawal
from pilot_pages.read_api.files import serialize_image
from pilot_pages.read_api.html import convert_to_html
from pilot_pages.read_api.published import get_published_pages
from pilot_pages.site_settings import is_open


class PageReference(Field):
    """A reference to the page of a button; null if it is not published, or nobody can sign up there any more."""

    def get_attribute(self, instance: Model) -> int | None:
        return getattr(instance, f"{self.field_name}_id")

    def to_representation(self, key: int) -> schemas.PageReference | None:
        published_pages = get_published_pages(self.context)
        page = published_pages.by_id.get(key)
        return published_pages.get_reference(key) if is_open(page, self.context["request"]) else None


class PageField(Field):
    """Base class of fields that are computed from the whole page."""

    def get_attribute(self, instance: Page) -> Page:
        return instance


class NextStep(PageField):
    """The page of the next step; null if it is not published."""

    def to_representation(self, page: Any) -> schemas.PageReference | None:
        next_step = page.find_next_step(self.context["request"])
        return next_step and get_published_pages(self.context).get_reference(next_step.pk)


class Related(PageField):
    """The page and its siblings, if their parent is a guidance page."""

    def to_representation(self, page: Any) -> list[schemas.PageReference]:
        return get_published_pages(self.context).get_references(related.pk for related in page.related_pages())


class DrawingSvg(PageField):
    """The drawing as SVG; the style sheet sets its colors."""

    def to_representation(self, page: Any) -> schemas.Svg:
        return render_to_string(f"drawings/{page.drawing}.svg") if page.drawing else ""


class Figures(PageField):
    """All released figures; null if there are none."""

    def to_representation(self, page: Page) -> schemas.Figures | None:
        return serialize_figures(get_progress())


class Withdrawal(PageField):
    """The letter that was withdrawn, after which there are no figures; null otherwise."""

    def to_representation(self, page: Page) -> schemas.WithdrawnLetter | None:
        return serialize_withdrawal(get_withdrawal())


class Logo(PageField):
    """The logo with its sizes; null if there is none."""

    def to_representation(self, page: Any) -> schemas.PageImage | None:
        return page.logo and serialize_image(page.logo, page.logo_alt)


class Html(Field):
    """A rich-text field as HTML."""

    def to_representation(self, source: str) -> schemas.Html:
        return convert_to_html(source, self.context)


class Breadcrumbs(PageField):
    def to_representation(self, page: Page) -> list[schemas.PageReference]:
        return get_published_pages(self.context).list_ancestors(page)


class Translations(PageField):
    def to_representation(self, page: Page) -> list[schemas.PageReference]:
        return get_published_pages(self.context).list_translations(page)


class Parent(PageField):
    def to_representation(self, page: Page) -> schemas.PageReference | None:
        ancestors = get_published_pages(self.context).list_ancestors(page)
        return ancestors[-1] if ancestors else None


class Url(PageField):
    """The page's path on this site."""

    def to_representation(self, page: Page) -> schemas.Path | None:
        path: str | None = page.get_url(self.context["request"])
        return path


class DetailUrl(PageField):
    """The API URL of the page; null for a page that was never saved."""

    def to_representation(self, page: Page) -> schemas.Link | None:
        from wagtail.api.v2.utils import get_object_detail_url  # needs all models

        if page.pk is None:
            return None
        address: str = get_object_detail_url(self.context["router"], self.context["request"], type(page), page.pk)
        return address
