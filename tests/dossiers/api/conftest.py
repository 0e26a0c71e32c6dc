"""Somebody who asks by program, with a key."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from wagtail.models import APIToken

HERE = "/api/pilot/"


class Program(Client):
    """Sends a key along; paths are below /api/pilot/."""

    def __init__(self, user: AbstractBaseUser) -> None:
        super().__init__()
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
        self.key = APIToken.create_token(user=user, name="test")[1]

    def ask(self, method: str, path: str, given: Any = None, **headers: str) -> Any:
        told = {
            "Authorization": f"Bearer {self.key}",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        body = {"data": json.dumps(given), "content_type": "application/json"} if given is not None else {}
        return self.generic(method.upper(), HERE + path, headers=told, **body)

    def read(self, path: str) -> Any:
        answer = self.ask("get", path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def change(self, path: str, given: Any) -> Any:
        """With the version that is there now."""
        return self.ask("patch", path, given, If_Match=self.ask("get", path).headers["ETag"])


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    return {one["field"]: one["messages"] for one in answer.json().get("errors", [])}


@pytest.fixture
def program(db: None) -> Callable[[AbstractBaseUser], Program]:
    return Program


@pytest.fixture
def api(coordinator: AbstractBaseUser) -> Program:
    """A coordinator's."""
    return Program(coordinator)
