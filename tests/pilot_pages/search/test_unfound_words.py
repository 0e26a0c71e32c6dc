"""The search finds what the pages answer, and counts the words of searches without a result for editors."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pilot_pages.models import UnfoundWord
from pilot_pages.models import unfound_word as unfound_words
from tests.compact_html import compact_html
from tests.conftest import LoggedIn

pytestmark = pytest.mark.usefixtures("content")


def search(client: Client, query: str) -> str:
    return compact_html(client.get("/zoeken/", {"q": query}))


def search_often(client: Client, query: str) -> None:
    for _time in range(unfound_words.READ_FROM):
        search(client, query)


def list_words() -> dict[str, int]:
    return dict(UnfoundWord.objects.values_list("word", "count"))


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("statushouder", "Wie een <mark>status</mark> heeft"),
        ("zzp", "<mark>zelfstandige</mark>"),
        ("zzper", "<mark>zelfstandige</mark>"),
        ("uitzendkracht", "<mark>uitzendbureau</mark>"),
        ("minimumloon", "<mark>loon</mark>"),
        ("brutoloon", "<mark>loon</mark>"),
        ("bruto loon", "<mark>loon</mark>"),
        ("huisvesting", "<mark>opvang</mark>"),
        ("woning", "<mark>opvang</mark>"),
        ("paspoort", "<mark>identiteit</mark>"),
        ("arbeidscontract", "<mark>contract</mark>"),
        ("minderjarig", "<mark>Leeftijd</mark>"),
        ("vluchteling", "<mark>asielzoeker</mark>"),
        ("Reba", "<mark>bijdrage</mark>"),
        ("avg", "<mark>privacy</mark>"),
    ],
)
def test_the_search_finds_what_the_pages_answer(client: Client, query: str, answer: str) -> None:
    assert answer.lower() in search(client, query).lower()
    assert list_words() == {}


def test_the_words_of_a_search_without_a_result_are_counted(client: Client) -> None:
    search_often(client, "kwetteldrempel")
    search(client, "Kwetteldrempel?")
    search_often(client, "vergunning")
    assert list_words() == {"kwetteldrempel": 4}
    assert UnfoundWord.objects.get().language == "nl"


def test_a_word_that_few_searched_for_cannot_be_read(client: Client) -> None:
    """It may be a name, and to leave out the names of our records would tell whom we know."""
    search(client, "Selamawit")
    search(client, "Selamawit")
    assert list_words() == {"": 2}
    assert "selamawit" not in str(UnfoundWord.objects.values().get()).lower()


@pytest.mark.parametrize("query", ["xyzzy 123456782", "xyzzy@example.nl", "xyzzy moslim", "06 12345678", "x1y2z3q"])
def test_nothing_is_kept_of_a_search_that_may_be_about_a_person(client: Client, query: str) -> None:
    search_often(client, query)
    assert list_words() == {}


def test_a_word_is_forgotten_after_90_days(client: Client) -> None:
    search_often(client, "kwetteldrempel")
    UnfoundWord.objects.update(last_on=timezone.localdate() - timedelta(days=91))
    search_often(client, "flapsnoet")
    assert list_words() == {"flapsnoet": 3}


def test_a_robot_cannot_fill_the_list(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unfound_words, "MAX_WORDS", 2)
    search_often(client, "kwettel")
    for query in ("flapsnoet", "zwabberfoks", "bliksemkwast"):
        search(client, query)
    assert list_words() == {"kwettel": 3, "": 1}


def test_editors_see_the_words_most_searched_first(client: Client, db: Any) -> None:
    browser = LoggedIn()
    browser.force_login(get_user_model().objects.create_superuser("admin", "admin@example.nl"))
    address = reverse("pilot_pages_unfound_words")
    search(client, "zwabberfoks")
    html = compact_html(browser.get(address))
    assert "Geen woord werd in de laatste 90 dagen drie keer tevergeefs gezocht." in html
    assert "1 ander woord werd tevergeefs gezocht. Een woord kan de naam van iemand zijn" in html
    assert "pas vanaf 3 keer zoeken leesbaar" in html
    for query in ("flapsnoet", "kwetteldrempel", "kwetteldrempel"):
        search_often(client, query)
    html = compact_html(browser.get(address))
    assert 0 < html.index("kwetteldrempel") < html.index("flapsnoet")
    assert "zwabberfoks" not in html
    search(client, "snorrewiet")
    assert "2 andere woorden werden tevergeefs gezocht." in compact_html(browser.get(address))
