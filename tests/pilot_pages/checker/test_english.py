"""The English check has the questions of the Dutch check, and leads to the English sign-up."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from dossiers.models import EmployerInterest
from pilot_pages.checker.decision_tree import Tree
from pilot_pages.checker.problems import problems_in
from pilot_pages.content.files import read_files
from pilot_pages.models import CheckPage
from pilot_pages.placeholders import PLACEHOLDER
from tests.compact_html import compact_html
from tests.pilot_pages.checker.trees import find_walks
from tests.pilot_pages.test_content import facts_in
from tests.pilot_pages.test_languages import DUTCH_WORDS, get_translated_text

OUTCOME = "kandidaat-ja/werk-betaald/verblijf-opvang/leeftijd-ja_18-years/wachttijd-ja_6-months/w-document-ja/"


@pytest.fixture
def english(languages: None) -> CheckPage:
    return CheckPage.objects.get(locale__language_code="en")


def tree_of(language: str) -> list[dict[str, Any]]:
    return next(file.content["tree"] for file in read_files(language) if file.content["type"] == "check")


def list_facts_and_values(tree: list[dict[str, Any]]) -> list[Any]:
    """Return the name, the sign, the facts and the placeholders of each question and outcome, in order."""
    places = [place for entry in tree for place in entry.values()]
    return [
        (place["name"], place.get("sign"), facts_in(place), sorted(PLACEHOLDER.findall(str(place)))) for place in places
    ]


def list_answers(tree: list[dict[str, Any]]) -> list[tuple[str, str]]:
    questions = [entry["question"] for entry in tree if "question" in entry]
    return [(answer["address"], answer["to"]) for question in questions for answer in question["answers"]]


def test_the_english_check_has_the_same_steps_rules_and_urls_as_the_dutch_check() -> None:
    dutch, english = tree_of("nl"), tree_of("en")
    assert list_facts_and_values(english) == list_facts_and_values(dutch)
    assert list_answers(english) == list_answers(dutch)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_questions_about_volunteering_show_no_conditions_of_paid_work(language: str, db: None) -> None:
    tree = tree_of(language)
    places = {place["name"]: place for entry in tree for place in entry.values()}
    reached = {answer["to"] for answer in places["verblijf-vrijwilliger"]["answers"]}
    fact_keys = {key for name in reached for key in facts_in(places[name])}
    assert fact_keys & {"wachttijd", "leeftijd", "opvang-coa", "w-document", "loon", "vergunning-aanvragen"} == set()
    assert {"vrijwilligerswerk", "vrijwilligersverklaring"} <= fact_keys
    assert not any("mag ook als" in str(place) or "allowed even" in str(place) for place in places.values())


def test_the_english_check_is_valid_and_has_no_hard_coded_values(english: CheckPage) -> None:
    assert problems_in(english.tree) == []
    assert not any(character.isdigit() for character in str(tree_of("en")))


def test_each_english_question_and_outcome_is_entirely_in_english(client: Client, english: CheckPage) -> None:
    with translation.override("en"):
        addresses_by_name = {walk.at.name: walk.addresses for walk in find_walks(Tree.of(english.tree))}
    steps = {addresses[:number] for addresses in addresses_by_name.values() for number in range(len(addresses) + 1)}
    for addresses in sorted(steps):
        html = client.get("/".join((english.url.rstrip("/"), *addresses, ""))).content.decode()
        words = re.sub(r"<p class=\"check-share__address\".*?</p>", "", html)
        assert DUTCH_WORDS.findall(get_translated_text(words)) == [], addresses


def test_the_value_of_a_regulation_is_shown_in_english(client: Client, english: CheckPage) -> None:
    html = client.get(f"{english.url}kandidaat-ja/werk-betaald/verblijf-opvang/leeftijd-ja_18-years/").content.decode()
    assert "Has the asylum application been pending for 6 months or longer?" in html
    assert "Is the candidate 18 years old or older?" in html


def test_the_english_pages_link_to_the_english_check(client: Client, english: CheckPage) -> None:
    assert f'href="{english.url}">Do the check (2 minutes)' in compact_html(client.get("/en/"))
    for url in ("/en/for-employers/", "/en/for-employers/can-i-hire/"):
        assert f'href="{english.url}">Do the check' in compact_html(client.get(url))


def test_the_english_check_leads_to_the_english_sign_up_with_the_answers(
    client: Client, english: CheckPage, form_data: Callable[..., dict[str, str]]
) -> None:
    html = client.get(f"{english.url}{OUTCOME}").content.decode()
    assert "Yes, with a permit." in html
    address = unescape(re.search(r'href="([^"]*\?check=[^"]*)"', html)[1])
    assert address.startswith("/en/sign-up/?check=check/kandidaat-ja/werk-betaald/")
    form = client.get(address).content.decode()
    assert "Yes, with a permit." in form
    carried = re.search(r'name="check" value="([^"]+)"', form)[1]
    assert client.post("/en/sign-up/", form_data(check=carried)).status_code == 302
    assert EmployerInterest.objects.get().answers["Check: What kind of work is it?"] == "Paid work as an employee"
