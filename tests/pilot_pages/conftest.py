"""A site with its content, and a form that a person could have filled in."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import signing
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext
from wagtail.models import Locale, Page

from dossiers.models.base_lists import load_base_lists
from pilot_pages.content.loading import load_content
from pilot_pages.models import SignUpPage
from pilot_pages.sign_up.trap import STAMP_SALT

HERE = {
    "ALLOWED_HOSTS": ["*"],
    "BASE_URL": "http://testserver",
    # Wagtail remembers where each site's root is: not in the cache of the site that people use on this machine.
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "content"}},
    "TASKS": {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
}


@pytest.fixture(scope="module")
def loaded_content(django_db_setup: None, django_db_blocker: Any) -> Iterator[SignUpPage]:
    """The pages of fixtures/content/, loaded once for a module's tests and rolled back after them."""
    with django_db_blocker.unblock(), override_settings(**HERE), transaction.atomic():
        load_base_lists(apps)
        if not Page.objects.exists():  # a live server's test, before this one, emptied the database
            Locale.objects.get_or_create(language_code="nl")
            Page.add_root(title="Root", slug="root")
        load_content()
        yield SignUpPage.objects.get()
        transaction.set_rollback(True)


@pytest.fixture
def content(loaded_content: SignUpPage, db: None) -> SignUpPage:
    """A site with its first content; the page where an employer signs up."""
    return SignUpPage.objects.get()


def dutch(text: str) -> str:
    """What a reader sees for a text of the code, as it stands in HTML."""
    with translation.override("nl"):
        return escape(gettext(text))


@pytest.fixture
def filled_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """Makes what a browser would send, a minute after the form was shown."""

    def make(**changes: str) -> dict[str, str]:
        return {
            "stamp": stamp_of(timedelta(minutes=1)),
            "website": "",
            "company_name": "Kassenbouw  De Wit",
            "kvk_number": "0123 4567",
            "postcode": "8315ab",
            "city": "Luttelgeest",
            "sector": "",
            "contact_name": "Anna de Wit",
            "email": "Anna@DeWit.example",
            "phone": "06-12345678",
            "work_description": "Tomaten plukken en inpakken.",
            "positions": "3",
            "hours_per_week": "32",
            "dutch_level_required": "A1",
            "start_date": "01-03-2027",
            **changes,
        }

    return make


def stamp_of(age: timedelta) -> str:
    """The form's signed stamp as it was made that long ago."""
    signer = signing.TimestampSigner(salt=STAMP_SALT)
    made = int((timezone.now() - age).timestamp())
    value = f"once{signer.sep}{signing.b62_encode(made)}"
    return f"{value}{signer.sep}{signer.signature(value)}"


@pytest.fixture
def sign_up(client: Client, content: SignUpPage, filled_in: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """Sends the form and returns the answer."""

    def send(**changes: str) -> Any:
        return client.post(content.url, filled_in(**changes))

    return send
