"""A small check on the site, next to the shipped one."""

from collections.abc import Callable

import pytest

from dossiers.models import Regulation
from pilot_pages.models import CheckPage, HomePage, SignUpPage
from tests.pilot_pages.checker.trees import build_small_tree, build_tree_with_rule, tree_value


@pytest.fixture
def shipped_check(content: SignUpPage) -> CheckPage:
    return CheckPage.objects.get(slug="check")


@pytest.fixture
def check(content: SignUpPage) -> CheckPage:
    """The small check at /klein/."""
    page = CheckPage(title="Mag dit?", slug="klein", intro="Dat weet u zo.", tree=tree_value(*build_small_tree()))
    added: CheckPage = HomePage.objects.get().add_child(instance=page)
    return added


@pytest.fixture
def check_with_rule(check: CheckPage) -> CheckPage:
    """The check at /klein/ with a question about the waiting time."""
    check.tree = tree_value(*build_tree_with_rule())
    check.save()
    return check


@pytest.fixture
def set_waiting_time(content: SignUpPage) -> Callable[[str], None]:
    """A function that changes the waiting time to this number of months, as an editor does."""

    def change(months: str) -> None:
        for rule in Regulation.objects.filter(key=Regulation.WAITING_TIME):
            rule.value = months
            rule.save()

    change("24")
    return change
