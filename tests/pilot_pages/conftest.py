"""Fixtures with the initial content of the site and the data of its sign-up form."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext

from pilot_pages.content.loader import load_content
from pilot_pages.models import GuidancePage, SignUpPage, TranslationApproval
from pilot_pages.sign_up.spam import STAMP_SALT
from tests.snapshots import RepeatedChange

HERE = {
    "ALLOWED_HOSTS": ["*"],
    "BASE_URL": "http://testserver",
    # Wagtail remembers where each site's root is: not in the cache of the site that people use on this machine.
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "content"}},
    "TASKS": {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}},
}

# Each content is loaded once per database state and then restored from a snapshot.
load_once = {languages: RepeatedChange(partial(load_content, languages)) for languages in [(), ("nl",)]}


@contextmanager
def load_site(*languages: str) -> Iterator[None]:
    """Load the pages of fixtures/content/ in these languages, or in all without an argument; roll back at the end."""
    with override_settings(**HERE), transaction.atomic():
        load_once[languages]()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def loaded_content(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The Dutch pages, loaded once for a module's tests."""
    with django_db_blocker.unblock(), load_site("nl"):
        yield


@pytest.fixture
def content(loaded_content: None, db: None) -> SignUpPage:
    """The Dutch sign-up page, on a site with the initial Dutch content."""
    return SignUpPage.objects.get()


@pytest.fixture(scope="module")
def loaded_languages(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The pages in every language, loaded once for a module's tests."""
    with django_db_blocker.unblock(), load_site():
        yield


@pytest.fixture
def languages(loaded_languages: None, db: None) -> None:
    """A site with the initial content in every language."""


def dutch(text: str) -> str:
    """Return the Dutch translation of a message, escaped for HTML."""
    with translation.override("nl"):
        return escape(gettext(text))


@pytest.fixture
def form_data(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """A function that returns the POST data of the sign-up form, one minute after the form was shown."""

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
    """Return a unique signed stamp of a form that was shown that long ago."""
    signer = signing.TimestampSigner(salt=STAMP_SALT)
    made = int((timezone.now() - age).timestamp())
    value = f"{secrets.token_urlsafe(8)}{signer.sep}{signing.b62_encode(made)}"
    return f"{value}{signer.sep}{signer.signature(value)}"


@pytest.fixture
def sign_up(client: Client, content: SignUpPage, form_data: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """A function that posts the sign-up form and returns the response; if that leads back to the form, the form."""

    def send(**changes: str) -> Any:
        response = client.post(content.url, form_data(**changes))
        leads_back = response.status_code == 302 and response.url.startswith(f"{content.url}?")
        return client.get(response.url) if leads_back else response

    return send


@pytest.fixture
def candidate_page(languages: None) -> Callable[[str], GuidancePage]:
    """A function that approves and publishes the draft of the page for candidates in a language."""

    def publish(language: str) -> GuidancePage:
        page = GuidancePage.objects.get(slug="for-candidates", locale__language_code=language)
        user = get_user_model().objects.create_user(f"noted-{language}")
        TranslationApproval.record(page, "Een tolk", user)
        page.get_latest_revision().publish()
        return GuidancePage.objects.get(pk=page.pk)

    return publish
