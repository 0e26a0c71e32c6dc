"""Malformed requests to the form get an error page and store nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail, signing
from django.test import Client

from dossiers.models import EmployerInterest
from pilot_pages.models import SignUpPage, SignUpQuestion
from pilot_pages.sign_up import links
from pilot_pages.sign_up.links import SALT
from tests.compact_html import compact_html
from tests.pilot_pages.conftest import dutch

SignUp = Callable[..., Any]
MEGABYTE = "x" * 1_000_000
BAD = [MEGABYTE, "<b>hoi</b>", "<script>alert(1)</script>", "a\x00b"]
TEXTS = ["company_name", "city", "contact_name", "work_description", "question_vervoer"]
FIELDS = [*TEXTS, "kvk_number", "postcode", "sector", "email", "phone", "positions", "hours_per_week"]
FIELDS += ["dutch_level_required", "start_date", "stamp", "website"]


@pytest.fixture(autouse=True)
def assert_nothing_is_stored(content: SignUpPage) -> Any:
    SignUpQuestion.objects.create(page=content, label="Vervoer", field_type="multiline", required=False)
    yield
    assert not EmployerInterest.objects.exists()
    assert not EmployerInterest.history.exists()
    assert not mail.outbox


@pytest.mark.parametrize(
    "bad", [MEGABYTE, "<b>hoi</b>", "<script>alert(1)</script>", "a\x00b"], ids=lambda bad: bad[:9]
)
@pytest.mark.parametrize("name", FIELDS)
def test_bad_input_is_refused_with_an_error_in_each_field(sign_up: SignUp, name: str, bad: str) -> None:
    response = sign_up(**{name: bad})
    html = response.content.decode()
    assert response.status_code == 200
    assert 'role="alert"' in html
    assert "<script>alert" not in html and "<b>hoi" not in html
    assert len(html) < 1_200_000  # once, in its field: no message repeats it
    if name in TEXTS and bad.startswith("<"):
        assert html.count(dutch("Write plain text, without “<” before a letter.")) == 2
    if name in TEXTS and "\x00" in bad:
        assert html.count(dutch("There is a sign in this text that nobody sees. Type the text again.")) == 2


def test_a_kvk_number_of_seven_digits_is_refused_and_not_padded_with_a_zero(sign_up: SignUp) -> None:
    html = sign_up(kvk_number="1234567").content.decode()
    assert "“1234567” is geen KvK-nummer. Een KvK-nummer heeft acht cijfers." in html


@pytest.mark.parametrize("text", ["3 < 5 uur", "loon > 15 euro", "a\tb", "één\r\ntwee"])
def test_plain_text_is_not_mistaken_for_markup(text: str) -> None:
    from pilot_pages.sign_up.sanitize import find_markup_problem

    assert find_markup_problem(text) is None


UNREADABLE = {
    "too much": lambda answers: (answers | {"work_description": "x" * 3_000_000}, {}),
    "too many fields": lambda answers: (answers | {f"veld{index}": "" for index in range(300)}, {}),
    "far too many fields": lambda answers: (answers | {f"veld{index}": "" for index in range(10_001)}, {}),
    "several values": lambda answers: (answers | {"email": ["a@example.org", "b@example.org"]}, {}),
    "JSON": lambda answers: (answers, {"content_type": "application/json"}),
    "plain text": lambda answers: ("company_name=x", {"content_type": "text/plain"}),
}


@pytest.mark.parametrize("way", UNREADABLE)
def test_an_unreadable_request_gets_an_error_page(
    client: Client, content: SignUpPage, form_data: Any, way: str
) -> None:
    data, how = UNREADABLE[way](form_data())
    response = client.post(content.url, data, **how)
    assert response.status_code == 400
    assert dutch("We could not read this") in response.content.decode()
    assert dutch("It was too much, or something else than the form sends. We stored nothing of it.") in (
        response.content.decode()
    )


def test_an_uploaded_file_is_refused(client: Client, content: SignUpPage, form_data: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    response = client.post(content.url, form_data() | {"bijlage": SimpleUploadedFile("a.txt", b"a")})
    assert response.status_code == 400


def test_a_form_without_the_csrf_cookie_is_refused_with_an_explanation(content: SignUpPage, form_data: Any) -> None:
    response = Client(enforce_csrf_checks=True).post(content.url, form_data())
    assert response.status_code == 403
    page = response.content.decode()
    assert dutch("This form cannot be sent any more") in page
    assert "weg als u de browser sluit" in page and "tien minuten" in page, "as long as the cookies of the form last"


def test_a_form_of_this_site_without_the_csrf_cookie_can_be_sent_again(content: SignUpPage, form_data: Any) -> None:
    client, typed = Client(enforce_csrf_checks=True), form_data(positions="0")
    response = client.post(content.url, typed, headers={"Origin": "http://testserver"})
    page = compact_html(response)
    assert response.status_code == 403 and "Wat u hebt ingevuld, is er nog." in page
    assert 'name="company_name" value="Kassenbouw De Wit"' in page and "Opnieuw versturen</button>" in page
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token and f'action="{content.url}"' in page
    again = client.post(content.url, typed | {"csrfmiddlewaretoken": token[1]}, follow=True)
    assert "Voor hoeveel mensen? Vul een heel getal in" in compact_html(again)


def test_a_form_of_another_site_or_of_a_login_cannot_be_sent_again(content: SignUpPage, form_data: Any) -> None:
    for path, origin in ((content.url, "https://example.org"), ("/inloggen/", "http://testserver")):
        response = Client(enforce_csrf_checks=True).post(path, form_data(), headers={"Origin": origin})
        assert response.status_code == 403
        assert dutch("This form cannot be sent any more") in response.content.decode()
        assert "Kassenbouw" not in response.content.decode()


TOKENS = {
    "forged": "1:abc:def",
    "of another kind": signing.dumps(1, salt="another"),
    "no number": signing.dumps({"pk": [1]}, salt=SALT),
    "text": signing.dumps("a' OR 1=1", salt=SALT),
    "huge number": signing.dumps(10**30, salt=SALT),
    "NUL": "a%00b",
    "long": "x" * 5_000,
    "nobody's": signing.dumps(4_711, salt=SALT),
}


@pytest.mark.parametrize("kind", TOKENS)
def test_an_invalid_link_gets_an_error_page(client: Client, content: SignUpPage, kind: str) -> None:
    for rest in ("", "intrekken/"):
        for answer in (client.get, client.post):
            response = answer(f"/aanmelding/{TOKENS[kind]}/{rest}")
            if rest and answer == client.post and links.is_signed(TOKENS[kind]):
                assert response.url == "/aanmelding/ingetrokken/"  # as after a second click
                continue
            assert response.status_code == 404
            assert dutch("This link does not work (any more)") in response.content.decode()
