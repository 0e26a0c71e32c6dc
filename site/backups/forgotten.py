"""The list of what was forgotten or deleted: what a restored backup still has of it is removed again.

It lies outside the database and must be kept apart from the backups. It has no data of people: each line is one event
with its moment, the kind of the record and the record's key.
"""

import json
import logging
import os
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from backups.errors import BackupError
from dossiers.forgetting.replay import Event

logger = logging.getLogger(__name__)
CLOCKS_DIFFER = timedelta(minutes=5)  # at most, on machines that share a database


def get_path() -> Path:
    path: Path = settings.FORGOTTEN_LIST
    return path


def append_event(sender: object, *, action: str, model: str, keys: Collection[int], **_signal: Any) -> None:
    """Receiver of `personal_data_removed`: append a line once the transaction is committed."""
    if keys:
        transaction.on_commit(lambda: _append(action, model, sorted(keys)))


def _append(action: str, model: str, keys: list[int]) -> None:
    line = json.dumps({"at": timezone.now().isoformat(), "action": action, "model": model, "keys": keys})
    try:
        _write_lines([line])
    except OSError:
        # What was removed is gone; an error page would deny it.
        logger.exception("%s: this could not be added to %s; add it by hand", line, get_path())


def _write_lines(lines: Iterable[str]) -> None:
    get_path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(get_path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        for line in lines:
            os.write(descriptor, f"{line}\n".encode())  # whole, so that lines of several processes do not mix
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_events(paths: Iterable[Path], since: datetime) -> list[Event]:
    """Return the events of these lists since a moment, in their order; raises BackupError."""
    events = [event for path in paths for event in _read(path) if event.at >= since - CLOCKS_DIFFER]
    return sorted(events, key=lambda event: event.at)


def take_over(paths: Iterable[Path]) -> None:
    """Add the lines of other lists to ours, so that a later restore of an older backup knows them too."""
    own = get_path().read_text().splitlines() if get_path().exists() else []
    lines = dict.fromkeys(line for path in paths for line in path.read_text().splitlines())
    if missing := [line for line in lines if line not in set(own)]:
        _write_lines(missing)


def _read(path: Path) -> Iterator[Event]:
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        raise BackupError(f"The list {path} of what was forgotten can't be read ({error.strerror}).") from error
    for number, line in enumerate(lines, 1):
        try:
            values = json.loads(line)
            yield Event(datetime.fromisoformat(values["at"]), values["action"], values["model"], values["keys"])
        except (ValueError, KeyError, TypeError) as error:
            raise BackupError(f"Line {number} of the list {path} of what was forgotten can't be read.") from error
