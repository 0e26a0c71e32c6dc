"""The words about the site in each language."""

from django.test import Client
from django.utils.translation import override

from pilot_pages.models import HomePage, get_site_words
from tests.pilot_pages.editing.test_site_identity import FOOTER, NAME, OWNER, body, publish


def test_each_language_has_its_own_words(client: Client, languages: None) -> None:
    publish(site_name=NAME, site_owner=OWNER, footer_text=FOOTER)
    english = body(client, "/en/contact/")
    assert "Municipality of Noordoostpolder" in english and NAME not in english
    publish("en", site_owner="Municipality of Example")
    assert "Municipality of Example" in body(client, "/en/contact/")


def test_a_language_without_a_published_home_page_has_the_words_of_its_translation(
    candidate_page, client: Client
) -> None:
    page = candidate_page("ar")
    publish(site_name=NAME)
    assert "عمل لطالبي اللجوء</title>" in body(client, page.url)


def test_the_loaded_content_says_what_empty_fields_say(languages: None) -> None:
    for language in ("nl", "en"):
        with override(language):
            assert HomePage.get_words_in(language) == get_site_words(None)
