"""Builds the tree of pages from the files, in one transaction."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from wagtail.models import Locale, Page, Site

from pilot_pages.content.values import field_value
from pilot_pages.models import GuidancePage, HomePage, PilotPage, PilotSettings, QuestionsPage, SignUpPage

LANGUAGE = "nl"
PAGE_TYPES: dict[str, type[PilotPage]] = {
    "home": HomePage,
    "guidance": GuidancePage,
    "questions": QuestionsPage,
    "sign_up": SignUpPage,
}
# In the files shorter than in the model, and the ones that are no field.
STRUCTURE = ("type", "slug", "parent")
NAMES = {"menu": "show_in_menus", "footer": "show_in_footer", "description": "search_description"}
LINKS = ("first_page", "second_page", "next_page")
WELCOME_PATH = "/home/"


class SiteNotEmpty(Exception):
    """There are pages already, and somebody may have edited them."""


def load_content() -> int:
    """Fill an empty site and return how many pages it has now; raises SiteNotEmpty, and then nothing was changed."""
    with transaction.atomic():
        if not is_empty():
            raise SiteNotEmpty
        Locale.objects.get_or_create(language_code=LANGUAGE)
        files = read_files(settings.FIXTURES_DIR / "content" / LANGUAGE)
        pages = create_pages(files)
        for content in files:
            fill(pages[content["slug"]], content, pages)
        point_site_at(pages["home"])
    return len(pages)


def is_empty() -> bool:
    """Nothing below the root, but for the page by which Wagtail says welcome."""
    pages = Page.objects.filter(depth__gt=1)
    return not pages.exists() or (pages.count() == 1 and _is_welcome(pages.get()))


def _is_welcome(page: Page) -> bool:
    return page.specific_class is Page and page.url_path == WELCOME_PATH and page.latest_revision_id is None


def read_files(folder: Path) -> list[dict[str, Any]]:
    """The pages in the order of the files' names: a parent stands before its children."""
    return [yaml.safe_load(file.read_text("utf-8")) for file in sorted(folder.glob("*.yaml"))]


def create_pages(files: list[dict[str, Any]]) -> dict[str, PilotPage]:
    """All pages by slug, still without their content, so that any can link to any."""
    root = Page.get_first_root_node()
    for welcome in root.get_children():
        Site.objects.filter(root_page=welcome).update(root_page=root)
        welcome.delete()
    locale = Locale.objects.get(language_code=LANGUAGE)
    pages: dict[str, PilotPage] = {}
    for content in files:
        parent = pages[content["parent"]] if "parent" in content else Page.get_first_root_node()
        page = PAGE_TYPES[content["type"]](slug=content["slug"], title=content["title"], locale=locale)
        pages[content["slug"]] = parent.add_child(instance=with_placeholders(page))
    return pages


def with_placeholders(page: PilotPage) -> PilotPage:
    """Wagtail keeps no page without its required texts; `fill` replaces these."""
    for field in page._meta.local_concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and not field.blank and not getattr(page, field.name):
            setattr(page, field.name, "-")
    return page


def fill(page: PilotPage, content: dict[str, Any], pages: dict[str, PilotPage]) -> None:
    """Set what the file says and publish it as an editor would: checked, and with a first revision."""

    def page_id(slug: str) -> int:
        if slug not in pages:
            raise ValidationError(f"{page.slug}.yaml links to {slug}, and no file has that slug.")
        return pages[slug].pk

    values = {NAMES.get(name, name): value for name, value in content.items() if name not in (*STRUCTURE, "next")}
    values |= {f"next_{name}": value for name, value in content.get("next", {}).items()}
    page.refresh_from_db()
    for name, value in values.items():
        if name in LINKS:
            setattr(page, f"{name}_id", page_id(value))
        else:
            setattr(page, name, field_value(page, name, value, page_id))
    page.full_clean()
    page.save()
    page.save_revision(clean=False).publish()


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
