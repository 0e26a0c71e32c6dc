"""Who is told of what, and what became of each message."""

import base64
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from dossiers.models.text_fields import CharField, URLField
from pilot_pages.webhooks.addresses import find_url_problem

KEPT = timedelta(days=30)
TASK_IS_GONE = timedelta(hours=1)  # after the time at which a message was to be sent
SHOWN_OF_ANSWER = 500  # characters


class Event(models.TextChoices):
    """As they stand in a message: never change one."""

    PAGE_PUBLISHED = "page.published", _("a page is published or moved")
    PAGE_UNPUBLISHED = "page.unpublished", _("a page is unpublished or deleted")
    FACTS_CHANGED = "facts.changed", _("a rule changes")
    SIGN_UP_CONFIRMED = "sign_up.confirmed", _("an employer confirms a sign-up")
    EVALUATION_RELEASED = "evaluation.released", _("an evaluation is released")
    TEST = "test", _("a test")


CHOOSABLE = [choice for choice in Event.choices if choice[0] != Event.TEST]


def make_seed() -> str:
    return secrets.token_urlsafe(24)


def make_message_id() -> str:
    return f"msg_{uuid.uuid4().hex}"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def hearing(self, event: str) -> list["Webhook"]:
        """The active ones that are told of such an event."""
        return [webhook for webhook in self.filter(active=True) if event in webhook.events]


class Webhook(models.Model):
    """An address that is told of some events, by a message that is signed with a secret of its own."""

    name = CharField(_("name"), max_length=80, unique=True)
    address = URLField(_("address"), max_length=300, help_text=_("It must begin with https://."))
    events = models.JSONField(_("tell it when"), default=list)
    active = models.BooleanField(_("active"), default=True)
    seed = models.CharField(max_length=40, default=make_seed, editable=False)
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
        """Worked out from the seed and the site's own secret: who reads the database alone can't sign anything."""
        return salted_hmac("pilot_pages.webhooks", self.seed, algorithm="sha256").digest()

    @property
    def secret(self) -> str:
        """As its receiver keeps it."""
        return f"whsec_{base64.b64encode(self.key).decode()}"

    def events_in_words(self) -> str:
        words = dict(Event.choices)
        return ", ".join(str(words[event]) for event in self.events if event in words)


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """That somebody signed up is for who may see sign-ups."""
        if not isinstance(user, PermissionsMixin) or not user.has_perm("pilot_pages.view_webhook"):
            return self.none()
        if user.has_perm("dossiers.view_employerinterest"):
            return self.all()
        return self.exclude(event=Event.SIGN_UP_CONFIRMED)

    def outlived(self, now: datetime) -> Self:
        return self.filter(created_at__lte=now - KEPT)

    def claim(self, key: int, attempt: int, now: datetime) -> bool:
        """For this attempt, before anything is sent: of two tasks that want it at once, one gets it."""
        waiting = self.filter(pk=key, state=WebhookDelivery.State.WAITING, attempts=attempt - 1)
        return bool(waiting.update(attempts=attempt, tried_at=now, next_at=None))

    def left_behind(self, now: datetime) -> Self:
        """Those that should have been sent long ago: the process that had them was stopped."""
        long_ago = now - TASK_IS_GONE
        due = Coalesce("next_at", "tried_at", "created_at")
        return self.filter(state=WebhookDelivery.State.WAITING).alias(due=due).filter(due__lte=long_ago)


class WebhookDelivery(models.Model):
    """One message to one address. Its number is the same at each attempt: a receiver can tell that it came before."""

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

    def keep(self, **outcome: Any) -> None:
        """What an attempt came to."""
        for name, value in outcome.items():
            setattr(self, name, value)
        self.save(update_fields=list(outcome))
