"""Rules in the language of the page, once their translation is right."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dossiers.models import Regulation, RegulationTranslation
from pilot_pages.models import GuidancePage
from tests.compact_html import compact_html

pytestmark = pytest.mark.usefixtures("languages")

ADDRESS = "/ar/for-candidates/"
SENTENCE = "مضى على طلب اللجوء \u20686\u2069 أشهر أو أكثر."  # the value keeps its own direction
IN_ENGLISH = re.compile(r'<li class="fact" lang="en" dir="ltr"> ?<p [^>]*>The asylum application has been pending')


@pytest.fixture
def translation(candidate_page: Callable[[str], GuidancePage]) -> RegulationTranslation:
    """The waiting time in Arabic, which nobody approved yet."""
    candidate_page("ar")
    rule = Regulation.objects.get(key="wachttijd")
    texts = {"title": "مدة الانتظار", "statement": "مضى على طلب اللجوء {value} أشهر أو أكثر."}
    return RegulationTranslation.objects.create(
        regulation=rule, language="ar", original_mark=rule.hash_texts(), **texts
    )


def read(client: Client, address: str = ADDRESS) -> str:
    return compact_html(client.get(address))


def test_a_draft_is_not_shown(client: Client, translation: RegulationTranslation) -> None:
    html = read(client)
    assert SENTENCE not in html and IN_ENGLISH.search(html)


def test_an_approved_translation_is_shown_on_pages_in_its_language_alone(
    client: Client, translation: RegulationTranslation, admin_user: Any
) -> None:
    read(client)  # so that the page is in the cache
    translation.approve("Samira Haddad", admin_user)
    html = read(client)
    assert re.search(rf'<li class="fact"> ?<p [^>]*>{SENTENCE}', html), "in the language and direction of the page"
    assert not IN_ENGLISH.search(html)
    assert '<dt lang="ar" dir="rtl">مدة الانتظار</dt>' in html, "among sources whose words around are English"
    assert SENTENCE not in read(client, "/en/for-candidates/") + read(client, "/voor-kandidaten/")


def test_a_changed_value_changes_the_sentence_in_each_language(
    client: Client, translation: RegulationTranslation, admin_user: Any
) -> None:
    translation.approve("Samira Haddad", admin_user)
    rule = Regulation.objects.get(key="wachttijd")
    rule.value = "9"
    rule.save()
    assert SENTENCE.replace("6", "9") in read(client)
    assert "pending for 9 months" in read(client, "/en/for-candidates/")


def test_a_translation_of_a_dutch_text_that_was_changed_is_not_shown(
    client: Client, translation: RegulationTranslation, admin_user: Any
) -> None:
    translation.approve("Samira Haddad", admin_user)
    rule = Regulation.objects.get(key="wachttijd")
    rule.statement = "De aanvraag loopt {value} maanden of langer."
    rule.save()
    in_dutch = re.compile(r'<li class="fact" lang="nl" dir="ltr"> ?<p [^>]*>De aanvraag loopt 6 maanden')
    for address in (ADDRESS, "/en/for-candidates/"):
        assert in_dutch.search(read(client, address)), "the English text is outdated too"
    note = "What stands here in Dutch is not available in English yet."
    assert note in read(client, "/en/for-candidates/") and note not in read(client)


def test_the_apis_give_the_texts_in_each_language_in_which_they_may_be_shown(
    client: Client, translation: RegulationTranslation, admin_user: Any
) -> None:
    def read_rule(address: str) -> dict[str, Any]:
        return next(rule for rule in client.get(address).json() if rule["key"] == "wachttijd")

    assert set(read_rule("/api/pilot/facts")["texts"]) == {"nl", "en"}
    translation.approve("Samira Haddad", admin_user)
    rule = read_rule("/api/pilot/facts?language=en")
    assert (rule["language"], rule["sentence"]) == ("en", rule["texts"]["en"]["sentence"])
    assert rule["texts"]["ar"] == {
        "title": "مدة الانتظار",
        "sentence": SENTENCE,
        "explanation": "",
        "source": rule["texts"]["nl"]["source"],
        "source_date": rule["texts"]["nl"]["source_date"],
    }
    page = GuidancePage.objects.get(slug="for-candidates", locale__language_code="ar")
    blocks = client.get(f"/api/v2/pages/{page.pk}/").json()["body"]
    facts = [fact for block in blocks if block["type"] == "facts" for fact in block["value"]["facts"]]
    shown = {fact["key"]: fact for fact in facts}
    assert (shown["wachttijd"]["language"], shown["wachttijd"]["sentence"]) == ("ar", SENTENCE)
    assert (shown["leeftijd"]["language"], set(shown["leeftijd"]["texts"])) == ("en", {"nl", "en"})


def test_the_number_of_queries_does_not_depend_on_the_number_of_rules(
    client: Client, translation: RegulationTranslation, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(4):
        client.get("/api/pilot/facts")
