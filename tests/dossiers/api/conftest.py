"""Clients that call the API with a key."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from wagtail.models import APIToken

BASE_PATH = "/api/pilot/"


class ApiClient(Client):
    """A client that sends its key with each request; paths are relative to /api/pilot/."""

    def __init__(self, user: AbstractBaseUser) -> None:
        super().__init__()
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
        self.key = APIToken.create_token(user=user, name="test")[1]

    def send(self, method: str, path: str, payload: Any = None, **headers: str) -> Any:
        request_headers = {
            "Authorization": f"Bearer {self.key}",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        body = {"data": json.dumps(payload), "content_type": "application/json"} if payload is not None else {}
        return self.generic(method.upper(), BASE_PATH + path, headers=request_headers, **body)

    def get_json(self, path: str) -> Any:
        answer = self.send("get", path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def patch_with_etag(self, path: str, payload: Any) -> Any:
        """Send a PATCH request with the current ETag."""
        return self.send("patch", path, payload, If_Match=self.send("get", path).headers["ETag"])


def get_errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    return {error["field"]: error["messages"] for error in answer.json().get("errors", [])}


@pytest.fixture
def make_api_client(db: None) -> Callable[[AbstractBaseUser], ApiClient]:
    return ApiClient


@pytest.fixture
def api(coordinator: AbstractBaseUser) -> ApiClient:
    """A client with the key of a coordinator."""
    return ApiClient(coordinator)
