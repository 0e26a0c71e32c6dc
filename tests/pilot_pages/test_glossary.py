"""The first use of a term on a page is a button that opens its explanation, without a script."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from dossiers.models import GlossaryTerm
from pilot_pages.models import GuidancePage, SignUpPage
from tests.compact_html import compact_html
from tests.conftest import LoggedIn
from tests.dossiers.backoffice.pages import form_data, url
from tests.pilot_pages.conftest import dutch
from tests.pilot_pages.explanations import without_explanations

PAGE = "/voor-werkgevers/taal-en-werkcultuur/"


@pytest.fixture
def page(content: SignUpPage) -> GuidancePage:
    GlossaryTerm.objects.all().delete()
    GlossaryTerm.objects.create(
        name="TWV", spellings="tewerkstellingsvergunning, werkvergunning", explanation="Een vergunning om te werken."
    )
    return GuidancePage.objects.get(slug="taal-en-werkcultuur")


def show(client: Client, page: GuidancePage, *texts: str, intro: str = "Zo gaat dat.") -> str:
    page.intro, page.body = intro, [("text", text) for text in texts]
    page.save()
    return compact_html(client.get(page.url))


def list_buttons(html: str) -> list[str]:
    """Return the explained words, in the order of the page."""
    return re.findall(r'<button class="term" type="button" popovertarget="uitleg-twv">([^<]*)<', html)


def test_the_first_use_is_a_button_that_opens_the_explanation(client: Client, page: GuidancePage) -> None:
    html = show(client, page, "<p>Vraag een TWV aan.</p>", "<p>De TWV komt later.</p>")
    assert list_buttons(html) == ["TWV"]
    assert re.search(r'id="uitleg-twv" popover>.*?<strong>TWV</strong>: Een vergunning om te werken\.', html)
    assert "<script" not in html.partition("<main")[2]
    assert without_explanations(html).count("Vraag een TWV aan.") == 1


def test_another_word_for_it_has_the_same_explanation(client: Client, page: GuidancePage) -> None:
    assert list_buttons(show(client, page, "<p>Een werkvergunning, kort TWV.</p>")) == ["werkvergunning"]


@pytest.mark.parametrize(
    "text", ["<p>TWV-aanvraag</p>", "<p>twv</p>", "<h2>De TWV</h2>", '<p><a href="https://uwv.nl/">TWV</a></p>']
)
def test_a_part_of_a_word_a_heading_and_a_link_stay_as_they_are(client: Client, page: GuidancePage, text: str) -> None:
    html = show(client, page, text)
    assert list_buttons(html) == []
    assert "term-explanation" not in html


def test_a_first_use_that_is_folded_is_explained_once_more_where_readers_see_it(
    client: Client, page: GuidancePage
) -> None:
    page.body = [
        ("questions", {"heading": "", "questions": [{"question": "Hoe?", "answer": "<p>TWV, TWV.</p>", "facts": []}]}),
        ("text", "<p>Een TWV, en nog een TWV.</p>"),
    ]
    page.save()
    html = compact_html(client.get(page.url))
    assert list_buttons(html) == ["TWV", "TWV"]
    assert html.count('id="uitleg-twv"') == 1


def test_the_terms_of_a_new_site_are_explained_on_its_pages(client: Client, content: SignUpPage) -> None:
    html = compact_html(client.get("/voor-werkgevers/mag-ik-aannemen/"))
    for name in ("UWV", "COA", "W-document", "TWV", "IND", "BuWav", "RuWav"):
        assert f"<strong>{name}</strong>: " in html, name
    costs = compact_html(client.get("/voor-werkgevers/kosten-en-loon/"))
    assert "<strong>Reba</strong>: " in costs and "<strong>Rva</strong>: " in costs


def test_a_form_and_the_results_of_a_search_have_no_explanations(client: Client, content: SignUpPage) -> None:
    for address in (f"{content.url}?wijze=pagina", "/zoeken/?q=uwv"):
        html = compact_html(client.get(address)).partition("<main")[2]
        form = re.sub(r'^.*?(<form class="form|<ol class="results)', "", html)
        assert 'class="term"' not in re.split("</form>|</ol>", form)[0], address


@pytest.fixture
def admin_browser() -> LoggedIn:
    browser = LoggedIn()
    browser.force_login(get_user_model().objects.create_superuser("admin", "admin@example.nl"))
    return browser


def test_a_changed_explanation_is_shown(admin_browser: LoggedIn, client: Client, page: GuidancePage) -> None:
    address = url(GlossaryTerm, "edit", GlossaryTerm.objects.get().pk)
    data = form_data(admin_browser.get(address)) | {"explanation": "Daarmee mag iemand werken."}
    assert admin_browser.post(address, data).status_code == 302
    assert "Daarmee mag iemand werken." in show(client, page, "<p>TWV</p>")


def test_a_term_that_looks_like_another_is_refused(admin_browser: LoggedIn, page: GuidancePage) -> None:
    address = url(GlossaryTerm, "add")
    data = form_data(admin_browser.get(address))
    assert admin_browser.post(address, data | {"name": "twv", "explanation": "Nog een keer."}).status_code == 200
    assert admin_browser.post(address, data | {"name": "COA", "explanation": "Opvang."}).status_code == 302
    assert set(GlossaryTerm.objects.values_list("name", flat=True)) == {"COA", "TWV"}


def test_the_button_says_that_it_explains_and_the_explanation_can_be_closed(client: Client, page: GuidancePage) -> None:
    html = show(client, page, "<p>TWV</p>")
    assert f'TWV<span class="only-heard">({dutch("with an explanation")})' in html
    assert 'popovertargetaction="hide" aria-describedby="uitleg-twv-woorden">' in html
