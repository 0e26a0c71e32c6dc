"""The log contains the URL of a refused request without its secret token."""

import logging
from io import StringIO

import pytest
from django.http import HttpResponseServerError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.log import log_response

KEY = "WyI5Il0:1tXyZ:abcdefghijklmnopqrstuvwxyz"


def list_secret_paths() -> list[str]:
    paths = [
        reverse("candidate:date_of_birth", args=["k7pm-x2qf-9d3h-t8wc"]),
        reverse("account_reset_password_from_key", kwargs={"uidb36": "2n", "key": "cxyz12-abcdef0123456789"}),
    ]
    for language in ("nl", "en"):
        with translation.override(language):
            paths += [reverse(f"pilot_pages:{name}", args=[KEY]) for name in ("status", "experience", "withdraw")]
    return paths


@pytest.mark.parametrize("address", list_secret_paths())
def test_a_csrf_failure_is_logged_without_the_secret_token(base_data, caplog, address):
    assert Client(enforce_csrf_checks=True).post(address).status_code == 403
    (message,) = caplog.messages
    assert "/…/" in message
    for part in ("WyI5Il0", "abcdef", "k7pm", "cxyz12"):
        assert part not in message


def test_an_unknown_link_is_logged_without_the_secret_token(base_data, caplog):
    assert Client().get(reverse("pilot_pages:status", args=[KEY])).status_code == 404
    assert caplog.messages == ["Not Found: /aanmelding/…/"]


def test_a_refused_form_of_an_invitation_is_logged_without_the_secret_token(base_data, caplog):
    url = reverse("account_accept_invitation", args=["1", f"abc-{KEY}"])
    assert Client(enforce_csrf_checks=True).post(url).status_code == 403
    assert "/inloggen/uitnodiging/…/" in caplog.text and KEY not in caplog.text


def test_other_urls_are_logged_unchanged(base_data, caplog):
    Client().get("/nergens/heen/")
    assert caplog.messages == ["Not Found: /nergens/heen/"]


@pytest.fixture
def console(monkeypatch):
    """The stream of the console handler."""
    [handler] = [handler for handler in logging.getLogger().handlers if handler.name == "console"]
    monkeypatch.setattr(handler, "stream", StringIO())
    return handler.stream


def test_a_refused_request_is_logged_on_one_line_and_an_error_with_its_traceback(base_data, console, settings):
    settings.EXACT_HOSTS = ["www.example.nl"]
    assert Client().get("/", HTTP_HOST="other.example").status_code == 400
    settings.EXACT_HOSTS = None
    assert Client().get("/beheer/?a=%00").status_code == 400
    lines = console.getvalue().splitlines()
    assert len(lines) == 2
    assert "other.example" in lines[0] and "/beheer/" in lines[1]
    error = ValueError("A mistake")
    log_response("%s", "/", response=HttpResponseServerError(), exception=error)
    assert "ValueError: A mistake" in console.getvalue()
