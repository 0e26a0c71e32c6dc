"""The short title of pages, in the backoffice and on the site."""

from django.test import Client
from django.urls import reverse

from pilot_pages.models import GuidancePage, SignUpPage
from tests.compact_html import compact_html


def test_editors_find_a_page_by_its_short_title(anna: Client) -> None:
    title = SignUpPage.objects.get(locale__language_code="nl").title
    assert "aanmelden" not in title.lower()
    for name in ("wagtailadmin_pages:search", "wagtailadmin_choose_page_search", "dossiers_search_results"):
        assert title in anna.get(reverse(name), {"q": "aanmeld"}).content.decode(), name


def test_a_next_step_without_a_text_of_its_own_shows_the_title_once(client: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="contact")
    page.next_heading = page.next_label = ""
    page.save_revision().publish()
    step = compact_html(client.get(page.url)).partition('id="volgende-stap"')[2].partition("</section>")[0]
    assert step.count(content.title) == 1
    assert f">{content.menu_title}</a>" in step
