"""Signal receivers that queue messages about events, with ids and URLs only."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal
from django.urls import reverse
from django.utils.translation import ngettext
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet
from wagtail.signals import page_published, page_unpublished, post_page_move

from dossiers.models import EmployerInterest, Evaluation
from dossiers.signals import evaluation_released, expired_data_due, facts_changed
from pilot_pages.webhooks.deliveries import announce, restart_orphans
from pilot_pages.webhooks.models import Event, WebhookDelivery


def connect_receivers() -> None:
    """Connect the receivers; called once, when the site starts."""
    for signal, receiver in RECEIVERS:
        sender = PageViewRestriction if receiver in (on_restricted, on_unrestricted) else None
        signal.connect(receiver, sender, dispatch_uid=f"pilot_pages.webhooks.{receiver.__name__}")


def on_published(instance: Page, **_signal: Any) -> None:
    announce_public_page(Event.PAGE_PUBLISHED, instance)


def on_unpublished(instance: Page, **_signal: Any) -> None:
    """Announce the page as unpublished; Wagtail also sends this signal before a published page is deleted."""
    announce_public_page(Event.PAGE_UNPUBLISHED, instance)


def on_moved(instance: Page, url_path_before: str, url_path_after: str, **_signal: Any) -> None:
    """Announce the new URLs of the page and its descendants."""
    if url_path_before == url_path_after:
        return
    for page in Page.objects.descendant_of(instance, inclusive=True).live():
        announce_public_page(Event.PAGE_PUBLISHED, page)


def on_restricted(instance: PageViewRestriction, created: bool, **_signal: Any) -> None:
    """Announce pages that now need a password or login as unpublished."""
    if created:
        for page in find_pages_restricted_by(instance):
            announce_page(Event.PAGE_UNPUBLISHED, page)


def on_unrestricted(instance: PageViewRestriction, origin: Any, **_signal: Any) -> None:
    if origin is instance:  # otherwise its page is being deleted
        for page in find_pages_restricted_by(instance):
            announce_page(Event.PAGE_PUBLISHED, page)


def find_pages_restricted_by(restriction: PageViewRestriction) -> PageQuerySet:
    """Return the live pages that this restriction applies to and no other one."""
    pages = Page.objects.descendant_of(restriction.page, inclusive=True).live()
    for other in PageViewRestriction.objects.exclude(pk=restriction.pk).select_related("page"):
        pages = pages.not_descendant_of(other.page, inclusive=True)
    return pages


def announce_public_page(event: Event, page: Page) -> None:
    if Page.objects.filter(pk=page.pk).public().exists():  # other systems show no pages with a restriction
        announce_page(event, page)


def announce_page(event: Event, page: Page) -> None:
    data = {
        "id": page.pk,
        "type": page.specific_class._meta.label if page.specific_class else "wagtailcore.Page",
        "locale": page.locale.language_code,
        "html_url": page.full_url,
        "url": page.url,
        "detail_url": settings.BASE_URL + reverse("wagtailapi:pages:detail", args=[page.pk]),
    }
    announce(event, data)


def on_facts_changed(keys: Iterable[str], **_signal: Any) -> None:
    announce(Event.FACTS_CHANGED, {"keys": sorted(keys)})


def on_evaluation_released(evaluation: Evaluation, **_signal: Any) -> None:
    announce(Event.EVALUATION_RELEASED, {"id": evaluation.pk, "kind": evaluation.kind})


def announce_sign_up(interest: EmployerInterest) -> None:
    """Announce the reference number only; a receiver needs an API key to read more."""
    announce(Event.SIGN_UP_CONFIRMED, {"reference": interest.reference})


def on_expired_data_due(now: datetime, **_signal: Any) -> list[str]:
    restart_orphans(now)
    number, _each = WebhookDelivery.objects.expired(now).delete()
    if not number:
        return []
    words = ngettext("%(number)d message to another system", "%(number)d messages to other systems", number)
    return [words % {"number": number}]


RECEIVERS: list[tuple[Signal, Any]] = [
    (page_published, on_published),
    (page_unpublished, on_unpublished),
    (post_page_move, on_moved),
    (post_save, on_restricted),
    (post_delete, on_unrestricted),
    (facts_changed, on_facts_changed),
    (evaluation_released, on_evaluation_released),
    (expired_data_due, on_expired_data_due),
]
