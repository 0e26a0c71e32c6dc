"""Queues messages, sends them, and tries again with growing pauses."""

import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django_tasks import task

from pilot_pages.webhooks import signatures
from pilot_pages.webhooks.http_client import Answer, send
from pilot_pages.webhooks.models import SHOWN_OF_ANSWER, Event, Webhook, WebhookDelivery

# Before each attempt after the first; a day and a half in all.
PAUSES = [timedelta(minutes=minutes) for minutes in (0.1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 20 * 60)]
State = WebhookDelivery.State


def announce(event: Event, data: dict[str, Any]) -> None:
    """Tell whoever wants to hear of it, in the same transaction as what happened: no change untold, none told that was
    taken back."""
    for webhook in Webhook.objects.hearing(event):
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
    else:  # it runs at once: not while the transaction holds what the receiver may ask for
        transaction.on_commit(partial(deliver.enqueue, delivery.pk, attempt))


def again(delivery: WebhookDelivery) -> None:
    """Now, under its own number: as if it were new, or the attempt that it waits for. What is on its way stays so."""
    with transaction.atomic():
        delivery = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
        if delivery.state != State.WAITING:
            delivery.keep(state=State.WAITING, attempts=0, next_at=None, tried_at=None)
        elif delivery.next_at:
            delivery.keep(next_at=None)  # the task that waits finds its attempt made
        else:
            return
        start(delivery)


def take_up(now: datetime) -> None:
    """Go on with those whose task was cut off: nothing else would ever send them."""
    for delivery in WebhookDelivery.objects.left_behind(now):
        start(delivery)


@task()
def deliver(delivery_id: int, attempt: int) -> str:
    """Send a message that waits; the state it has afterwards. A second run of the same attempt sends nothing new."""
    if not WebhookDelivery.objects.claim(delivery_id, attempt, timezone.now()):
        return ""
    delivery = WebhookDelivery.objects.select_related("webhook").get(pk=delivery_id)
    with translation.override("nl"):
        answer = attempt_at(delivery)
    outcome = {"status": answer.status, "answer": answer.text[:SHOWN_OF_ANSWER], "problem": answer.problem}
    with transaction.atomic():
        later = None if not answer.problem else pause_after(attempt)
        delivery.keep(tried_at=timezone.now(), next_at=later, state=state_of(answer, later), **outcome)
        if later:
            deliver.using(run_after=later).enqueue(delivery_id, attempt + 1)
    return delivery.state


def attempt_at(delivery: WebhookDelivery) -> Answer:
    webhook = delivery.webhook
    if not webhook.active:
        return Answer(None, "", translation.gettext("This webhook is switched off."))
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    stamp = int(timezone.now().timestamp())
    return send(webhook.address, body, signatures.headers(webhook.key, delivery.message_id, stamp, body))


def pause_after(attempt: int) -> Any:
    """When to try again; never after the last one, nor where nothing runs later."""
    if attempt > len(PAUSES) or not deliver.get_backend().supports_defer:
        return None
    return timezone.now() + PAUSES[attempt - 1]


def state_of(answer: Answer, later: Any) -> str:
    if not answer.problem:
        return State.DELIVERED
    return State.WAITING if later else State.GIVEN_UP
