from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pilot_pages.webhooks.models import CHOOSABLE_EVENTS, Webhook
from tests.pilot_pages.webhooks.receiver import Receiver, run_receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with run_receiver() as server:
        yield server


@pytest.fixture
def make_webhook(db: None) -> Callable[..., Webhook]:
    """Create a webhook that is subscribed to all events."""

    def make(address: str, **fields: Any) -> Webhook:
        events = [event for event, _label in CHOOSABLE_EVENTS]
        return Webhook.objects.create(**{"name": "Voorkant", "address": address, "events": events} | fields)

    return make


@pytest.fixture
def webhook(receiver: Receiver, make_webhook: Callable[..., Webhook]) -> Webhook:
    return make_webhook(receiver.url)


@pytest.fixture
def database_queue(settings) -> None:
    """Use the database task queue, as in production."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
