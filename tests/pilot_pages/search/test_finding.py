"""The search of the public site."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Locale, Page, PageViewRestriction

from dossiers.models import Dossier, Regulation
from pilot_pages.models import CheckPage, HomePage, PilotSettings, ProgressPage, SignUpPage
from pilot_pages.placeholders import PlaceholderFiller
from pilot_pages.search.passages import list_passages
from tests.compact_html import compact_html
from tests.dossiers.models.factories import make_dossier
from tests.pilot_pages.conftest import dutch

pytestmark = pytest.mark.usefixtures("content")


def ask(client: Client, query: str, **more: str) -> str:
    response = client.get("/zoeken/", {"q": query, **more})
    assert response.status_code == 200
    return unescape(compact_html(response))


def results(client: Client, query: str) -> str:
    """Return the main part of the page, without the menu and the footer."""
    return ask(client, query).partition("<main")[2].partition("</main>")[0]


def nothing(query: str) -> str:
    return unescape(dutch("Nothing found for “%(query)s”")) % {"query": query}


def test_a_page_is_found_with_its_ancestors_and_the_words_marked(client: Client) -> None:
    page = ask(client, "werkcultuur")
    assert 'href="/voor-werkgevers/taal-en-werkcultuur/"' in page
    assert "Pagina › Voor werkgevers" in page
    assert "<mark>werkcultuur</mark>" in page.lower()


def test_a_question_is_found_separately_and_its_result_links_to_the_answer(client: Client) -> None:
    html = ask(client, "Wie vraagt de vergunning aan?")
    link = "/voor-werkgevers/vragen/#vraag-wie-vraagt-de-vergunning-aan"
    assert f'<h3 class="utrecht-heading-3"><a class="utrecht-link utrecht-link--html-a" href="{link}">' in html
    page = client.get("/voor-werkgevers/vragen/").content.decode()
    assert page.count('id="vraag-wie-vraagt-de-vergunning-aan"') == 1


def test_a_rule_is_found_by_its_current_text(client: Client) -> None:
    Regulation.objects.filter(key="anoniementarief").update(statement="Zonder nummer geldt de kwetteldrempel.")
    assert "Regel › Voor werkgevers › Kosten en loon" in ask(client, "kwetteldrempel")


def test_the_check_is_found_by_its_questions_answers_and_outcomes(client: Client) -> None:
    for words in ("opdracht", "zelfstandige"):
        assert 'href="/check/"' in results(client, words)


def test_synonyms_are_found_and_can_be_edited(client: Client) -> None:
    for query in (
        "zzp",
        "zzp’er",
        "Ukraine",
        "tewerkstellingsvergunning",
        "twv",
        "salaris",
        "vrijwilligers",
        "sofinummer",
    ):
        assert nothing(query) not in results(client, query), query
    assert "zelfstandige" in results(client, "zzp").lower()
    PilotSettings.objects.update(search_synonyms="kwetteldrempel, wachttijd")
    assert nothing("zzp") in results(client, "zzp")
    assert "<mark>wachttijd" in results(client, "kwetteldrempel").lower()


def test_the_internal_names_of_a_check_are_not_searched(content: SignUpPage) -> None:
    check = CheckPage.objects.get()
    check.tree[0].value["name"] = "kwetteldrempel"
    (page_passage,) = [passage for passage in list_passages(check, PlaceholderFiller()) if passage.kind == "page"]
    assert "kwetteldrempel" not in page_passage.text
    assert check.tree[0].value["answers"][0]["answer"] in page_passage.text
    assert check.tree[0].value["answers"][0]["address"] not in page_passage.text.split()


def test_the_page_with_the_figures_is_found_by_the_text_that_it_shows(client: Client) -> None:
    page = ProgressPage.objects.get()
    assert f'href="{page.url}"' in results(client, "evaluatie vrijgegeven")
    assert f'href="{page.url}"' not in results(client, "samengenomen")


@pytest.mark.parametrize("typed", ["vergunningen", "tewerkstelling", "VERGUNNING", "vergunn"])
def test_other_forms_of_a_word_are_found(client: Client, typed: str) -> None:
    page = ask(client, typed)
    assert 'class="result"' in page
    assert "Bedoelde u" not in page


def test_a_misspelled_word_is_corrected_and_the_page_says_so(client: Client) -> None:
    page = ask(client, "vergunnig")
    assert "Bedoelde u: <strong>vergunning</strong>?" in page
    assert "resultaten voor “vergunning”" in page
    assert "Wie vraagt de <mark>vergunning</mark> aan?" in page


def test_accents_make_no_difference(client: Client) -> None:
    assert "<mark>Oekraïne</mark>" in ask(client, "oekraine")


def test_the_title_contains_the_number_of_results(client: Client) -> None:
    page = " ".join(ask(client, "wachttijd").split())
    shown = page.count('<li class="result"')
    assert shown > 1 and f"<title>{shown} resultaten voor “wachttijd”" in page


def test_without_results_the_contact_details_are_shown_if_there_are_any(client: Client) -> None:
    page = ask(client, "xyzzy")
    assert nothing("xyzzy") in page
    assert 'href="/voor-werkgevers/"' in page
    settings = PilotSettings.for_default_site()
    settings.contact_email = "werk@example.nl"
    settings.save()
    assert "werk@example.nl" in ask(client, "xyzzy").partition("<footer")[0]


def list_ways_on(client: Client, query: str) -> str:
    """Return the part below the field of a search that finds nothing."""
    return results(client, query).partition(nothing(query))[2]


@pytest.mark.parametrize("query", ["proeftijd", "verzekering"])
def test_a_search_without_result_offers_questions_and_a_way_to_ask(client: Client, query: str) -> None:
    ways_on = list_ways_on(client, query)
    assert "Met deze woorden staat er niets op de site." in ways_on
    assert ">Mag ik een asielzoeker aannemen?</a>" in ways_on  # first on the home page
    assert ways_on.count("#vraag-") == 5
    assert "Staat uw vraag er niet bij?" in ways_on and 'href="/contact/"' in ways_on.partition("volgende-stap")[2]
    settings = PilotSettings.for_default_site()
    settings.contact_phone = "+31527123456"
    settings.save()
    ways_on = list_ways_on(client, query)
    assert "Staat uw vraag er niet bij? Stel hem aan ons" in ways_on and "0527 123 456" in ways_on
    assert "volgende-stap" not in ways_on  # whom to call is there already


def test_a_search_without_result_has_no_way_to_pages_that_are_not_live(client: Client) -> None:
    Page.objects.get(slug="contact").unpublish()
    assert "volgende-stap" not in list_ways_on(client, "proeftijd")
    Page.objects.get(slug="vragen").unpublish()
    assert "/voor-werkgevers/vragen/" not in list_ways_on(client, "proeftijd")


def test_a_search_with_results_suggests_nothing_else(client: Client) -> None:
    assert dutch("What employers ask") not in results(client, "vergunning")


@pytest.mark.parametrize("query", ["", "   ", "\0", "?!"])
def test_an_empty_query_has_no_results(client: Client, query: str) -> None:
    assert 'class="result"' not in ask(client, query)


@pytest.mark.parametrize(
    "query", ['"', "a* OR b", "'; DROP TABLE x; --", "x" * 5000, "🙂", "%", "NEAR(a b)", "a:b", "-uwv"]
)
def test_unusual_queries_get_a_normal_response(client: Client, query: str) -> None:
    page = ask(client, query)
    assert f'value="{query[:100]}"' in page


def test_the_query_is_escaped(client: Client) -> None:
    page = client.get("/zoeken/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize("page", ["2", "99", "x", "-1"])
def test_a_page_has_ten_results_and_any_page_number_is_accepted(client: Client, page: str) -> None:
    assert 0 < ask(client, "uwv", p=page).count('class="result"') <= 10


def test_the_second_page_has_other_results(client: Client) -> None:
    first, second = (ask(client, "uwv", p=number).split('class="result"')[1:] for number in "12")
    assert len(first) == 10
    assert not set(first) & set(second)


def test_a_page_that_is_not_live_is_not_found(client: Client) -> None:
    page = Page.objects.get(slug="taal-en-werkcultuur")
    page.unpublish()
    assert page.url not in ask(client, "werkcultuur")


def test_a_page_with_a_restriction_is_not_found(client: Client) -> None:
    page = Page.objects.get(slug="vragen")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    html = ask(client, "wachttijd")
    assert page.url not in html
    assert "Wordt de" not in html


def test_personal_data_is_not_found(client: Client) -> None:
    make_dossier(given_name="Selamawit", family_name="Zzyzx")
    assert Dossier.objects.exists()
    assert nothing("Zzyzx") in ask(client, "Zzyzx")


def test_the_search_finds_only_pages_in_its_own_language(client: Client) -> None:
    english = Locale.objects.get_or_create(language_code="en")[0]
    home = HomePage.objects.get(locale__language_code="nl").copy_for_translation(english)
    home.title = home.intro = "May I hire somebody? Quetzal"
    home.body = []
    home.save_revision().publish()
    response = client.get("/en/search/", {"q": "quetzal"})
    assert response.status_code == 200
    assert response.content.decode().count('class="result"') == 1
    assert 'class="result"' not in client.get("/en/search/", {"q": "oekraine"}).content.decode()
    assert 'class="result"' not in ask(client, "quetzal")


def test_search_results_are_not_indexed(client: Client) -> None:
    response = client.get("/zoeken/", {"q": "uwv"})
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_the_number_of_queries_does_not_depend_on_the_number_of_results(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    ask(client, "wachttijd")
    for query in ("wachttijd", "uwv", "de het een van vergunning loon werk wachttijd " * 5):
        with django_assert_max_num_queries(37):
            ask(client, query)


def test_every_page_has_the_search_field(client: Client, content: SignUpPage) -> None:
    for url in ("/", content.url):
        assert client.get(url).content.decode().count('action="/zoeken/"') == 2  # wide, and in the menu
