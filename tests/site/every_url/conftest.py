from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser

from dossiers.models import Organisation
from dossiers.models.rights import PARTNERS
from tests.conftest import LoggedIn
from tests.site.every_url.world import make_world


@pytest.fixture
def people(admin, coordinator, partner, editor, reader, make_user) -> dict[str, AbstractBaseUser | None]:
    """A user of each role; `anybody` is not logged in, and `member` is in no group."""
    other = make_user("other_partner", PARTNERS)
    Organisation.objects.named("Werkcorporatie").staff.add(other.pk)
    return {
        "anybody": None, "member": make_user("member"), "reader": reader, "editor": editor, "partner": partner,
        "other_partner": other, "coordinator": coordinator, "admin": admin,
    }  # fmt: skip


@pytest.fixture
def world(people, tmp_path: Path) -> dict[str, dict[str, Any]]:
    return make_world(tmp_path, people)


@pytest.fixture
def browsers(people) -> dict[str, LoggedIn]:
    clients = {}
    for name, user in people.items():
        clients[name] = LoggedIn(raise_request_exception=False)
        if user:
            clients[name].force_login(user)
    return clients
