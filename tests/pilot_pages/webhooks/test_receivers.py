"""What is told of what happens here: kinds, ids and addresses."""

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
from tests.dossiers.models.making import GIVEN, make_sign_up


@pytest.fixture(autouse=True)
def listening(make_webhook, queued) -> None:
    make_webhook("https://www.example.nl/hook")


def told() -> list[tuple[str, dict]]:
    """Each event with its data, oldest first."""
    return [(one.event, one.payload["data"]) for one in WebhookDelivery.objects.order_by("pk")]


def test_a_published_page_is_told_by_its_addresses(content):
    page = GuidancePage.objects.get(slug="privacy")
    page.save_revision().publish()
    [(event, data)] = told()
    assert event == "page.published"
    assert data == {
        "id": page.pk,
        "type": "pilot_pages.GuidancePage",
        "locale": "nl",
        "html_url": "http://testserver/privacy/",
        "url": "/privacy/",
        "detail_url": f"http://testserver/api/v2/pages/{page.pk}/",
    }


def test_a_draft_is_told_to_nobody(content):
    GuidancePage.objects.get(slug="privacy").save_revision()
    assert told() == []


def test_an_unpublished_page_is_told_and_a_deleted_one_once(content):
    GuidancePage.objects.get(slug="privacy").unpublish()
    gone = GuidancePage.objects.get(slug="toegankelijkheid")
    gone.delete()
    assert [(event, data["url"]) for event, data in told()] == [
        ("page.unpublished", "/privacy/"),
        ("page.unpublished", "/toegankelijkheid/"),
    ]


def test_a_page_put_behind_a_login_is_told_as_unpublished_and_published_when_it_opens(content):
    page = GuidancePage.objects.get(slug="privacy")
    closed = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    closed.save()
    assert [(event, data["url"]) for event, data in told()] == [("page.unpublished", "/privacy/")]
    closed.delete()
    assert [(event, data["url"]) for event, data in told()][1:] == [("page.published", "/privacy/")]


def test_what_was_closed_already_is_not_told_when_a_page_above_closes_or_is_deleted(content):
    page = GuidancePage.objects.get(slug="privacy")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    PageViewRestriction.objects.create(page=HomePage.objects.get(), restriction_type=PageViewRestriction.LOGIN)
    urls = [data["url"] for _event, data in told()]
    assert urls.count("/privacy/") == 1 and "/" in urls
    number = len(urls)
    page.delete()
    assert len(told()) == number


def test_a_moved_page_is_told_with_its_new_address_and_those_below_it_too(content):
    page = GuidancePage.objects.get(slug="voor-werkgevers")
    page.move(GuidancePage.objects.get(slug="over-de-pilot"), pos="last-child")
    below = Page.objects.get(pk=page.pk).get_descendants().live().count()
    assert below > 0
    assert [event for event, _data in told()] == ["page.published"] * (below + 1)
    assert told()[0][1]["url"] == "/over-de-pilot/voor-werkgevers/"


def test_a_page_that_only_changes_its_place_among_others_is_not_told(content):
    GuidancePage.objects.get(slug="privacy").move(HomePage.objects.get(), pos="first-child")
    assert told() == []


def test_a_page_behind_a_login_is_not_told_when_it_is_published(content):
    page = GuidancePage.objects.get(slug="privacy")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    page.save_revision().publish()
    assert [event for event, _data in told()] == ["page.unpublished"]


def test_a_rule_is_told_when_it_changes_is_checked_or_goes(base_data, admin):
    rule = Regulation.objects.filter(key="wachttijd").get()
    rule.save()
    rule.mark_checked(admin)
    rule.delete()
    assert told() == [("facts.changed", {"keys": ["wachttijd"]})] * 3


def test_a_rule_is_told_on_the_day_that_it_begins_to_hold(base_data):
    today = timezone.localdate()
    for day in (today, today + timedelta(days=1)):
        Regulation.objects.create(
            key=f"regel-{(day - today).days}", title="Een regel", statement="Zo is het.", valid_from=day
        )
    WebhookDelivery.objects.all().delete()
    each_morning.call()
    assert told() == [("facts.changed", {"keys": ["regel-0"]})]


def test_a_confirmed_sign_up_is_told_once_by_its_number_alone(base_data):
    interest = make_sign_up(status="unconfirmed")
    confirm(interest, "nl")
    confirm(interest, "nl")
    assert told() == [("sign_up.confirmed", {"reference": interest.reference})]
    payload = json.dumps(WebhookDelivery.objects.get().payload)
    assert [value for value in GIVEN.values() if value in payload] == []


def test_a_released_evaluation_is_told(base_data, coordinator):
    evaluation = Evaluation.objects.create(title="Half jaar", reports=["findings"], kind="interim")
    freeze(evaluation, coordinator)
    assert told() == []
    release(evaluation, coordinator)
    assert told() == [("evaluation.released", {"id": evaluation.pk, "kind": "interim"})]
