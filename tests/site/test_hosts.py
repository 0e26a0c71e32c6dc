"""The site answers only to the exact host names in its settings."""

import pytest

from config import environment


@pytest.fixture(autouse=True)
def production(settings, base_data, monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "www.example.nl, 10.0.0.5:8000")
    settings.EXACT_HOSTS = environment.hosts("ALLOWED_HOSTS", "https://werk.example.nl:8443")
    settings.ALLOWED_HOSTS = ["www.example.nl", "10.0.0.5", "werk.example.nl"]


@pytest.mark.parametrize("host", ["www.example.nl", "10.0.0.5:8000", "werk.example.nl:8443"])
def test_a_configured_host_is_accepted(client, host):
    assert client.get("/inloggen/", HTTP_HOST=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *("www.example.nl:80", "www.example.nl:443", "www.example.nl:1", "www.example.nl:", "www.example.nl."),
        *("WWW.example.nl", "www.example.nl.:80", "10.0.0.5", "10.0.0.5:8001", "werk.example.nl", "other.example", ""),
        *("www.example.nl@other.example", "www.example.nl/x", "www.example.nl,other.example"),
    ],
)
def test_any_other_port_or_spelling_is_refused_with_an_error_page(client, host):
    for path in ("/inloggen/", "/", "/beheer/", "/static/none.css", "/api/v2/pages/"):
        answer = client.get(path, HTTP_HOST=host)
        assert answer.status_code == 400, path
    assert "Content-Security-Policy" in answer.headers
