"""The backoffice pages of webhooks and their messages."""

from functools import partial

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from pilot_pages.webhooks.deliveries import queue
from pilot_pages.webhooks.models import Event, Webhook, WebhookDelivery
from tests.concurrency import run_interleaved
from tests.conftest import LoggedIn


def url(name: str, *args: int) -> str:
    return reverse(f"webhooks:{name}", args=args)


@pytest.fixture
def as_user():
    def log_in(user) -> LoggedIn:
        client = LoggedIn()
        client.force_login(user)
        return client

    return log_in


FORM = {"name": "Voorkant", "address": "https://www.example.nl/hook", "events": ["page.published"], "active": "on"}


def test_the_form_that_adds_a_webhook_has_the_title_of_its_button(admin_client):
    assert "Webhook toevoegen" in admin_client.get(url("index")).content.decode()
    page = BeautifulSoup(admin_client.get(url("add")).content, "html.parser")
    assert page.select_one("#header-title").get_text(strip=True) == "Webhook toevoegen"
    assert page.select_one(".w-breadcrumbs li:last-child").get_text(strip=True) == "Webhook toevoegen"
    assert page.title.get_text(strip=True).startswith("Webhook toevoegen")


def test_the_secret_is_shown_once_after_creation(admin_client):
    response = admin_client.post(url("add"), FORM, follow=True)
    webhook = Webhook.objects.get()
    assert response.redirect_chain[-1][0] == url("secret", webhook.pk)
    assert webhook.secret in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    pages = [url("secret", webhook.pk), url("inspect", webhook.pk), url("edit", webhook.pk), url("index")]
    assert [page for page in pages if webhook.secret in admin_client.get(page).content.decode()] == []
    assert webhook.events == ["page.published"]


def test_a_new_secret_differs_and_is_shown_once(admin_client, make_webhook):
    webhook = make_webhook("https://www.example.nl/hook")
    before = webhook.secret
    response = admin_client.post(url("new_secret", webhook.pk), follow=True)
    webhook.refresh_from_db()
    assert webhook.secret != before
    assert webhook.secret in response.content.decode()
    assert webhook.secret not in admin_client.get(url("secret", webhook.pk)).content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"address": "https://10.0.0.1/hook"}, "binnen een netwerk"),
        ({"address": "http://www.example.nl/hook"}, ""),
        ({"events": []}, "Vink er minstens één aan."),
        ({"events": ["test"]}, ""),
    ],
)
def test_invalid_input_is_refused_with_a_message(admin_client, changes, message, settings):
    settings.MODE = "production"
    response = admin_client.post(url("add"), FORM | changes)
    assert (response.status_code, Webhook.objects.count()) == (200, 0)
    assert message in response.content.decode()


def test_the_form_says_which_addresses_only_a_demo_accepts(admin_client, settings):
    freedom = "een adres van deze computer"
    assert freedom in admin_client.get(url("add")).content.decode()
    assert admin_client.post(url("add"), FORM | {"address": "http://example.org/x"}).status_code == 200
    settings.MODE = "production"
    html = admin_client.get(url("add")).content.decode()
    assert freedom not in html
    assert "Het moet met https:// beginnen." in html


def test_communications_staff_may_only_view_webhooks_and_messages(as_user, editor, receiver, webhook):
    client = as_user(editor)
    delivery = queue(webhook, Event.FACTS_CHANGED, {"keys": []})
    for page in (url("index"), url("inspect", webhook.pk), url("deliveries"), url("delivery", delivery.pk)):
        assert client.get(page).status_code == 200, page
    for page in ("edit", "delete", "test", "new_secret", "secret"):
        assert client.post(url(page, webhook.pk)).status_code == 302, page
    client.post(url("again", delivery.pk))
    assert (WebhookDelivery.objects.count(), receiver.came) == (1, [])
    assert Webhook.objects.get().secret == webhook.secret
    assert "Proefbericht versturen" not in client.get(url("inspect", webhook.pk)).content.decode()


