"""Takes the files that partners put into the folder, in which each organisation has a subfolder.

An SFTP server writes the files, and users of it may make links: no link is followed.
"""

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.utils.text import slugify
from django.utils.translation import gettext as _

from dossiers.incoming_lists.deliveries import Enqueue, IncomingList, find_delivery, is_expired, mark_taken, take
from dossiers.models import Channel, Organisation
from dossiers.spreadsheets.imports.uploads import MAX_BYTES, TOO_LARGE

logger = logging.getLogger(__name__)
WRITTEN_AFTER = timedelta(minutes=2)  # a file that was not changed for so long is complete
UNFINISHED_NAMES = (".", "~")  # as such names begin
UNFINISHED_SUFFIXES = (".part", ".partial", ".filepart", ".tmp", ".crdownload", ".swp")


def collect_files(folder: Path, enqueue_reading: Enqueue, now: datetime) -> list[str]:
    """Take each complete file, and remove files that were taken an hour ago; return what went wrong."""
    organisations: dict[str, list[Organisation]] = {}
    for organisation in Organisation.objects.all():
        organisations.setdefault(slugify(organisation.name), []).append(organisation)
    problems = []
    try:
        with open_folder(folder) as root:
            entries = sorted(os.scandir(root), key=lambda entry: entry.name)
            if any(is_complete_name(entry.name) and not entry.is_dir(follow_symlinks=False) for entry in entries):
                problems.append(_("There are files outside the subfolders of organisations. They are not read."))
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and is_complete_name(entry.name):
                    senders = organisations.get(slugify(entry.name), [])
                    problems += collect_subfolder(entry.name, root, senders, enqueue_reading, now)
    except OSError as error:
        logger.error("The folder of lists could not be read: %s", error.strerror)
        problems.append(_("The folder for lists can't be read. The administrator finds the reason in the log."))
    return problems


def collect_subfolder(
    name: str, root: int, senders: list[Organisation], enqueue_reading: Enqueue, now: datetime
) -> list[str]:
    """Take the files of one organisation; return what went wrong, without names of files."""
    if len(senders) != 1:
        logger.warning("Subfolder %r of the folder of lists has the name of no organisation, or of several.", name)
        return [_("No organisation has the name of subfolder “%(name)s”. Its lists are not read.") % {"name": name}]
    unreadable = 0
    try:
        with open_folder(name, root) as folder:
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
                if not is_complete_name(entry.name) or not entry.is_file(follow_symlinks=False):
                    continue
                try:
                    take_file(entry.name, folder, senders[0], enqueue_reading, now)
                except FileNotFoundError:  # the sender removed it meanwhile
                    continue
                except OSError as error:
                    unreadable += 1
                    logger.error("A file of subfolder %r can't be read or removed: %s", name, error.strerror)
    except OSError as error:
        logger.error("Subfolder %r of the folder of lists could not be read: %s", name, error.strerror)
        return [
            _("The subfolder of %(name)s can't be read. The administrator finds the reason in the log.")
            % {"name": senders[0]}
        ]
    if unreadable:
        words = _(
            "Files in the subfolder of %(name)s can't be read or removed. The administrator finds the reason in the "
            "log."
        )
        return [words % {"name": senders[0]}]
    return []


def take_file(name: str, folder: int, organisation: Organisation, enqueue_reading: Enqueue, now: datetime) -> None:
    """Take a file that is complete, or remove it if it was taken an hour ago; raises OSError.

    A file that its sender goes on to write is taken again, since its key contains the time of its change.
    """
    with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_ctime > (now - WRITTEN_AFTER).timestamp():
            return
        key = sha256(f"folder {organisation.pk} {name} {status.st_ctime_ns}".encode(errors="replace")).hexdigest()
        delivery = find_delivery(key, now)
        if delivery and delivery.taken_at:
            if is_expired(delivery, now):
                os.unlink(name, dir_fd=folder)
            return
        shown_name = name.encode(errors="replace").decode()
        if status.st_size > MAX_BYTES:
            incoming = IncomingList(shown_name, organisation, None, TOO_LARGE)
        else:
            incoming = IncomingList(shown_name, organisation, file.read(MAX_BYTES))
        if os.fstat(file.fileno()).st_ctime_ns != status.st_ctime_ns:  # its sender went on to write it
            return
    take(key, Channel.FOLDER, incoming, enqueue_reading)
    mark_taken(key, now)


@contextmanager
def open_folder(name: Path | str, parent: int | None = None) -> Iterator[int]:
    folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if parent else 0), dir_fd=parent)
    try:
        yield folder
    finally:
        os.close(folder)


def is_complete_name(name: str) -> bool:
    """Whether no program writes or locks files under such a name while it is at work."""
    return not name.startswith(UNFINISHED_NAMES) and not name.lower().endswith(UNFINISHED_SUFFIXES)
