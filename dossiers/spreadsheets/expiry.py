"""What is kept for a while only: exports a day, lists as they came an hour, what was read of them 30 days, sign-ups
that nobody confirmed 14 days, logins until they are over; and files that no record knows or a process left."""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_log.models import AccessLogEntry
from dossiers.models import BulkChange, EmployerInterest, ExportRun, ImportRow, ImportRun, Merge
from dossiers.models.imports.import_run import UNDO_WITHIN, private_storage
from dossiers.signals import destroying

UPLOADS_KEPT = timedelta(hours=1)
UNKNOWN_KEPT = timedelta(hours=1)  # a file that is just being written has no record yet
FOLDERS: dict[str, tuple[type[models.Model], str]] = {
    "exports": (ExportRun, "file"),
    "uploads": (ImportRun, "upload"),
    "clean": (ImportRun, "clean_copy"),
}


def destroy(now: datetime | None = None) -> list[str]:
    """Destroy them and say what, by number: a name of a file may hold a person's. A second time there is nothing."""
    now = now or timezone.now()
    return [
        *_exports(now),
        *_uploads(now),
        *_lists(now),
        *_sign_ups(now),
        *_merges(now),
        *_bulk_changes(now),
        *_looks(now),
        *_sessions(now),
        *_unknown(now),
        *_temporary(now),
        *_elsewhere(now),
    ]


def _exports(now: datetime) -> Iterable[str]:
    for run in ExportRun.objects.outlived(now):
        run.destroy()
        yield _("export %(number)d (%(format)s)") % {"number": run.pk, "format": run.format}


def _uploads(now: datetime) -> Iterable[str]:
    """A list whose reading was not settled is refused: nothing is left to go on with, unless its clean copy is."""
    unsettled = (ImportRun.State.READING, ImportRun.State.ASKING)
    for run in ImportRun.objects.exclude(upload="").filter(created_at__lte=now - UPLOADS_KEPT):
        if run.state in unsettled and not run.clean_copy:
            run.refuse(_("This list was not read within an hour, so its file was destroyed. Upload it again."))
        else:
            run.forget_upload()
            run.save(update_fields=["upload", "sample"])
        yield _("uploaded list of import %(number)d") % {"number": run.pk}


def _lists(now: datetime) -> Iterable[str]:
    """Clean copies, staged rows, and cells mended in them: after a month an import can't be undone any more."""
    old = ImportRun.objects.filter(created_at__lte=now - UNDO_WITHIN).exclude(applied_at__gt=now - UNDO_WITHIN)
    for run in old.filter(
        ~models.Q(clean_copy="")
        | models.Q(decided__has_key="lines")
        | models.Exists(ImportRow.objects.filter(run=models.OuterRef("pk")))
    ):
        run.forget_clean()
        run.rows.all().delete()
        run.decided.pop("lines", None)
        run.save(update_fields=["clean_copy", "decided"])
        yield _("lines of import %(number)d") % {"number": run.pk}


def _sign_ups(now: datetime) -> Iterable[str]:
    for interest in EmployerInterest.objects.never_confirmed(now):
        pk = interest.pk
        interest.delete()
        EmployerInterest.history.filter(id=pk).delete()  # the record of its going too: nothing of it stays
        yield _("sign-up %(reference)s, never confirmed") % {"reference": interest.reference}


def _merges(now: datetime) -> Iterable[str]:
    """What a merge kept of the other dossier: after a month it can't be undone any more."""
    for merge in Merge.objects.outlived(now):
        merge.forget()
        merge.save()
        yield _("what merge %(number)d kept of the other dossier") % {"number": merge.pk}


def _bulk_changes(now: datetime) -> Iterable[str]:
    """Former values, and previews that nobody applied: after a month, and a day, there is nothing to undo or apply."""
    for change in BulkChange.objects.outlived(now):
        if change.forget():
            yield _("lines of bulk change %(number)d") % {"number": change.pk}


def _looks(now: datetime) -> Iterable[str]:
    """Who looked, a year ago or more (LOOKS_KEPT_DAYS)."""
    number, _each = AccessLogEntry.objects.outlived(now).delete()
    if number:
        yield ngettext("%(number)d look", "%(number)d looks", number) % {"number": number}


def _sessions(now: datetime) -> Iterable[str]:
    """Logins that are over: Django leaves each, with who it was, until somebody clears them."""
    number, _each = Session.objects.filter(expire_date__lt=now).delete()
    if number:
        yield ngettext("%(number)d login that was over", "%(number)d logins that were over", number) % {
            "number": number
        }


def _elsewhere(now: datetime) -> Iterable[str]:
    """What others keep for a while only."""
    for _receiver, words in destroying.send(None, now=now):
        yield from cast("list[str]", words)


def _unknown(now: datetime) -> Iterable[str]:
    """Files of records that are gone, such as those of a user who was deleted, or of a worker that was killed."""
    storage = private_storage()
    for folder, (model, field) in FOLDERS.items():
        if not storage.exists(folder):
            continue
        known = set(model._default_manager.exclude(**{field: ""}).values_list(field, flat=True))
        for name in storage.listdir(folder)[1]:
            path = f"{folder}/{name}"
            if path not in known and storage.get_modified_time(path) <= now - UNKNOWN_KEPT:
                storage.delete(path)
                yield _("a file in “%(folder)s” that no record knows") % {"folder": folder}


def _temporary(now: datetime) -> Iterable[str]:
    """What a process that was killed left half written: whoever still works with a file touches it."""
    old = (now - UNKNOWN_KEPT).timestamp()
    for path in settings.TEMP_ROOT.iterdir() if settings.TEMP_ROOT.exists() else ():
        with suppress(FileNotFoundError):  # its process removed it meanwhile
            if path.lstat().st_mtime > old:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
            yield _("a temporary file that was left")