def test_communications_staff_do_not_see_messages_about_sign_ups(as_user, editor, webhook):
    delivery = queue(webhook, Event.SIGN_UP_CONFIRMED, {"reference": "W-2024-0007"})
    client = as_user(editor)
    pages = [url("deliveries"), url("inspect", webhook.pk)]
    assert [page for page in pages if url("delivery", delivery.pk) in client.get(page).content.decode()] == []
    assert client.get(url("delivery", delivery.pk)).status_code == 404


@pytest.mark.parametrize("role", ["coordinator", "reader", "partner"])
def test_other_users_have_no_access_to_webhooks(request, as_user, role, webhook):
    client = as_user(request.getfixturevalue(role))
    for page in (url("index"), url("inspect", webhook.pk), url("deliveries"), url("add")):
        assert client.get(page).status_code == 302, page
    assert url("index") not in client.get("/beheer/").content.decode()


def test_a_test_message_is_sent_and_its_page_shows_the_result(
    admin_client, webhook, receiver, django_capture_on_commit_callbacks
):
    receiver.status, receiver.answer = 200, b"<b>dank u</b>"
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(url("test", webhook.pk))
    assert b'"type":"test"' in receiver.bodies[0]
    page = admin_client.get(url("delivery", WebhookDelivery.objects.get().pk)).content.decode()
    assert "Afgeleverd." in page
    assert "&lt;b&gt;dank u&lt;/b&gt;" in page


def test_a_message_that_was_given_up_shows_the_problem_and_can_be_sent_again(
    admin_client, webhook, receiver, django_capture_on_commit_callbacks
):
    receiver.status = 500
    with django_capture_on_commit_callbacks(execute=True):
        delivery = queue(webhook, Event.FACTS_CHANGED, {"keys": []})
    assert "Mislukt" in admin_client.get(url("index")).content.decode()
    assert "Het antwoord was status 500." in admin_client.get(url("delivery", delivery.pk)).content.decode()
    receiver.status = 204
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(url("again", delivery.pk))
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


def test_the_list_of_messages_can_be_filtered(admin_client, webhook):
    queue(webhook, Event.FACTS_CHANGED, {"keys": []})
    gone = queue(webhook, Event.PAGE_PUBLISHED, {"id": 1})
    gone.save_outcome(state="given_up")
    links = {delivery.pk: url("delivery", delivery.pk) for delivery in WebhookDelivery.objects.all()}
    html = admin_client.get(url("deliveries"), {"state": "given_up"}).content.decode()
    assert [key for key, link in links.items() if link in html] == [gone.pk]
    html = admin_client.get(url("deliveries"), {"event": "facts.changed"}).content.decode()
    assert links[gone.pk] not in html


def test_deleting_a_webhook_deletes_its_messages(admin_client, webhook):
    queue(webhook, Event.FACTS_CHANGED, {"keys": []})
    admin_client.post(url("delete", webhook.pk))
    assert (Webhook.objects.count(), WebhookDelivery.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_name_that_two_users_choose_at_once_is_refused_for_the_second(as_user, admin, make_webhook):
    first, other = as_user(admin), as_user(admin)
    late, quick = run_interleaved(partial(other.post, url("add"), FORM), partial(first.post, url("add"), FORM))
    assert (quick.status_code, late.status_code) == (302, 200)
    assert "name" in late.context["form"].errors

    webhooks = [make_webhook(FORM["address"], name=name) for name in ("Een", "Twee")]
    first, second = (
        partial(client.post, url("edit", webhook.pk), FORM | {"name": "Drie"})
        for client, webhook in zip((other, first), webhooks, strict=True)
    )
    late, quick = run_interleaved(first, second)
    assert (quick.status_code, late.status_code) == (302, 200)
    assert "name" in late.context["form"].errors
