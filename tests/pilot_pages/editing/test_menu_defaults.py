"""The notice that a page is in no menu, shown when it is first published."""

from django.test import Client
from django.urls import reverse

from tests.pilot_pages.conftest import dutch
from tests.pilot_pages.editing.test_moderation import add, fields, written

SAYS = "This page stands in no menu yet. To change that, tick “Show in menus” among its properties."


def follow(client: Client, address: str) -> str:
    html: str = client.get(address).content.decode()
    return html


def test_the_notice_about_menus_is_shown_only_at_the_first_publication(anna: Client) -> None:
    html = follow(anna, add(anna, **{"action-publish": "yes"}).url)
    assert dutch(SAYS) in html
    edit = reverse("wagtailadmin_pages:edit", args=[written().pk])
    assert f'href="{edit}#tab-eigenschappen"' in html
    assert 'id="tab-eigenschappen"' in follow(anna, edit)
    again = anna.post(edit, fields(intro="Bel UWV.", **{"action-publish": "yes"}))
    assert dutch(SAYS) not in follow(anna, again.url)


def test_the_notice_about_menus_is_not_shown_for_a_draft_or_for_a_page_in_a_menu(anna: Client) -> None:
    assert dutch(SAYS) not in follow(anna, add(anna).url)
    published = add(anna, slug="nog-een", show_in_menus="on", **{"action-publish": "yes"})
    assert dutch(SAYS) not in follow(anna, published.url)
