"""Signing, sending and retrying of messages."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.checks import check_encryption
from dossiers.tasks import destroy_old_files
from pilot_pages.webhooks.deliveries import RETRY_DELAYS, announce, deliver, queue, send_again
from pilot_pages.webhooks.models import Event, Webhook, WebhookDelivery, make_encrypted_key

DATA = {"keys": ["wachttijd"]}


def waiting() -> list[DBTaskResult]:
    return list(DBTaskResult.objects.filter(task_path=deliver.module_path).order_by("enqueued_at"))


@pytest.fixture
def delivery(webhook, database_queue) -> WebhookDelivery:
    return queue(webhook, Event.FACTS_CHANGED, DATA)


def test_a_message_is_signed_according_to_standard_webhooks(receiver, webhook, delivery):
    deliver.call(delivery.pk, 1)
    [(_path, headers, body)] = receiver.came
    key = base64.b64decode(webhook.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert json.loads(body) == delivery.payload
    assert json.loads(body)["type"] == "facts.changed"
    assert json.loads(body)["data"] == DATA


def test_a_delivered_message_has_its_answer(receiver, delivery):
    receiver.status, receiver.answer = 200, b"ontvangen"
    assert deliver.call(delivery.pk, 1) == "delivered"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.status, delivery.answer) == ("delivered", 1, 200, "ontvangen")
    assert delivery.next_at is None


def test_a_second_run_of_an_attempt_sends_nothing(receiver, delivery):
    """A task queue may run the task of a killed worker again."""
    deliver.call(delivery.pk, 1)
    deliver.call(delivery.pk, 1)
    assert len(receiver.came) == 1


def test_a_failed_message_is_retried_with_the_same_id(receiver, delivery):
    receiver.status = 503
    assert deliver.call(delivery.pk, 1) == "waiting"
    delivery.refresh_from_db()
    assert delivery.next_at > timezone.now()
    assert [task.args_kwargs["args"] for task in waiting()] == [[delivery.pk, 1], [delivery.pk, 2]]
    assert abs(waiting()[1].run_after - delivery.next_at) < timedelta(seconds=1)
    receiver.status = 204
    assert deliver.call(delivery.pk, 2) == "delivered"
    first, second = receiver.came
    assert first[1]["webhook-id"] == second[1]["webhook-id"] == delivery.message_id
    assert first[2] == second[2]


def test_the_delays_between_attempts_grow_until_the_message_is_given_up(receiver, delivery):
    receiver.status = 500
    assert sorted(RETRY_DELAYS) == RETRY_DELAYS
    states = [deliver.call(delivery.pk, attempt) for attempt in range(1, len(RETRY_DELAYS) + 2)]
    assert states == ["waiting"] * len(RETRY_DELAYS) + ["given_up"]
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.next_at) == (len(RETRY_DELAYS) + 1, None)
    assert delivery.problem == "Het antwoord was status 500."
    assert deliver.call(delivery.pk, len(RETRY_DELAYS) + 2) == ""
    assert len(receiver.came) == len(RETRY_DELAYS) + 1


def test_a_message_that_is_sent_again_has_the_same_id(receiver, delivery):
    receiver.status = 500
    for attempt in range(1, len(RETRY_DELAYS) + 2):
        deliver.call(delivery.pk, attempt)
    receiver.status = 204
    send_again(delivery)
    assert deliver.call(delivery.pk, 1) == "delivered"
    assert {headers["webhook-id"] for _path, headers, _body in receiver.came} == {delivery.message_id}


def test_sending_again_replaces_the_scheduled_retry(receiver, delivery):
    receiver.status = 503
    deliver.call(delivery.pk, 1)
    receiver.status = 204
    send_again(delivery)
    send_again(delivery)
    assert [task.args_kwargs["args"][1] for task in waiting()] == [1, 2, 2]
    assert [deliver.call(*task.args_kwargs["args"]) for task in waiting()] == ["", "delivered", ""]
    assert len(receiver.came) == 2


def test_a_message_that_is_being_sent_is_not_sent_again(receiver, delivery):
    WebhookDelivery.objects.claim(delivery.pk, 1, timezone.now())
    send_again(delivery)
    assert len(waiting()) == 1


@pytest.mark.parametrize("before_it_was_sent", [True, False])
def test_an_orphaned_message_is_restarted_after_an_hour(receiver, delivery, before_it_was_sent):
    if not before_it_was_sent:
        WebhookDelivery.objects.claim(delivery.pk, 1, timezone.now())
    DBTaskResult.objects.all().delete()
    destroy_old_files.call()
    assert waiting() == []
    long_ago = timezone.now() - timedelta(hours=2)
    WebhookDelivery.objects.update(created_at=long_ago, tried_at=None if before_it_was_sent else long_ago)
    destroy_old_files.call()
    [task] = waiting()
    assert deliver.call(*task.args_kwargs["args"]) == "delivered"
    destroy_old_files.call()
    assert len(waiting()) == 1


def test_an_inactive_webhook_gets_no_messages(receiver, webhook, delivery):
    webhook.active = False
    webhook.save()
    announce(Event.FACTS_CHANGED, DATA)
    assert WebhookDelivery.objects.count() == 1
    deliver.call(delivery.pk, 1)
    assert receiver.came == []


def test_only_subscribed_webhooks_get_the_message(receiver, make_webhook, database_queue):
    make_webhook(receiver.url, name="Alleen pagina's", events=["page.published"])
    announce(Event.FACTS_CHANGED, DATA)
    assert WebhookDelivery.objects.count() == 0
    announce(Event.PAGE_PUBLISHED, {"id": 1})
    assert WebhookDelivery.objects.get().webhook.name == "Alleen pagina's"


def test_without_a_queue_a_message_is_sent_after_the_commit(receiver, webhook, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        delivery = queue(webhook, Event.FACTS_CHANGED, DATA)
        assert receiver.came == []
    assert len(receiver.came) == 1
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


def test_without_a_queue_a_failure_is_given_up_at_once(receiver, webhook, django_capture_on_commit_callbacks):
    receiver.status = 500
    with django_capture_on_commit_callbacks(execute=True):
        delivery = queue(webhook, Event.FACTS_CHANGED, DATA)
    delivery.refresh_from_db()
    assert (delivery.state, len(receiver.came)) == ("given_up", 1)


def test_only_the_beginning_of_an_answer_is_stored(receiver, delivery):
    receiver.status, receiver.answer = 500, b"x" * 5_000
    deliver.call(delivery.pk, 1)
    delivery.refresh_from_db()
    assert len(delivery.answer) == 500


def test_a_new_secret_signs_the_next_messages(webhook):
    first = webhook.secret
    webhook.encrypted_key = make_encrypted_key()
    assert webhook.secret != first
    assert webhook.secret.startswith("whsec_")


def test_the_database_alone_is_not_enough_to_sign(webhook):
    assert webhook.secret.removeprefix("whsec_") not in str(list(Webhook.objects.values()))


def test_a_webhook_keeps_its_secret_when_the_keys_of_the_site_are_replaced(webhook, settings):
    first, key = webhook.secret, Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [key]
    Webhook.objects.encrypt_stored()
    settings.SECRET_KEY = "another"
    assert Webhook.objects.get().secret == first


def test_a_message_is_not_signed_with_a_secret_that_cannot_be_read_any_more(receiver, delivery, settings):
    settings.SECRET_KEY = "another"
    Webhook.objects.encrypt_stored()  # changes nothing: the key may come back
    deliver.call(delivery.pk, 1)
    delivery.refresh_from_db()
    assert (delivery.problem, receiver.came) == (
        "Het geheim is niet meer te lezen. Maak een nieuw geheim.",
        [],
    )
    assert [message.id for message in check_encryption()] == ["config.W003", "config.E003"]


def test_messages_are_deleted_after_thirty_days(delivery):
    assert destroy_old_files.call() == []
    WebhookDelivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert destroy_old_files.call() == ["1 bericht aan een ander systeem"]
    assert destroy_old_files.call() == []
