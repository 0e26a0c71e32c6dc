"""The messages after a draft is saved."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from tests.pilot_pages.conftest import dutch

from .test_moderation import add, fields, written

FORMER_VERSION = dutch("Visitors still see the former version of this page, until you publish it.")
NO_SCHEDULE = dutch("Nothing is scheduled yet: the schedule only begins once you choose “Schedule to publish”.")
NO_EXPIRY = dutch("A change of the moment at which the page disappears only counts once you choose “Publish”.")


def save(client: Client, **changes: str) -> str:
    """Save the page and return the page that follows."""
    url = reverse("wagtailadmin_pages:edit", args=[written().pk])
    html: str = client.post(url, fields(**changes), follow=True).content.decode()
    return html


def tomorrow() -> str:
    return f"{timezone.localtime() + timedelta(days=1):%d-%m-%Y %H:%M}"


def test_saving_a_draft_of_a_published_page_says_what_visitors_see_and_what_is_not_scheduled(anna: Client) -> None:
    add(anna, **{"action-publish": "yes"})
    saved = save(anna, intro="Nieuw.")
    assert FORMER_VERSION in saved and NO_SCHEDULE not in saved and "is bewaard." in saved
    assert FORMER_VERSION in (html := save(anna, go_live_at=tomorrow())) and NO_SCHEDULE in html
    assert not written().approved_schedule
    assert NO_EXPIRY in save(anna, expire_at=tomorrow())
    published = save(anna, expire_at=tomorrow(), **{"action-publish": "yes"})
    assert not [text for text in (FORMER_VERSION, NO_SCHEDULE, NO_EXPIRY) if text in published]
    scheduled = save(anna, go_live_at=tomorrow(), **{"action-publish": "yes"})
    assert not [text for text in (FORMER_VERSION, NO_SCHEDULE, NO_EXPIRY) if text in scheduled]
    assert "Wat nu op de site staat, blijft staan." in scheduled
    assert written().approved_schedule


def test_a_new_draft_with_a_schedule_says_that_nothing_is_scheduled_yet(author: Client, anna: Client) -> None:
    url = reverse("wagtailadmin_pages:add", args=["pilot_pages", "guidancepage", Page.objects.get(slug="home").pk])
    page = anna.post(url, fields(go_live_at=tomorrow()), follow=True).content.decode()
    assert NO_SCHEDULE in page and FORMER_VERSION not in page
    assert "de planning gaat pas in als iemand deze pagina goedkeurt" in save(author, go_live_at=tomorrow())


def test_an_autosave_leaves_no_message_behind(anna: Client) -> None:
    add(anna, **{"action-publish": "yes"})
    url = reverse("wagtailadmin_pages:edit", args=[written().pk])
    assert anna.post(url, fields(intro="Nieuw."), headers={"accept": "application/json"}).json()["success"]
    assert FORMER_VERSION not in anna.get(url).content.decode()
