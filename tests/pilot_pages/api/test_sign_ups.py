"""Sign-ups through the API have the rules of the form, without its protection against spam."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from dossiers.models import EmployerInterest, InterestStatus, Sector
from dossiers.models.employers import withdrawal
from pilot_pages.api.sign_up_schema import EXAMPLE
from pilot_pages.models import CheckPage, SignUpPage, SignUpQuestion
from pilot_pages.sign_up.form import CORE_FIELDS
from pilot_pages.sign_up.throttle import BY_ADDRESS
from tests.pilot_pages.checker.conftest import check  # noqa: F401  (a fixture)
from tests.pilot_pages.conftest import dutch

HERE = "/api/pilot/"


@pytest.fixture
def send(client: Client, content: SignUpPage) -> Callable[..., Any]:
    """Return a function that posts the example with changed answers; None removes an answer."""

    def post(**changes: Any) -> Any:
        answers = {name: value for name, value in (EXAMPLE | changes).items() if value is not None}
        return client.post(f"{HERE}sign-ups", answers, content_type="application/json")

    return post


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 422
    return {error["field"]: error["messages"] for error in response.json()["errors"]}


def test_the_questions_of_the_form_are_available_as_data(client: Client, content: SignUpPage) -> None:
    SignUpQuestion.objects.create(
        page=content, label="Hoe komt men er?", field_type="dropdown", choices="fiets,bus", sort_order=1
    )
    form = client.get(f"{HERE}sign-up-form").json()
    questions_by_name = {question["name"]: question for question in form["questions"]}
    assert questions_by_name["company_name"] == {
        "name": "company_name", "group": "Uw bedrijf", "label": "Bedrijf", "help_text": "", "required": True,
        "type": "text", "autocomplete": "organization", "max_length": 150,
    }  # fmt: skip
    assert [questions_by_name[name]["type"] for name in ("email", "work_description", "sector")] == [
        "email",
        "multiline",
        "choice",
    ]
    assert (questions_by_name["positions"]["minimum"], questions_by_name["positions"]["maximum"]) == (1, 500)
    assert questions_by_name["question_hoe_komt_men_er"]["group"] == "Nog enkele vragen"
    assert ["fiets", "fiets"] in questions_by_name["question_hoe_komt_men_er"]["choices"]
    assert ["A1", "A1"] in questions_by_name["dutch_level_required"]["choices"]
    sector = Sector.objects.first().name
    assert [sector, sector] in questions_by_name["sector"]["choices"]
    assert [question["name"] for question in form["questions"]] == [*CORE_FIELDS, "question_hoe_komt_men_er"]


def test_the_privacy_notice_is_the_same_html_as_in_the_read_api(client: Client, content: SignUpPage) -> None:
    assert "linktype" in content.privacy_text
    notice = client.get(f"{HERE}sign-up-form").json()["privacy_notice"]
    assert notice == client.get(f"/api/v2/pages/{content.pk}/").json()["privacy_text"]


def test_the_openapi_description_has_the_questions_and_the_answers_to_the_check(
    client: Client, content: SignUpPage
) -> None:
    properties = client.get(f"{HERE}openapi.json").json()["components"]["schemas"]["SignUp"]["properties"]
    assert list(properties) == ["language", "check", *CORE_FIELDS]
    assert "None" not in [schema.get("description") for schema in properties.values()]


def test_the_answers_to_the_check_are_stored_with_the_sign_up(send: Callable[..., Any], check: CheckPage) -> None:  # noqa: F811
    assert send(check="klein/loon-betaald/wachttijd-nee").status_code == 202
    assert dutch("Check: %(question)s") % {"question": "Vraag loon?"} in EmployerInterest.objects.get().answers
    assert send(email="iemand@anders.example", check="nergens").status_code == 202
    assert EmployerInterest.objects.order_by("pk").last().answers == {}


def test_a_sign_up_is_unconfirmed_until_its_email_is_confirmed(send: Callable[..., Any]) -> None:
    response = send(sector=Sector.objects.first().name)
    assert response.status_code == 202
    interest = EmployerInterest.objects.get()
    assert interest.status == InterestStatus.UNCONFIRMED
    assert interest.contact_given["email"] == EXAMPLE["email"]
    assert interest.contact_given["sector"] == Sector.objects.first().name
    assert (interest.positions, interest.hours_per_week, f"{interest.start_date}") == (2, 24, "2027-03-01")
    assert [message.to for message in mail.outbox] == [[EXAMPLE["email"]]]


def test_a_repeated_sign_up_is_stored_only_once_until_it_is_withdrawn(send: Callable[..., Any]) -> None:
    send(), send()
    assert EmployerInterest.objects.count() == len(mail.outbox) == 1
    withdrawal.erase_interest(EmployerInterest.objects.get())
    assert send().status_code == 202
    assert EmployerInterest.objects.count() == 1
    assert len(mail.outbox) == 2


def test_the_response_does_not_reveal_whether_an_address_is_known(send: Callable[..., Any]) -> None:
    first, again, other = send(), send(), send(email="iemand@anders.example")
    assert first.content == again.content == other.content
    assert first.status_code == again.status_code == other.status_code == 202


def test_every_invalid_answer_has_an_error_at_its_field(send: Callable[..., Any]) -> None:
    messages_by_field = errors(
        send(company_name=None, positions=900, email="geen adres", kvk_number="12", start_date="31-02-2027")
    )
    assert set(messages_by_field) == {"company_name", "positions", "email", "kvk_number", "start_date"}
    assert messages_by_field["company_name"] == ["Vul de naam van uw bedrijf in."]
    assert not EmployerInterest.objects.exists()


def test_error_messages_are_in_the_language_of_the_sign_up(send: Callable[..., Any]) -> None:
    english = send(language="en", company_name=None)
    assert errors(english)["company_name"] == ["Write the name of your company."]
    assert english.json()["title"] == "Something in it is not right"
    assert english.headers["Content-Language"] == "en"
    assert send(language="en").headers["Content-Language"] == "en"
    assert send(company_name=None).json()["title"] == "Er klopt iets niet"
    assert set(errors(send(language="de"))) == {"language"}


def test_a_citizen_service_number_is_refused(send: Callable[..., Any]) -> None:
    assert "work_description" in errors(send(work_description="Vraag naar bsn 111222333"))


@pytest.mark.parametrize("name", ["website", "stamp", "status", "reference"])
def test_an_unknown_field_is_refused(send: Callable[..., Any], name: str) -> None:
    assert set(errors(send(**{name: "x"}))) == {name}


@pytest.mark.parametrize("value", [True, 2.5, "2", [2], {"x": 1}])
def test_an_answer_of_another_type_is_refused(send: Callable[..., Any], value: Any) -> None:
    assert set(errors(send(positions=value))) == {"positions"}


def test_all_errors_are_returned_together(send: Callable[..., Any]) -> None:
    messages_by_field = errors(
        send(language="en", positions="2", email="geen adres", work_description=["a"], website="x")
    )
    assert messages_by_field["positions"] == ["Send a number, without quotes."]
    assert messages_by_field["work_description"] == ["Send a text, between quotes."]
    assert set(messages_by_field) == {"positions", "work_description", "email", "website"}


def test_a_question_added_by_an_editor_is_validated_and_stored(send: Callable[..., Any], content: SignUpPage) -> None:
    SignUpQuestion.objects.create(page=content, label="Vervoer", field_type="singleline", required=True, sort_order=1)
    assert set(errors(send())) == {"question_vervoer"}
    assert send(question_vervoer="Met de bus").status_code == 202
    assert EmployerInterest.objects.get().answers == {"Vervoer": "Met de bus"}


def test_the_number_of_sign_ups_from_one_address_is_limited(send: Callable[..., Any]) -> None:
    for number in range(BY_ADDRESS.most):
        assert send(email=f"e{number}@voorbeeld.example").status_code == 202
    response = send(email="nog@voorbeeld.example")
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= BY_ADDRESS.within.total_seconds()
    assert EmployerInterest.objects.count() == BY_ADDRESS.most
    assert send(email="e1@voorbeeld.example").status_code == 202  # the same once more is no other sign-up


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"positions": NaN}', "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"company_name": "a\\u0000"}', "application/json", 422),
        (b'{"company_name": "\\ud800"}', "application/json", 422),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b'{"company_name": "' + b"x" * 600_000 + b'"}', "application/json", 413),
    ],
)  # fmt: skip
def test_an_unreadable_body_returns_a_problem(client, content, body: bytes, kind: str, status: int) -> None:
    response = client.post(f"{HERE}sign-ups", body, content_type=kind)
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")


def test_signing_up_is_not_found_without_a_sign_up_page(client: Client, content: SignUpPage) -> None:
    content.unpublish()
    assert client.get(f"{HERE}sign-up-form").status_code == 404
    assert client.post(f"{HERE}sign-ups", EXAMPLE, content_type="application/json").status_code == 404
