"""Builds the trees of pages from the files, one for each language, in one transaction."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from wagtail.models import Locale, Page, PageLogEntry, Site

from pilot_pages.content.files import PageFile, content_languages, read_files
from pilot_pages.content.values import field_value
from pilot_pages.models import (
    CheckPage,
    GuidancePage,
    HomePage,
    PilotPage,
    PilotSettings,
    ProgressPage,
    QuestionsPage,
    SignUpPage,
)

PAGE_TYPES: dict[str, type[PilotPage]] = {
    "home": HomePage,
    "check": CheckPage,
    "guidance": GuidancePage,
    "questions": QuestionsPage,
    "progress": ProgressPage,
    "sign_up": SignUpPage,
}
LINKS = ("first_page", "second_page", "next_page")
WELCOME_PATH = "/home/"
PLACEHOLDER = "-"
Pages = dict[tuple[str, str], PilotPage]  # by language and slug


class SiteNotEmpty(Exception):
    """There are pages already, and somebody may have edited them."""


def load_content(languages: Iterable[str] = ()) -> int:
    """Fill an empty site and return how many pages it has now; without languages in all that have files.

    Raises SiteNotEmpty, and then nothing was changed.
    """
    with transaction.atomic():
        if not is_empty():
            raise SiteNotEmpty
        remove_welcome()
        files = [file for language in languages or content_languages() for file in read_files(language)]
        pages = create_pages(files)
        for file in files:
            fill(pages[file.key], file, pages)
        point_site_at(pages[settings.LANGUAGE_CODE, "home"])
    return len(pages)


def is_empty() -> bool:
    """Nothing below the root, but for the page by which Wagtail says welcome."""
    pages = Page.objects.filter(depth__gt=1)
    if pages.count() != 1:
        return not pages.exists()
    page = pages.get()
    return page.specific_class is Page and page.url_path == WELCOME_PATH and page.latest_revision_id is None


def remove_welcome() -> None:
    root = Page.get_first_root_node()
    for welcome in root.get_children():
        Site.objects.filter(root_page=welcome).update(root_page=root)
        welcome.delete()


def create_pages(files: list[PageFile]) -> Pages:
    """All pages, still without their content, so that any can link to any."""
    pages: Pages = {}
    for file in files:
        locale, _created = Locale.objects.get_or_create(language_code=file.language)
        page = PAGE_TYPES[file.content["type"]](slug=file.content["slug"], title=file.content["title"], locale=locale)
        if file.original:
            page.translation_key = _found(file.original, file, pages).translation_key
        page.live = False  # until it is filled
        parent = _found(file.parent, file, pages) if file.parent else Page.get_first_root_node()
        pages[file.key] = parent.add_child(instance=with_placeholders(page))
    return pages


def _found(key: tuple[str, str], file: PageFile, pages: Pages) -> PilotPage:
    if key not in pages:
        raise ValidationError(f"{'/'.join(file.key)} names {'/'.join(key)}, and no file is of that page.")
    return pages[key]


def with_placeholders(page: PilotPage) -> PilotPage:
    """Wagtail keeps no page without its required texts; `fill` replaces these."""
    for name in required_texts(page):
        setattr(page, name, getattr(page, name) or PLACEHOLDER)
    return page


def required_texts(page: PilotPage) -> list[str]:
    fields = page._meta.local_concrete_fields
    return [
        field.name for field in fields if isinstance(field, models.CharField | models.TextField) and not field.blank
    ]


def fill(page: PilotPage, file: PageFile, pages: Pages) -> None:
    """Set what the file says and publish it as an editor would: checked, and with a first revision."""

    def page_id(target: str) -> int:
        return _found(file.linked(target), file, pages).pk

    page.refresh_from_db()
    for name in required_texts(page):  # what the file leaves out is refused below, not published
        if getattr(page, name) == PLACEHOLDER:
            setattr(page, name, "")
    for name, value in file.values.items():
        if name in LINKS:
            setattr(page, f"{name}_id", page_id(value))
        else:
            setattr(page, name, field_value(page, name, value, page_id))
    page.full_clean()
    page.save()
    revision = page.save_revision(clean=False)
    # Wagtail's history offers to view and restore only what an entry has a revision for.
    PageLogEntry.objects.filter(page=page, action="wagtail.create").update(revision=revision, content_changed=True)
    if page.may_go_live:
        revision.publish()


def point_site_at(home: PilotPage) -> None:
    """The site starts at the home page, under the address that the settings say."""
    address = urlsplit(settings.BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site, _created = Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname,
            "port": port,
            "root_page": home,
            "site_name": settings.WAGTAIL_SITE_NAME,
        },
    )
    PilotSettings.for_site(site)
