"""Takes a list that arrived: it becomes an import, once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.functional import Promise

from dossiers.models import Delivery, ImportRun, Organisation, RecordKind
from dossiers.spreadsheets.expiry import UPLOAD_RETENTION
from dossiers.spreadsheets.imports.uploads import create_run

Enqueue = Callable[[int], object]
MAX_NAME = 200
SEEN_AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class IncomingList:
    name: str
    organisation: Organisation | None
    content: bytes | None
    refusal: str | Promise = ""  # why it is not read; then it needs no content
    place: str = ""  # in its mail, to tell it from others that have no content

    @property
    def digest(self) -> str:
        return sha256(self.content if self.content is not None else f"{self.place} {self.name}".encode()).hexdigest()


@transaction.atomic
def take(key: str, channel: str, incoming: IncomingList, enqueue_reading: Enqueue) -> None:
    """Create the import of a list and enqueue reading it, unless that was done before.

    `key` is that of the mail or the file. What is stored with it in the same transaction makes it safe to do this
    again, in whatever moment the worker was killed.
    """
    delivery, _created = Delivery.objects.select_for_update().get_or_create(key=key)
    if incoming.digest in delivery.digests:
        return
    delivery.digests.append(incoming.digest)
    delivery.save(update_fields=["digests"])
    name = shorten_name(incoming.name)
    if incoming.content is None or incoming.refusal:
        ImportRun.objects.create(
            record=RecordKind.DOSSIERS,
            organisation=incoming.organisation,
            file_name=name,
            channel=channel,
            state=ImportRun.State.REFUSED,
            reason=str(incoming.refusal),
        )
        return
    file = ContentFile(incoming.content, name)
    run = create_run(RecordKind.DOSSIERS, incoming.organisation, file, channel=channel)
    enqueue_reading(run.pk)


def mark_taken(key: str, now: datetime) -> None:
    """Mark a mail or a file of which all lists were taken; from then on it is not opened any more."""
    Delivery.objects.filter(key=key, taken_at=None).update(taken_at=now, seen_at=now)


def find_delivery(key: str, now: datetime) -> Delivery | None:
    """Return what is known of a mail or a file that is still there, which keeps it from being forgotten."""
    delivery = Delivery.objects.filter(key=key).first()
    if delivery and delivery.seen_at <= now - SEEN_AGAIN_AFTER:
        delivery.seen_at = now
        delivery.save(update_fields=["seen_at"])
    return delivery


def is_expired(delivery: Delivery, now: datetime) -> bool:
    """Whether the mail or the file was kept as long as an uploaded file is, so that it is to be removed."""
    return delivery.taken_at is not None and delivery.taken_at <= now - UPLOAD_RETENTION


def shorten_name(name: str) -> str:
    """Return a file name without a path, without unprintable characters, and short enough to be stored."""
    name = "".join(char for char in PurePath(name.replace("\\", "/")).name if char.isprintable())
    suffix = PurePath(name).suffix
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - len(suffix)] + suffix
