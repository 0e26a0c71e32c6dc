"""Creates the page trees from the files, one for each language, in one transaction."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from wagtail.models import Locale, Page, PageLogEntry, Site

from pilot_pages.content.files import PageFile, list_content_languages, read_files
from pilot_pages.content.values import convert_field_value
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
    """The site already has pages, which may have been edited."""


def load_content(languages: Iterable[str] = ()) -> int:
    """Fill an empty site and return the number of pages. The default is all languages that have files.

    Raise SiteNotEmpty, without any change, if the site has pages.
    """
    with transaction.atomic():
        if not is_site_empty():
            raise SiteNotEmpty
        remove_welcome_page()
        files = [file for language in languages or list_content_languages() for file in read_files(language)]
        pages = create_pages(files)
        for file in files:
            fill_page(pages[file.key], file, pages)
        set_root_page(pages[settings.LANGUAGE_CODE, "home"])
    return len(pages)


def is_site_empty() -> bool:
    """Whether the site has no pages except Wagtail's welcome page."""
    pages = Page.objects.filter(depth__gt=1)
    if pages.count() != 1:
        return not pages.exists()
    page = pages.get()
    return page.specific_class is Page and page.url_path == WELCOME_PATH and page.latest_revision_id is None


def remove_welcome_page() -> None:
    root = Page.get_first_root_node()
    for welcome in root.get_children():
        Site.objects.filter(root_page=welcome).update(root_page=root)
        welcome.delete()


def create_pages(files: list[PageFile]) -> Pages:
    """Create all pages without their content, so that each page can link to any other."""
    pages: Pages = {}
    for file in files:
        locale, _created = Locale.objects.get_or_create(language_code=file.language)
        page = PAGE_TYPES[file.content["type"]](slug=file.content["slug"], title=file.content["title"], locale=locale)
        if file.original:
            page.translation_key = find_page(file.original, file, pages).translation_key
        page.live = False  # until it is filled
        parent = find_page(file.parent, file, pages) if file.parent else Page.get_first_root_node()
        pages[file.key] = parent.add_child(instance=set_placeholders(page))
    return pages


def find_page(key: tuple[str, str], file: PageFile, pages: Pages) -> PilotPage:
    if key not in pages:
        raise ValidationError(f"{'/'.join(file.key)} names {'/'.join(key)}, and no file is of that page.")
    return pages[key]


def set_placeholders(page: PilotPage) -> PilotPage:
    """Fill the required text fields, without which Wagtail saves no page. `fill_page` replaces the placeholders."""
    for name in list_required_text_fields(page):
        setattr(page, name, getattr(page, name) or PLACEHOLDER)
    return page


def list_required_text_fields(page: PilotPage) -> list[str]:
    fields = page._meta.local_concrete_fields
    return [
        field.name for field in fields if isinstance(field, models.CharField | models.TextField) and not field.blank
    ]


def fill_page(page: PilotPage, file: PageFile, pages: Pages) -> None:
    """Set the fields from the file, validate them, and publish the page with a first revision, as an editor would."""

    def page_id(target: str) -> int:
        return find_page(file.resolve_link(target), file, pages).pk

    page.refresh_from_db()
    for name in list_required_text_fields(page):  # so that full_clean refuses what the file omits
        if getattr(page, name) == PLACEHOLDER:
            setattr(page, name, "")
    for name, value in file.field_values.items():
        if name in LINKS:
            setattr(page, f"{name}_id", page_id(value))
        else:
            setattr(page, name, convert_field_value(page, name, value, page_id))
    page.full_clean()
    page.save()
    revision = page.save_revision(clean=False)
    # Wagtail's history only offers to view and restore entries that have a revision.
    PageLogEntry.objects.filter(page=page, action="wagtail.create").update(revision=revision, content_changed=True)
    if page.may_go_live:
        revision.publish()


def set_root_page(home: PilotPage) -> None:
    """Set the root page of the default site, and its host name and port from BASE_URL."""
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
