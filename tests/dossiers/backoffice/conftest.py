from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dossiers.models.rights import COORDINATORS
from tests.conftest import LoggedIn


@pytest.fixture
def as_user(base_data: None) -> Callable[[Any], Client]:
    """A function that returns a client in which the given user is logged in."""

    def log_in(user: Any) -> Client:
        client = LoggedIn()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def coordinator_client(as_user, coordinator) -> Client:
    """A client in which a coordinator is logged in."""
    return as_user(coordinator)


@pytest.fixture
def colleague(make_user) -> Any:
    """Another coordinator."""
    return make_user("colleague", COORDINATORS)
