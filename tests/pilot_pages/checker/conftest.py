"""A check on the site, beside the one that is shipped."""

import pytest

from pilot_pages.models import CheckPage, HomePage, SignUpPage
from tests.pilot_pages.checker.trees import small, value_of


@pytest.fixture
def shipped(content: SignUpPage) -> CheckPage:
    return CheckPage.objects.get(slug="check")


@pytest.fixture
def check(content: SignUpPage) -> CheckPage:
    """A small one, at /klein/."""
    page = CheckPage(title="Mag dit?", slug="klein", intro="Dat weet u zo.", tree=value_of(*small()))
    added: CheckPage = HomePage.objects.get().add_child(instance=page)
    return added
