"""Webhooks and their messages."""

import base64
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from cryptography.fernet import InvalidToken
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from dossiers.models.text_fields import CharField, URLField
from encryption import cipher
from pilot_pages.webhooks.addresses import find_url_problem

RETENTION = timedelta(days=30)
ORPHANED_AFTER = timedelta(hours=1)  # after the time at which the message was due
MAX_ANSWER_LENGTH = 500  # characters


class Event(models.TextChoices):
    """The types of events. Receivers depend on the values, so they must never change."""

    PAGE_PUBLISHED = "page.published", _("a page is published or moved")
    PAGE_UNPUBLISHED = "page.unpublished", _("a page is unpublished or deleted")
    FACTS_CHANGED = "facts.changed", _("a rule changes")
    SIGN_UP_CONFIRMED = "sign_up.confirmed", _("an employer confirms a sign-up")
    EVALUATION_RELEASED = "evaluation.released", _("an evaluation is released")
    TEST = "test", _("a test")


CHOOSABLE_EVENTS = [choice for choice in Event.choices if choice[0] != Event.TEST]


def make_seed() -> str:
    """Return the default of a field that only migrations have."""
    return secrets.token_urlsafe(24)


def make_encrypted_key() -> str:
    return cipher.encrypt(base64.b64encode(secrets.token_bytes(32)).decode())


def make_message_id() -> str:
    return f"msg_{uuid.uuid4().hex}"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def subscribed_to(self, event: str) -> list["Webhook"]:
        """Return the active webhooks that are subscribed to the event."""
        return [webhook for webhook in self.filter(active=True) if event in webhook.events]

    def encrypt_stored(self) -> None:
        """Encrypt the signing keys with the first of ENCRYPTION_KEYS; one that can't be decrypted stays as it is."""
        with transaction.atomic():
            for webhook in self.select_for_update():
                if webhook.is_readable:
                    webhook.encrypted_key = cipher.encrypt(cipher.decrypt(webhook.encrypted_key))
                    webhook.save(update_fields=["encrypted_key"])


class Webhook(models.Model):
    """A URL to which messages about some events are sent, signed with a secret of its own."""

    name = CharField(_("name"), max_length=80, unique=True)
    address = URLField(_("address"), max_length=300, help_text=_("It must begin with https://."))
    events = models.JSONField(_("tell it when"), default=list)
    active = models.BooleanField(_("active"), default=True)
    encrypted_key = models.TextField(default=make_encrypted_key, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if problem := find_url_problem(self.address):
            raise ValidationError({"address": problem})

    @property
    def key(self) -> bytes:
        """The signing key; raises InvalidToken if no key of ENCRYPTION_KEYS and SECRET_KEY decrypts it."""
        return base64.b64decode(cipher.decrypt(self.encrypted_key))

    @property
    def is_readable(self) -> bool:
        try:
            return bool(self.key)
        except InvalidToken:
            return False

    @property
    def secret(self) -> str:
        """The secret in the format in which the receiver stores it."""
        return f"whsec_{base64.b64encode(self.key).decode()}"

    def list_event_labels(self) -> str:
        labels = dict(Event.choices)
        return ", ".join(str(labels[event]) for event in self.events if event in labels)


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return the messages that the user may see; those about sign-ups need the permission to view sign-ups."""
        if not isinstance(user, PermissionsMixin) or not user.has_perm("pilot_pages.view_webhook"):
            return self.none()
        if user.has_perm("dossiers.view_employerinterest"):
            return self.all()
        return self.exclude(event=Event.SIGN_UP_CONFIRMED)

    def expired(self, now: datetime) -> Self:
        return self.filter(created_at__lte=now - RETENTION)

    def claim(self, key: int, attempt: int, now: datetime) -> bool:
        """Claim the message for this attempt before sending; return False if another task has claimed it."""
        waiting = self.filter(pk=key, state=WebhookDelivery.State.WAITING, attempts=attempt - 1)
        return bool(waiting.update(attempts=attempt, tried_at=now, next_at=None))

    def orphaned(self, now: datetime) -> Self:
        """Return the messages that were due an hour ago or earlier: the process of their task was killed."""
        due = Coalesce("next_at", "tried_at", "created_at")
        return self.filter(state=WebhookDelivery.State.WAITING).alias(due=due).filter(due__lte=now - ORPHANED_AFTER)


class WebhookDelivery(models.Model):
    """A message to a webhook. All attempts have the same message id, so that a receiver recognizes a repetition."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        GIVEN_UP = "given_up", _("given up")

    webhook = models.ForeignKey(Webhook, verbose_name=_("webhook"), on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(_("number of the message"), max_length=40, unique=True, default=make_message_id)
    event = models.CharField(_("event"), max_length=30, choices=Event.choices)
    payload = models.JSONField(_("message"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    status = models.PositiveSmallIntegerField(_("status of the answer"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    problem = models.TextField(_("what went wrong"), blank=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    tried_at = models.DateTimeField(_("last attempt"), null=True)
    next_at = models.DateTimeField(_("next attempt"), null=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to another system")
        verbose_name_plural = _("messages to other systems")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="webhook_delivery_newest")]

    def __str__(self) -> str:
        return f"{self.message_id} ({self.event})"

    def save_outcome(self, **outcome: Any) -> None:
        """Save the outcome of an attempt."""
        for name, value in outcome.items():
            setattr(self, name, value)
        self.save(update_fields=list(outcome))
