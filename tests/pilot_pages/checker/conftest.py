"""A small check on the site, next to the shipped one."""

import pytest

from pilot_pages.models import CheckPage, HomePage, SignUpPage
from tests.pilot_pages.checker.trees import build_small_tree, tree_value


@pytest.fixture
def shipped_check(content: SignUpPage) -> CheckPage:
    return CheckPage.objects.get(slug="check")


@pytest.fixture
def check(content: SignUpPage) -> CheckPage:
    """The small check at /klein/."""
    page = CheckPage(title="Mag dit?", slug="klein", intro="Dat weet u zo.", tree=tree_value(*build_small_tree()))
    added: CheckPage = HomePage.objects.get().add_child(instance=page)
    return added
