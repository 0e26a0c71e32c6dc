"""The public side of /api/pilot/: facts, figures and the sign-up."""

import json
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from dossiers.models import Evaluation, Regulation
from dossiers.reports.evaluations import freeze
from dossiers.reports.release import release
from pilot_pages.models import SignUpPage

HERE = "/api/pilot/"


def test_facts_have_their_source_and_are_in_the_requested_language(client: Client, content: SignUpPage) -> None:
    facts_by_key = {fact["key"]: fact for fact in client.get(f"{HERE}facts").json()}
    assert set(facts_by_key) == set(Regulation.objects.values_list("key", flat=True))
    assert facts_by_key["wachttijd"]["sentence"] == "De asielaanvraag loopt 6 maanden of langer."
    assert facts_by_key["wachttijd"]["source"].startswith("uwv.nl")
    english = {fact["key"]: fact["sentence"] for fact in client.get(f"{HERE}facts?language=en").json()}
    assert english["wachttijd"] == "The asylum application has been pending for 6 months or longer."


def test_a_regulation_that_is_not_valid_yet_is_not_in_the_facts(client: Client, content: SignUpPage) -> None:
    Regulation.objects.create(key="later", title="Later", statement="Later", valid_from=date(2999, 1, 1))
    assert "later" not in [fact["key"] for fact in client.get(f"{HERE}facts").json()]


def test_an_unknown_language_is_refused_with_an_error_at_its_field(client: Client, content: SignUpPage) -> None:
    response = client.get(f"{HERE}facts?language=de")
    assert (response.status_code, response.headers["Content-Type"]) == (422, "application/problem+json")
    assert response.json()["errors"] == [{"field": "language", "messages": ["Kies uit: nl, en."]}]


def test_there_are_no_figures_before_the_first_release(client: Client, base_data: None) -> None:
    Evaluation.objects.create(title="Nog niet klaar", reports=["findings"])
    assert client.get(f"{HERE}figures").json() == {"figures": None, "withdrawn": None}


def test_figures_are_those_of_the_most_recently_released_evaluation(client: Client, coordinator: Any) -> None:
    evaluation = Evaluation.objects.create(title="Tussenstand", reports=["funnel"])
    freeze(evaluation, coordinator)
    release(evaluation, coordinator)
    figures = client.get(f"{HERE}figures").json()["figures"]
    assert (figures["title"], figures["language"]) == ("Tussenstand", "nl")
    assert [subject["name"] for subject in figures["subjects"]] == ["funnel"]
    table = figures["subjects"][0]["tables"][0]
    assert len(table["rows"][0]["cells"]) == len(table["columns"])
    assert "figure=" not in json.dumps(figures)  # the address of a list of people
    english_figures = client.get(f"{HERE}figures?language=en").json()["figures"]
    english = english_figures["subjects"][0]["tables"][0]
    assert (english_figures["language"], english["rows"][0]["language"]) == ("en", "en")
    assert (table["rows"][0]["label"], english["rows"][0]["label"]) == ("Aangemeld", "Registered")
    assert english["rows"][0]["cells"] == table["rows"][0]["cells"]


def test_a_client_with_the_current_etag_gets_a_304(client: Client, content: SignUpPage) -> None:
    first = client.get(f"{HERE}facts")
    again = client.get(f"{HERE}facts", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Regulation.objects.filter(key="wachttijd").update(value="7")
    assert client.get(f"{HERE}facts", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", ["", "nowhere", "facts/", "dossiers/x/y"])
def test_an_unknown_path_returns_a_404_problem(client: Client, content: SignUpPage, path: str) -> None:
    response = client.get(HERE + path)
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["title"] == "Niet gevonden"


def test_an_unsupported_method_returns_a_problem_with_the_allowed_method(client: Client, content: SignUpPage) -> None:
    response = client.delete(f"{HERE}facts")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET")
    assert response.json()["status"] == 405


def test_errors_are_in_dutch_regardless_of_accept_language(client: Client, content: SignUpPage) -> None:
    response = client.get(f"{HERE}nowhere", headers={"Accept-Language": "en"})
    assert response.json()["title"] == "Niet gevonden"
    assert response.headers["Content-Language"] == "nl"


def test_only_configured_origins_get_cors_headers(client: Client, content: SignUpPage, settings: Any) -> None:
    origin = {"Origin": "https://voorbeeld.example"}
    assert "Access-Control-Allow-Origin" not in client.get(f"{HERE}facts", headers=origin).headers
    settings.API_ORIGINS = ["https://voorbeeld.example"]
    response = client.get(f"{HERE}facts", headers=origin)
    assert response.headers["Access-Control-Allow-Origin"] == "https://voorbeeld.example"
    assert "Origin" in response.headers["Vary"]
    other = client.get(f"{HERE}facts", headers={"Origin": "https://ander.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_a_configured_origin_may_post_sign_ups_but_not_use_operations_with_a_key(
    client, content: SignUpPage, settings: Any
) -> None:
    settings.API_ORIGINS = ["https://voorbeeld.example"]
    headers = {"Origin": "https://voorbeeld.example", "Access-Control-Request-Method": "POST"}
    response = client.options(f"{HERE}sign-ups", headers=headers)
    assert (response.status_code, response.headers["Access-Control-Allow-Methods"]) == (204, "GET, POST")
    assert "Access-Control-Allow-Origin" not in client.options(f"{HERE}dossiers", headers=headers).headers
    assert len(mail.outbox) == 0
