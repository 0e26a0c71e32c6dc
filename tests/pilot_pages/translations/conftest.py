from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from dossiers.models.rights import COMMUNICATIONS, apply_rights
from pilot_pages.models import GuidancePage
from tests.conftest import LoggedIn


@pytest.fixture
def editor_client(languages: None) -> Client:
    """A client of communications staff, on a site with pages in every language."""
    apply_rights()
    user = get_user_model().objects.create_user("editor", "editor@example.nl")
    user.groups.add(Group.objects.get(name=COMMUNICATIONS))
    client = LoggedIn()
    client.force_login(user)
    return client


@pytest.fixture
def draft(languages: None) -> GuidancePage:
    """The Arabic page for candidates from the initial content."""
    return GuidancePage.objects.get(slug="for-candidates", locale__language_code="ar")


@pytest.fixture
def is_live(draft: GuidancePage) -> Callable[[], bool]:
    return lambda: GuidancePage.objects.get(pk=draft.pk).live
