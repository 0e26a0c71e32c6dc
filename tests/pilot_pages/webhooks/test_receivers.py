"""The announcements of events to webhooks."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from dossiers.models import Evaluation, Regulation
from dossiers.reports.evaluations import freeze
from dossiers.reports.release import release
from dossiers.tasks import each_morning
from pilot_pages.models import GuidancePage, HomePage
from pilot_pages.sign_up.records import confirm
from pilot_pages.webhooks.models import WebhookDelivery
from tests.dossiers.models.factories import CONTACT, make_sign_up


@pytest.fixture(autouse=True)
def listening(make_webhook, database_queue) -> None:
    make_webhook("https://www.example.nl/hook")


def list_announcements() -> list[tuple[str, dict]]:
    """Return (event, data) of each message, the oldest first."""
    return [(delivery.event, delivery.payload["data"]) for delivery in WebhookDelivery.objects.order_by("pk")]


def test_a_published_page_is_announced_with_its_urls(content):
    page = GuidancePage.objects.get(slug="privacy")
    page.save_revision().publish()
    [(event, data)] = list_announcements()
    assert event == "page.published"
    assert data == {
        "id": page.pk,
        "type": "pilot_pages.GuidancePage",
        "locale": "nl",
        "html_url": "http://testserver/privacy/",
        "url": "/privacy/",
        "detail_url": f"http://testserver/api/v2/pages/{page.pk}/",
    }


def test_a_draft_is_not_announced(content):
    GuidancePage.objects.get(slug="privacy").save_revision()
    assert list_announcements() == []


def test_an_unpublished_page_is_announced_and_a_deleted_one_only_once(content):
    GuidancePage.objects.get(slug="privacy").unpublish()
    gone = GuidancePage.objects.get(slug="toegankelijkheid")
    gone.delete()
    assert [(event, data["url"]) for event, data in list_announcements()] == [
        ("page.unpublished", "/privacy/"),
        ("page.unpublished", "/toegankelijkheid/"),
    ]


def test_a_new_restriction_is_announced_as_unpublished_and_its_removal_as_published(content):
    page = GuidancePage.objects.get(slug="privacy")
    closed = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    closed.save()
    assert [(event, data["url"]) for event, data in list_announcements()] == [("page.unpublished", "/privacy/")]
    closed.delete()
    assert [(event, data["url"]) for event, data in list_announcements()][1:] == [("page.published", "/privacy/")]


def test_a_restricted_page_is_not_announced_when_its_parent_is_restricted_or_deleted(content):
    page = GuidancePage.objects.get(slug="privacy")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    PageViewRestriction.objects.create(page=HomePage.objects.get(), restriction_type=PageViewRestriction.LOGIN)
    urls = [data["url"] for _event, data in list_announcements()]
    assert urls.count("/privacy/") == 1 and "/" in urls
    number = len(urls)
    page.delete()
    assert len(list_announcements()) == number


def test_a_moved_page_and_its_descendants_are_announced_with_their_new_urls(content):
    page = GuidancePage.objects.get(slug="voor-werkgevers")
    page.move(GuidancePage.objects.get(slug="over-de-pilot"), pos="last-child")
    below = Page.objects.get(pk=page.pk).get_descendants().live().count()
    assert below > 0
    assert [event for event, _data in list_announcements()] == ["page.published"] * (below + 1)
    assert list_announcements()[0][1]["url"] == "/over-de-pilot/voor-werkgevers/"


def test_reordering_pages_is_not_announced(content):
    GuidancePage.objects.get(slug="privacy").move(HomePage.objects.get(), pos="first-child")
    assert list_announcements() == []


def test_publishing_a_restricted_page_is_not_announced(content):
    page = GuidancePage.objects.get(slug="privacy")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    page.save_revision().publish()
    assert [event for event, _data in list_announcements()] == ["page.unpublished"]


def test_a_changed_checked_or_deleted_rule_is_announced(base_data, admin):
    rule = Regulation.objects.filter(key="wachttijd").get()
    rule.save()
    rule.mark_checked(admin)
    rule.delete()
    assert list_announcements() == [("facts.changed", {"keys": ["wachttijd"]})] * 3


def test_a_rule_is_announced_on_the_day_on_which_it_takes_effect(base_data):
    today = timezone.localdate()
    for day in (today, today + timedelta(days=1)):
        Regulation.objects.create(
            key=f"regel-{(day - today).days}", title="Een regel", statement="Zo is het.", valid_from=day
        )
    WebhookDelivery.objects.all().delete()
    each_morning.call()
    assert list_announcements() == [("facts.changed", {"keys": ["regel-0"]})]


def test_a_confirmed_sign_up_is_announced_once_with_its_reference_only(base_data):
    interest = make_sign_up(status="unconfirmed")
    confirm(interest, "nl")
    confirm(interest, "nl")
    assert list_announcements() == [("sign_up.confirmed", {"reference": interest.reference})]
    payload = json.dumps(WebhookDelivery.objects.get().payload)
    assert [value for value in CONTACT.values() if value in payload] == []


def test_a_released_evaluation_is_announced(base_data, coordinator):
    evaluation = Evaluation.objects.create(title="Half jaar", reports=["findings"], kind="interim")
    freeze(evaluation, coordinator)
    assert list_announcements() == []
    release(evaluation, coordinator)
    assert list_announcements() == [("evaluation.released", {"id": evaluation.pk, "kind": "interim"})]
