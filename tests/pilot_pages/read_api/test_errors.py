"""Errors of the read API, which are problems (RFC 9457) in Dutch."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import wagtail.api
from django.test import Client

from pilot_pages.models import SignUpPage
from pilot_pages.read_api.errors import WRONG_VALUE, translate_message


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("", 404), ("nowhere/", 404), ("pages/999999/", 404), ("pages/find/?html_path=/nergens/", 404),
        ("pages/?fields=contact_given", 400), ("pages/?onzin=1", 400), ("site/?locale=de", 404),
        ("page_preview/?token=x", 404), ("documents/?limit=x", 400),
        ("pages/?search=%00", 400), ("pages/?title=a%00", 400), ("images/?search=%00", 400), ("site/?locale=%00", 400),
        ("pages/find/?id=x", 404), ("pages/find/?html_path=%00", 400),
        ("pages/?first_published_at=x", 400), ("pages/?search=a&search_operator=x", 400),
        ("pages/?type=pilot_pages.SignUpPage&form_fields=x", 400), ("pages/?locale=zz", 404),
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


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("pages/?onzin=1", "Dit adres kent geen parameter met de naam: onzin."),
        ("pages/?limit=-1", "Schrijf “limit” als een heel getal, 0 of hoger."),
        ("pages/?limit=1000", "Er komen er hooguit 100 tegelijk: kies een lagere “limit”."),
        ("pages/?id=x", "Het veld “id” heeft nooit de waarde “x”."),
        ("pages/?child_of=999999", "Er is geen pagina met dit id."),
        ("pages/?order=x", "Deze lijst kan niet worden gesorteerd op “x”."),
        ("pages/?fields=body(", "De parameter “fields” is niet te lezen"),
        ("pages/?first_published_at=x", "Een parameter heeft een waarde die niet te lezen is."),
    ],
)
def test_wagtails_own_messages_are_in_dutch(client: Client, content: SignUpPage, path: str, message: str) -> None:
    [error] = client.get(f"/api/v2/{path}").json()["errors"]
    assert error["messages"][0].startswith(message)


def test_each_message_in_the_source_of_wagtail_has_a_translation() -> None:
    messages = list(list_wagtail_messages())
    assert len(messages) > 20
    assert [message for message in messages if translate_message(message) == str(WRONG_VALUE)] == []


def list_wagtail_messages() -> Iterator[str]:
    """Yield each message with which Wagtail's API refuses a request, with 7 in place of its variable parts."""
    sources = Path(wagtail.api.__path__[0], "v2").glob("*.py")
    for node in (node for source in sources for node in ast.walk(ast.parse(source.read_text("utf-8")))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BadRequestError":
            [argument] = node.args
            if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Name):  # str(error)
                continue
            if isinstance(argument, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "7" for part in argument.values)
            else:
                text = next(part.value for part in ast.walk(argument) if isinstance(part, ast.Constant))
                yield text.replace("%s", "7").replace("%d", "7").replace("{}", "7")


@pytest.mark.parametrize("method", ["options", "post", "delete"])
def test_other_methods_are_refused_without_details_of_the_source(
    client: Client, content: SignUpPage, method: str
) -> None:
    response = getattr(client, method)("/api/v2/pages/")
    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
    assert "GET" in response["Allow"]
    assert "description" not in response.json()
