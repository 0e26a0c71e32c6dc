"""Errors of the read API, which are problems (RFC 9457) in Dutch."""

import pytest
from django.test import Client

from pilot_pages.models import SignUpPage


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("", 404), ("nowhere/", 404), ("pages/999999/", 404), ("pages/find/?html_path=/nergens/", 404),
        ("pages/?fields=contact_given", 400), ("pages/?onzin=1", 400), ("site/?locale=de", 404),
        ("page_preview/?token=x", 404), ("documents/?limit=x", 400),
        ("pages/?search=%00", 400), ("pages/?title=a%00", 400), ("images/?search=%00", 400), ("site/?locale=%00", 400),
        ("pages/find/?id=x", 404), ("pages/find/?html_path=%00", 400),
        (f"pages/?search={'+'.join(map(str, range(600)))}", 400), (f"images/?search={'a' * 101}", 400),
    ],
)  # fmt: skip
def test_an_error_is_a_problem(client: Client, content: SignUpPage, path: str, status: int) -> None:
    response = client.get(f"/api/v2/{path}", headers={"Accept-Language": "en"})
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["title"] in ("Niet gevonden", "Dit verzoek is niet te lezen")
    assert response["Content-Language"] == "nl"


def test_an_error_names_the_unknown_parameter(client: Client, content: SignUpPage) -> None:
    assert "onzin" in client.get("/api/v2/pages/?onzin=1").json()["errors"][0]["messages"][0]
    assert client.get("/api/v2/page_preview/?token=x").json()["detail"] == (
        "Bij deze code hoort geen concept. Een code geldt een uur."
    )


@pytest.mark.parametrize("method", ["options", "post", "delete"])
def test_other_methods_are_refused_without_details_of_the_source(
    client: Client, content: SignUpPage, method: str
) -> None:
    response = getattr(client, method)("/api/v2/pages/")
    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
    assert "GET" in response["Allow"]
    assert "description" not in response.json()
