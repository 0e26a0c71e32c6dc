"""Queueing, sending and retrying of messages."""

import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django_tasks import task

from pilot_pages.webhooks import signatures
from pilot_pages.webhooks.http_client import Answer, send
from pilot_pages.webhooks.models import MAX_ANSWER_LENGTH, Event, Webhook, WebhookDelivery

# The delay before each attempt after the first; a day and a half in all.
RETRY_DELAYS = [timedelta(minutes=minutes) for minutes in (0.1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 20 * 60)]
State = WebhookDelivery.State


def announce(event: Event, data: dict[str, Any]) -> None:
    """Queue a message for each subscribed webhook. Call it in the transaction of the event, so that a rollback also
    removes the messages."""
    for webhook in Webhook.objects.subscribed_to(event):
        queue(webhook, event, data)


def queue(webhook: Webhook, event: Event, data: dict[str, Any]) -> WebhookDelivery:
    payload = {"type": event.value, "timestamp": timezone.now().isoformat(), "data": data}
    delivery = webhook.deliveries.create(event=event, payload=payload)
    start(delivery)
    return delivery


def start(delivery: WebhookDelivery) -> None:
    attempt = delivery.attempts + 1
    if deliver.get_backend().supports_defer:
        deliver.enqueue(delivery.pk, attempt)
    else:  # the task runs at once, so it must wait until the receiver can read the committed data
        transaction.on_commit(partial(deliver.enqueue, delivery.pk, attempt))


def send_again(delivery: WebhookDelivery) -> None:
    """Send the message again with the same id, or make its next attempt now. A message that is being sent is left
    alone."""
    with transaction.atomic():
        delivery = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
        if delivery.state != State.WAITING:
            delivery.save_outcome(state=State.WAITING, attempts=0, next_at=None, tried_at=None)
        elif delivery.next_at:
            delivery.save_outcome(next_at=None)  # the scheduled task then finds that its attempt was already made
        else:
            return
        start(delivery)


def restart_orphans(now: datetime) -> None:
    """Start a new task for each message whose task was killed."""
    for delivery in WebhookDelivery.objects.orphaned(now):
        start(delivery)


@task()
def deliver(delivery_id: int, attempt: int) -> str:
    """Send a waiting message and return its new state; a repeated run of the same attempt sends nothing."""
    if not WebhookDelivery.objects.claim(delivery_id, attempt, timezone.now()):
        return ""
    delivery = WebhookDelivery.objects.select_related("webhook").get(pk=delivery_id)
    with translation.override("nl"):
        answer = send_delivery(delivery)
    outcome = {"status": answer.status, "answer": answer.text[:MAX_ANSWER_LENGTH], "problem": answer.problem}
    with transaction.atomic():
        retry_at = None if not answer.problem else find_retry_time(attempt)
        state = State.DELIVERED if not answer.problem else State.WAITING if retry_at else State.GIVEN_UP
        delivery.save_outcome(tried_at=timezone.now(), next_at=retry_at, state=state, **outcome)
        if retry_at:
            deliver.using(run_after=retry_at).enqueue(delivery_id, attempt + 1)
    return delivery.state


def send_delivery(delivery: WebhookDelivery) -> Answer:
    webhook = delivery.webhook
    if not webhook.active:
        return Answer(None, "", translation.gettext("This webhook is switched off."))
    if not webhook.is_readable:
        return Answer(None, "", translation.gettext("The secret can't be read any more. Make a new one."))
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    stamp = int(timezone.now().timestamp())
    return send(webhook.address, body, signatures.build_headers(webhook.key, delivery.message_id, stamp, body))


def find_retry_time(attempt: int) -> datetime | None:
    """Return the time of the next attempt; None after the last one, or if the task backend cannot defer tasks."""
    if attempt > len(RETRY_DELAYS) or not deliver.get_backend().supports_defer:
        return None
    return timezone.now() + RETRY_DELAYS[attempt - 1]
