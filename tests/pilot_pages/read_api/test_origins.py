"""Cross-origin requests (CORS) to the read API."""

from django.test import Client

from pilot_pages.models import SignUpPage

ELSEWHERE = "https://www.example.nl"


def test_no_other_origin_is_allowed_by_default(client: Client, content: SignUpPage) -> None:
    response = client.get("/api/v2/pages/", headers={"origin": ELSEWHERE})
    assert "Access-Control-Allow-Origin" not in response


def test_only_a_configured_origin_is_allowed(client: Client, content: SignUpPage, settings) -> None:
    settings.API_ORIGINS = [ELSEWHERE]
    first = client.get("/api/v2/pages/", headers={"origin": ELSEWHERE})
    assert first["Access-Control-Allow-Origin"] == ELSEWHERE
    assert "Origin" in first["Vary"]
    again = client.get("/api/v2/pages/", headers={"origin": ELSEWHERE, "if-none-match": first["ETag"]})
    assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, ELSEWHERE)
    other = client.get("/api/v2/pages/", headers={"origin": "https://elders.example"})
    assert "Access-Control-Allow-Origin" not in other
    assert "Origin" in other["Vary"]


def test_a_configured_origin_may_send_conditional_requests(client: Client, content: SignUpPage, settings) -> None:
    settings.API_ORIGINS = [ELSEWHERE]
    headers = {"origin": ELSEWHERE, "access-control-request-method": "GET"}
    response = client.options("/api/v2/pages/", headers=headers)
    assert (response.status_code, response["Access-Control-Allow-Methods"]) == (204, "GET")
    assert "If-None-Match" in response["Access-Control-Allow-Headers"]
    assert "ETag" in client.get("/api/v2/pages/", headers={"origin": ELSEWHERE})["Access-Control-Expose-Headers"]
    other = client.options("/api/v2/pages/", headers=headers | {"origin": "https://elders.example"})
    assert other.status_code == 405
