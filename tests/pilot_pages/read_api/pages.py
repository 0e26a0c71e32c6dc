"""Helpers that request the read API and create its content."""

import json
from typing import Any

from django.test import Client
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file, get_test_image_file_svg
from wagtail.models import Locale, Page

from pilot_pages.models import GuidancePage


def get(client: Client, path: str, **headers: str) -> dict[str, Any]:
    response = client.get(f"/api/v2/{path}", headers=headers, follow=True)
    assert response.status_code == 200, response.content
    return response.json()


def get_block(page: dict[str, Any], kind: str) -> Any:
    """Return the value of the first block of that type."""
    return next(block["value"] for block in page["body"] if block["type"] == kind)


def publish_block(kind: str, value: Any, slug: str = "privacy") -> GuidancePage:
    """Publish a page with one block and return it."""
    page = GuidancePage.objects.get(slug=slug)
    page.body = json.dumps([{"type": kind, "value": value}])
    page.save_revision().publish()
    return page


def publish_english(page: Page, **fields: Any) -> Page:
    """Publish an English translation of the page and of its ancestors, and return it."""
    english, _made = Locale.objects.get_or_create(language_code="en")
    translation = page.specific.copy_for_translation(english, copy_parents=True)
    for name, value in fields.items():
        setattr(translation, name, value)
    for draft in [*translation.get_ancestors().filter(locale=english, live=False), translation]:
        draft.specific.save_revision().publish()
    translation.refresh_from_db()
    return translation


def make_image(title: str = "Kas", svg: bool = False, **fields: Any) -> Any:
    file = get_test_image_file_svg() if svg else get_test_image_file(size=(2000, 1000))
    return get_image_model().objects.create(title=title, file=file, **fields)
