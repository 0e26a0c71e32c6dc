"""Whether the pilot has not begun, runs or is over is one setting that the site, the sign-up, the APIs and the e-mails
follow."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.test import Client
from wagtail.models import Page

from dossiers.models import EmployerInterest
from pilot_pages.api.sign_up_schema import EXAMPLE
from pilot_pages.checker.decision_tree import Tree
from pilot_pages.checker.navigation import address_of
from pilot_pages.models import CheckPage, GuidancePage, HomePage, SignUpPage
from pilot_pages.sign_up.emails import PREVIEWS
from pilot_pages.site_settings import Phase
from tests.compact_html import compact_html
from tests.pilot_pages.checker.trees import find_walks
from tests.pilot_pages.conftest import dutch
from tests.pilot_pages.phases import NOTICES, REFUSALS, set_phase
from tests.pilot_pages.read_api.pages import get, get_block, publish_block

FIRST_STATES = ("/zoeken/?q=loon", "/bestaat-niet/", "/aanmelding/x/", "/aanmelding/gewist/")


def list_urls(language: str) -> Iterator[str]:
    """Return the URL of each live page in the language, and of each outcome of its check."""
    for page in Page.objects.live().public().filter(depth__gt=1, locale__language_code=language).specific():
        yield page.url
        if isinstance(page, CheckPage):
            walks_by_outcome = {walk.at.name: walk for walk in find_walks(Tree.of(page.tree))}
            yield from (address_of(page.url, walk.addresses) for walk in walks_by_outcome.values())


def find_buttons_to(html: str, url: str) -> list[str]:
    """Return the buttons, cards and links of menus that lead to this URL; links in running text are none of these."""
    links = re.findall(r'<a class="([^"]*)"[^>]* href="([^"?]*)', html) + re.findall(
        r'<a class="([^"]*)"\s+href="([^"?]*)', html
    )
    return [
        classes for classes, target in links if target == url and re.search("button-link|card__|nav__|list__", classes)
    ]


@pytest.mark.usefixtures("languages")
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("phase", Phase)
def test_every_page_tells_that_the_pilot_has_not_begun_or_is_over(client: Client, phase: Phase, language: str) -> None:
    set_phase(phase)
    prefix = "" if language == "nl" else "/en"
    for url in (*list_urls(language), *(f"{prefix}{url}" for url in FIRST_STATES)):
        html = client.get(url).content.decode()
        shown = [key for key, notice in NOTICES.items() if notice in html]
        assert shown == ([] if phase == Phase.RUNNING else [(phase, language)]), url
        assert ("site-phase" in html) == (phase != Phase.RUNNING), url


def test_a_page_in_another_language_has_the_notice_in_english(
    client: Client, candidate_page: Callable[[str], GuidancePage]
) -> None:
    set_phase(Phase.OVER)
    html = compact_html(client.get(candidate_page("ar").url))
    assert f'lang="en" dir="ltr">{NOTICES[Phase.OVER, "en"]}</p>' in html


@pytest.mark.usefixtures("languages")
@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_button_card_or_menu_leads_to_the_sign_up_once_the_pilot_is_over(client: Client, language: str) -> None:
    sign_up = SignUpPage.objects.get(locale__language_code=language)
    cards = {"heading": "Verder", "cards": [{"page": sign_up, "text": "Doe mee."}]}
    call = {"heading": "Doe mee", "text": "", "page": sign_up, "url": "", "label": "Ja"}
    page = GuidancePage.objects.filter(locale__language_code=language).exclude(body=[]).first()
    page.body = [("page_cards", cards), ("call_to_action", call)]
    page.next_page, page.next_label = sign_up, "Naar het formulier"
    page.show_in_footer = True
    page.save()
    for field in ("show_in_footer", "show_in_menus"):
        setattr(sign_up, field, True)
    sign_up.save()
    while_running = [url for url in list_urls(language) if find_buttons_to(compact_html(client.get(url)), sign_up.url)]
    assert while_running == list(list_urls(language)), "its menu has one everywhere"
    assert len(find_buttons_to(compact_html(client.get(page.url)), sign_up.url)) >= 5
    set_phase(Phase.OVER)
    for url in (*list_urls(language), f"{'' if language == 'nl' else '/en'}/bestaat-niet/"):
        assert find_buttons_to(compact_html(client.get(url)), sign_up.url) == [], url


@pytest.mark.usefixtures("languages")
def test_the_home_page_keeps_its_other_buttons_and_offers_no_service_to_search_engines(client: Client) -> None:
    assert '"serviceUrl"' in client.get("/").content.decode()
    set_phase(Phase.OVER)
    html = compact_html(client.get("/"))
    assert "Doe de check (2 minuten)" in html
    assert "Meld u aan als werkgever" not in html and '"serviceUrl"' not in html and "next-step" not in html


@pytest.mark.usefixtures("languages")
def test_the_check_still_answers_the_rules_once_the_pilot_is_over(client: Client) -> None:
    set_phase(Phase.OVER)
    permit = compact_html(client.get("/check/kandidaat-ja/werk-vrijwillig/vrijwilliger-wacht/"))
    assert "Vraag de verklaring aan bij UWV" in permit and "De verklaring van UWV geldt 3 jaar." in permit
    to_ask = compact_html(client.get("/check/kandidaat-ja/werk-betaald/verblijf-onbekend/"))
    assert dutch("Change your last answer") in to_ask
    refused = compact_html(client.get("/check/kandidaat-ja/werk-betaald/verblijf-afgewezen/"))
    assert "Nee, na een afwijzing mag iemand niet meer werken." in refused
    assert "Hebt u werk voor een ander? Meld u aan" not in refused and 'id="volgende-stap"' not in refused


@pytest.mark.usefixtures("languages")
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_sign_up_page_has_a_text_instead_of_the_form_and_refuses_what_is_sent(
    client: Client, form_data: Callable[..., dict[str, str]], language: str
) -> None:
    url = SignUpPage.objects.get(locale__language_code=language).url
    set_phase(Phase.OVER)
    for response, status in ((client.get(url), 200), (client.post(url, form_data()), 409)):
        html = response.content.decode()
        assert response.status_code == status and response["Cache-Control"] == "no-store"
        assert REFUSALS[language] in html and 'method="post"' not in html
    assert not EmployerInterest.objects.exists() and mail.outbox == []


@pytest.mark.usefixtures("languages")
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("phase", [Phase.NOT_BEGUN, Phase.OVER])
def test_each_email_of_a_sign_up_has_the_notice_in_its_language(phase: Phase, language: str) -> None:
    set_phase(phase)
    page = SignUpPage.objects.get(locale__language_code=language)
    for email in PREVIEWS.values():
        html = email.preview(page)
        assert [key for key, notice in NOTICES.items() if notice in html] == [(phase, language)], email.label


@pytest.mark.usefixtures("languages")
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_api_of_the_sign_up_refuses_with_the_text_of_the_page(client: Client, language: str) -> None:
    body = EXAMPLE | {"language": language}
    set_phase(Phase.OVER)
    for response in (
        client.post("/api/pilot/sign-ups", body, content_type="application/json"),
        client.get(f"/api/pilot/sign-up-form?language={language}"),
    ):
        assert (response.status_code, response["Content-Type"]) == (409, "application/problem+json")
        assert response.json()["detail"].startswith(REFUSALS[language])
        assert response["Content-Language"] == language
    assert not EmployerInterest.objects.exists()


@pytest.mark.usefixtures("languages")
def test_the_read_api_gives_the_phase_its_texts_and_no_way_to_sign_up_once_it_is_over(client: Client) -> None:
    assert get(client, "site/")["pilot"] == {"phase": "running", "notice": "", "sign_up_refusal": ""}
    sign_up = SignUpPage.objects.get(locale__language_code="nl")
    call = {"heading": "Doe mee", "text": "", "page": sign_up.pk, "url": "", "label": "Ja"}
    page = publish_block("call_to_action", call, slug="over-de-pilot")
    home = HomePage.objects.get(locale__language_code="nl")
    before = get(client, f"pages/{home.pk}/")
    assert before["second_page"] and before["next_step"] and before["next_page"]
    assert get_block(get(client, f"pages/{page.pk}/"), "call_to_action")["page"]
    set_phase(Phase.OVER)
    for language in ("nl", "en"):
        site = get(client, f"site/?locale={language}")
        assert site["pilot"]["phase"] == "over" and site["pilot"]["notice"] == NOTICES[Phase.OVER, language]
        assert site["pilot"]["sign_up_refusal"].startswith(REFUSALS[language])
        url = SignUpPage.objects.get(locale__language_code=language).url
        assert site["sign_up"] is None and url not in [link["url"] for link in (*site["menu"], *site["footer"])]
    after = get(client, f"pages/{home.pk}/")
    assert [after[name] for name in ("second_page", "next_step", "next_page")] == [None, None, None]
    assert after["first_page"]
    assert get_block(get(client, f"pages/{page.pk}/"), "call_to_action")["page"] is None
    assert get(client, f"pages/{sign_up.pk}/")["meta"]["translations"], "the page itself stays"
