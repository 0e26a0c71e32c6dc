"""A proxy or an orchestrator can ask how the web server is, whatever host and port it asks at."""

import pytest
from django.db.utils import ConnectionHandler

from config.health import find_unreachable

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def production(settings):
    settings.ALLOWED_HOSTS = settings.EXACT_HOSTS = ["www.example.nl"]
    settings.SECURE_SSL_REDIRECT = True


@pytest.mark.parametrize(("name", "text"), [("livez", b"alive\n"), ("readyz", b"ready\n")])
def test_the_web_server_says_that_it_is_well_without_tls_and_by_any_host(client, name, text):
    answer = client.get(f"/_healthz/{name}", HTTP_HOST="10.0.0.7:8000")
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, text, "no-store")
    assert "Set-Cookie" not in answer


def test_no_other_address_is_exempt_from_the_check_of_the_host(client):
    assert client.get("/_healthz/", HTTP_HOST="10.0.0.7:8000").status_code == 400
    assert client.get("/_healthz/", HTTP_HOST="www.example.nl", secure=True).status_code == 404


def test_a_database_that_cannot_be_reached_is_named_in_the_log_with_the_reason(tmp_path, caplog):
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "no_such_folder" / "db.sqlite3"}
    assert find_unreachable(ConnectionHandler({"default": database}).all()) == ["default"]
    assert "The database default can't be reached." in caplog.text and "unable to open" in caplog.text


@pytest.mark.parametrize("alive", [True, False])
def test_a_server_without_its_database_is_alive_but_not_ready(client, monkeypatch, tmp_path, alive):
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "no_such_folder" / "db.sqlite3"}
    monkeypatch.setattr("config.health.connections", ConnectionHandler({"default": database}))
    answer = client.get("/_healthz/livez" if alive else "/_healthz/readyz")
    assert answer.status_code == (200 if alive else 503)
    assert b"no_such_folder" not in answer.content
