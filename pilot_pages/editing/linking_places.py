"""The places that lead to pages: what editors linked in the pages, and what the code links by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page, ReferenceIndex, Site
from wagtail.query import PageQuerySet

from pilot_pages.models import CheckPage, PilotPage, ProgressPage, SignUpPage
from pilot_pages.models.guidance import PageWithRelatedPages
from pilot_pages.templatetags.public_site import footer_pages, menu_pages


@dataclass(frozen=True)
class LinkingPlace:
    """A page, a part of all pages, or another record that leads to a page."""

    label: str
    url: str = ""  # of the screen where it is edited


def list_linking_places(pages: list[Page], *, removed: Iterable[Page] = ()) -> list[LinkingPlace]:
    """Return the places that lead to one of the pages, without the trees of the `removed` pages themselves."""
    excluded = Q(pk__in=[page.pk for page in pages])
    for page in removed:
        excluded |= Q(path__startswith=page.path)
    references = ReferenceIndex.objects.filter(
        to_content_type=ReferenceIndex._get_base_content_type(Page), to_object_id__in=[str(page.pk) for page in pages]
    )
    page_type = ReferenceIndex._get_base_content_type(Page)
    page_ids = {int(pk) for pk in references.filter(base_content_type=page_type).values_list("object_id", flat=True)}
    for page in pages:
        page_ids.update(_find_pages_linked_by_code(page))
    linking_pages = Page.objects.filter(pk__in=page_ids).exclude(excluded).order_by("path")
    places = []
    keys = {page.pk for page in pages}
    homes = [home.specific for site in Site.objects.all() for home in site.root_page.get_translations(inclusive=True)]
    if any(page.pk in keys for home in homes for page in menu_pages({}, home)):
        places.append(LinkingPlace(gettext("the menu at the top of every page")))
    if any(page.pk in keys for home in homes for page in footer_pages({}, home)):
        places.append(LinkingPlace(gettext("the links at the bottom of every page")))
    if any(isinstance(page.specific, SignUpPage) and page.live for page in pages):
        places.append(LinkingPlace(gettext("the pages and e-mails about a sign-up")))
    for page in linking_pages:
        title = page.get_admin_display_title()
        label = title if page.live else gettext("%(title)s (not on the site)") % {"title": title}
        places.append(LinkingPlace(label, reverse("wagtailadmin_pages:edit", args=[page.pk])))
    other_references = references.exclude(base_content_type=page_type)
    find_url = AdminURLFinder().get_edit_url
    for content_type_id, pk in sorted(set(other_references.values_list("base_content_type", "object_id"))):
        record = ContentType.objects.get_for_id(content_type_id).get_object_for_this_type(pk=pk)
        places.append(LinkingPlace(f"{capfirst(record._meta.verbose_name)}: {record}", find_url(record) or ""))
    return places


def list_live_translations(pages: list[Page], removed: Iterable[Page]) -> list[LinkingPlace]:
    """Return the translations of the pages that stay on the site without the trees of the `removed` pages."""
    translations = Page.objects.live().filter(translation_key__in=[page.translation_key for page in pages])
    for page in removed:
        translations = translations.exclude(path__startswith=page.path)
    return [
        LinkingPlace(
            f"{page.get_admin_display_title()} ({page.locale.get_display_name()})",
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
        )
        for page in translations.exclude(pk__in=[page.pk for page in pages]).select_related("locale").order_by("path")
    ]


def _find_pages_linked_by_code(page: Page) -> Iterator[int]:
    """Yield the keys of the pages on which the code links to this page without an editor's choice."""
    specific_page = page.specific
    if not page.live:
        return
    if isinstance(specific_page, ProgressPage):
        for other in _list_pages_in_language(page):
            if any(block.block_type == "pilot_figures" for block in other.body):
                yield other.pk
    elif isinstance(specific_page, SignUpPage):
        for other in _list_pages_in_language(page):
            blocks = other.tree if isinstance(other, CheckPage) else ()
            has_outcome = any(block.block_type == "outcome" and block.value["sign_up"] for block in blocks)
            if has_outcome or other.find_next_step() == page:
                yield other.pk
    if isinstance(specific_page, PageWithRelatedPages):  # "In this section"
        yield from (sibling.pk for sibling in specific_page.related_pages() if page.show_in_menus)


def _list_pages_in_language(page: Page) -> list[PilotPage]:
    pages: PageQuerySet = Page.objects.live().filter(locale=page.locale_id).exclude(pk=page.pk)
    return [other for other in pages.specific() if isinstance(other, PilotPage)]
