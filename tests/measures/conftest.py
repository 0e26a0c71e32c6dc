"""The site as the public finds it in every language: the candidates' page in Arabic is approved and live."""

from collections.abc import Callable

import pytest

from pilot_pages.models import GuidancePage, SignUpPage
from tests.pilot_pages.conftest import candidate_page, form_data, languages, loaded_languages

__all__ = ["candidate_page", "content", "form_data", "languages", "loaded_languages"]


@pytest.fixture
def content(candidate_page: Callable[[str], GuidancePage]) -> SignUpPage:
    """The Dutch page where an employer signs up."""
    candidate_page("ar")
    return SignUpPage.objects.get(locale__language_code="nl")
