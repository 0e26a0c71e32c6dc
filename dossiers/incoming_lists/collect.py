"""Looks for lists that arrived, and says when that was done and what went wrong."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from dossiers.incoming_lists.deliveries import Enqueue
from dossiers.incoming_lists.folder import collect_files
from dossiers.incoming_lists.mailbox import MailboxAddress
from dossiers.incoming_lists.mails import collect_mails

CACHE_KEY, CACHE_SECONDS = "incoming-lists", 7 * 24 * 3600


@dataclass(frozen=True)
class Collection:
    """The last time that somebody looked for lists, in the cache, since the pages and the worker are two processes."""

    at: datetime | None = None
    problems: list[str] = field(default_factory=list)


def is_configured() -> bool:
    return bool(settings.LISTS_MAILBOX or settings.LISTS_FOLDER)


def collect(enqueue_reading: Enqueue, now: datetime) -> list[str]:
    """Take all lists that arrived, each as an import to be read; return what went wrong, in words for coordinators."""
    problems = []
    if settings.LISTS_MAILBOX:
        problems += collect_mails(MailboxAddress(**settings.LISTS_MAILBOX), enqueue_reading, now)
    if settings.LISTS_FOLDER:
        problems += collect_files(settings.LISTS_FOLDER, enqueue_reading, now)
    cache.set(CACHE_KEY, (now, problems), CACHE_SECONDS)
    return problems


def get_last_collection() -> Collection:
    return Collection(*cache.get(CACHE_KEY, ()))
