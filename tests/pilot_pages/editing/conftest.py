"""Fixtures: clients of communications staff, on a site with its content."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from dossiers.models.rights import AUTHORS, COMMUNICATIONS, apply_rights
from pilot_pages.editing.moderation import create_workflow
from pilot_pages.models import SignUpPage
from tests.conftest import LoggedIn


@pytest.fixture
def log_in(content: SignUpPage) -> Callable[..., Client]:
    """A function that creates a user in the groups and returns a logged-in client, with the user as `.user`."""
    apply_rights()

    def log_in(username: str, *groups: str, **fields: Any) -> Client:
        user = get_user_model().objects.create_user(username, f"{username}@example.nl", **fields)
        user.groups.set(Group.objects.filter(name__in=groups))
        client = LoggedIn()
        client.force_login(user)
        client.user = user  # type: ignore[attr-defined]
        return client

    return log_in


@pytest.fixture
def anna(log_in: Callable[..., Client]) -> Client:
    """A client of communications staff."""
    return log_in("anna", COMMUNICATIONS, first_name="Anna", last_name="de Boer")


@pytest.fixture
def author(log_in: Callable[..., Client]) -> Client:
    """A client of an author, who may not publish."""
    create_workflow()
    return log_in("kees", AUTHORS, first_name="Kees")
