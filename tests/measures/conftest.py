"""The site in every language, with an approved page for candidates in Arabic."""

from collections.abc import Callable

import pytest

from pilot_pages.models import GuidancePage, SignUpPage
from tests.pilot_pages.conftest import candidate_page, form_data, languages, loaded_languages

__all__ = ["candidate_page", "content", "form_data", "languages", "loaded_languages"]


@pytest.fixture
def content(candidate_page: Callable[[str], GuidancePage]) -> SignUpPage:
    """The Dutch sign-up page."""
    candidate_page("ar")
    return SignUpPage.objects.get(locale__language_code="nl")
