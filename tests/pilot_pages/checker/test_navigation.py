"""Each step of the check has its own URL, and the site stores no answer."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from pilot_pages.models import CheckPage
from tests.compact_html import compact_html
from tests.pilot_pages.conftest import dutch

CHANGED = dutch("The rule behind this question was changed in the meantime. Answer the question again.")


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return compact_html(response)


def link(html: str, words: str) -> str:
    """Return the URL of the link with this text."""
    match = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(words)}</a>', html)
    assert match, words
    return unescape(match[1])


def checkable(html: str) -> list[str]:
    return re.findall(r'name="antwoord"[^>]* value="([^"]+)"', html)


def checked(html: str) -> list[str]:
    return re.findall(r'value="([^"]+)" checked', html)


def test_the_first_page_asks_the_first_question(client: Client, check: CheckPage) -> None:
    html = page(client, check.url)
    assert '<h1 class="utrecht-heading-1">Mag dit?</h1>' in html
    assert "Vraag loon?" in html
    assert dutch("Question %(number)s of %(most)s at most") % {"number": 1, "most": 2} in html
    assert 'method="get"' in html
    assert "csrf" not in html
    assert "noindex" not in html


def test_each_answer_leads_to_a_url_of_its_own(client: Client, check: CheckPage) -> None:
    response = client.get(check.url, {"verder": "1", "antwoord": "loon-betaald"})
    assert (response.status_code, response.url) == (302, "/klein/loon-betaald/")
    html = page(client, response.url)
    assert re.search(r"<legend[^>]*><h1[^>]*>Vraag wachttijd\?</h1></legend>", html)
    assert dutch("Question %(number)s of %(most)s at most") % {"number": 2, "most": 2} in html
    assert "Vraag loon?" in html and "<strong>Betaald</strong>" in html


def test_steps_set_no_cookie_and_are_the_same_for_all_visitors(client: Client, check: CheckPage) -> None:
    for path in ("", "loon-betaald/", "loon-vrijwillig/", "?verder=1"):
        first, second = client.get(check.url + path), Client().get(check.url + path)
        assert first.content == second.content
        assert not first.cookies and "Set-Cookie" not in first.headers
    assert not client.cookies


@pytest.mark.parametrize(
    "sent", ["?verder=1", "?verder=1&antwoord=", "?antwoord=wachttijd-ja", "?antwoord=%00<script>"]
)
def test_continuing_without_an_answer_shows_an_error_at_the_question(
    client: Client, check: CheckPage, sent: str
) -> None:
    html = page(client, check.url + sent)
    assert dutch("Choose an answer. Then press Next.") in html
    assert 'aria-invalid="true"' in html
    assert f"<title>{dutch('Error:')}" in html
    assert "<script>" not in html


def test_going_back_preselects_the_earlier_answer(client: Client, check: CheckPage) -> None:
    second = page(client, f"{check.url}loon-betaald/")
    first = page(client, link(second, dutch("Previous question")))
    assert checked(first) == ["loon-betaald"]


def test_changing_an_answer_preserves_the_later_answers(client: Client, check: CheckPage) -> None:
    outcome = page(client, f"{check.url}loon-betaald/wachttijd-nee/")
    first = link(outcome, "Wijzig")
    html = page(client, first)
    assert checked(html) == ["loon-betaald"]
    earlier_answers = re.search(r'name="eerder" value="([^"]+)"', html)[1]
    response = client.get(check.url, {"verder": "1", "antwoord": "loon-betaald", "eerder": earlier_answers})
    assert checked(page(client, response.url)) == ["wachttijd-nee"]
    last = client.get("/klein/loon-betaald/", {"verder": "1", "antwoord": "wachttijd-ja", "eerder": earlier_answers})
    assert last.url == "/klein/loon-betaald/wachttijd-ja/"


def test_the_field_with_later_answers_contains_only_answers_of_this_check(client: Client, check: CheckPage) -> None:
    html = page(client, f"{check.url}?eerder=loon-betaald.kwaad%22%3E.loon-betaald")
    assert 'name="eerder" value="loon-betaald"' in html
    assert "kwaad" not in html


@pytest.mark.parametrize("path", ["onzin/", "wachttijd-ja/", "loon-vrijwillig/wachttijd-ja/", "loon-betaald/x/y/z/"])
def test_an_outdated_or_forged_url_offers_to_start_again(client: Client, check: CheckPage, path: str) -> None:
    response = client.get(check.url + path)
    html = compact_html(response)
    assert response.status_code == 404
    assert dutch("This step of the check is not here (any more)") in html
    assert link(html, dutch("Start again")) == check.url


def test_the_address_of_an_outcome_asks_the_question_again_after_its_rule_was_changed(
    client: Client, check_with_rule: CheckPage, set_waiting_time: Callable[[str], None]
) -> None:
    start = f"{check_with_rule.url}loon-betaald/"
    paper = client.get(start, {"verder": "1", "antwoord": checkable(page(client, start))[0]}).url
    outcome = f"{paper}papier-ja/"
    assert outcome == f"{start}wachttijd-ja_24-maanden/papier-ja/"
    assert "Ja, mag." in page(client, outcome)
    set_waiting_time("36")
    for address in (outcome, f"{start}wachttijd-ja/papier-ja/"):
        html = page(client, address)
        assert "Ja, mag." not in html
        assert CHANGED in html and "Loopt het al 36 maanden?" in html
        assert '<meta name="robots" content="noindex">' in html
        assert checked(html) == []
        assert 'name="eerder" value="papier-ja"' in html
    assert "Ja, mag." in page(client, f"{start}wachttijd-ja_36-maanden/papier-ja/")
    assert client.get(f"{start}onzin_24-maanden/papier-ja/").status_code == 404
    assert CHANGED not in page(client, start)


def test_an_answer_to_a_question_whose_rule_was_changed_while_it_was_open_is_asked_again(
    client: Client, check_with_rule: CheckPage, set_waiting_time: Callable[[str], None]
) -> None:
    start = f"{check_with_rule.url}loon-betaald/"
    nothing_chosen = dutch("Choose an answer. Then press Next.")
    set_waiting_time("36")
    for sent in ("?verder=1&antwoord=wachttijd-ja_24-maanden", "wachttijd-ja_24-maanden/?verder=1&antwoord=papier-ja"):
        html = page(client, start + sent)
        assert CHANGED in html and "Loopt het al 36 maanden?" in html
        assert nothing_chosen not in html
        assert checked(html) == []
        assert f'action="{start}"' in html
    assert 'name="eerder" value="papier-ja"' in html
    html = page(client, f"{start}?verder=1")
    assert nothing_chosen in html and CHANGED not in html
    assert client.get(f"{start}?verder=1&antwoord=wachttijd-ja_36-maanden").url == f"{start}wachttijd-ja_36-maanden/"


def test_the_api_gives_the_addresses_that_the_check_has(
    client: Client, check_with_rule: CheckPage, set_waiting_time: Callable[[str], None]
) -> None:
    tree = client.get(f"/api/v2/pages/{check_with_rule.pk}/").json()["tree"]
    assert [answer["address"] for place in tree for answer in place["value"].get("answers", [])] == [
        *("loon-betaald", "loon-vrijwillig", "wachttijd-ja_24-maanden", "wachttijd-nee_24-maanden"),
        *("papier-ja", "papier-nee"),
    ]


def test_steps_are_not_indexed_by_search_engines(client: Client, check: CheckPage) -> None:
    for path in ("loon-betaald/", "loon-vrijwillig/", "?verder=1"):
        html = page(client, check.url + path)
        assert '<meta name="robots" content="noindex">' in html
        assert f'<link rel="canonical" href="{check.full_url}">' in html


def test_a_draft_is_not_found(client: Client, check: CheckPage) -> None:
    check.unpublish()
    assert client.get(check.url).status_code == client.get(f"{check.url}loon-betaald/").status_code == 404


def test_an_outcome_shows_the_answers_that_led_to_it(client: Client, check: CheckPage) -> None:
    html = page(client, f"{check.url}loon-betaald/wachttijd-nee/")
    assert '<h1 class="utrecht-heading-1">Ja, wacht.</h1>' in html
    assert html.index("Vraag loon?") < html.index("Vraag wachttijd?")
    assert f"{check.full_url}loon-betaald/wachttijd-nee/" in html


def test_an_outcome_shows_its_regulations_with_their_source(client: Client, shipped_check: CheckPage) -> None:
    html = page(client, f"{shipped_check.url}kandidaat-ja/werk-vrijwillig/vrijwilliger-wacht/")
    assert "de organisatie heeft wel een verklaring van UWV nodig." in html
    assert "De verklaring van UWV geldt 3 jaar." in html
    assert dutch("Not yet checked by us.") in html


def test_a_question_shows_the_regulations_behind_it(client: Client, shipped_check: CheckPage) -> None:
    html = page(client, f"{shipped_check.url}kandidaat-ja/werk-betaald/verblijf-opvang/leeftijd-ja_18-jaar/")
    assert "De asielaanvraag loopt 6 maanden of langer." in html
    assert dutch("What does the rule say?") in html


def test_a_check_is_in_the_language_of_its_page(client: Client, check: CheckPage, settings: Any) -> None:
    from wagtail.models import Locale

    from pilot_pages.models import HomePage

    english, _created = Locale.objects.get_or_create(language_code="en")
    home = HomePage.objects.get().copy_for_translation(english)
    home.save_revision().publish()
    copied = check.copy_for_translation(english)
    copied.save_revision().publish()
    html = page(client, f"{copied.url}loon-betaald/")
    assert copied.url.startswith("/en/")
    assert 'lang="en"' in html
    assert "Question 2 of 2 at most" in html
