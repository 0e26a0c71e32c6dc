"""Destroys data after its retention period.

Exports are kept for a day, uploaded files for an hour, the rows of an import for 30 days, unconfirmed sign-ups for 14
days, and sessions until they expire. Files that no record refers to are destroyed too.
"""

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
from django.utils.translation import gettext_lazy, ngettext_lazy

from access_log.models import AccessLogEntry
from dossiers.models import (
    BulkChange,
    Channel,
    Deletion,
    Delivery,
    EmployerInterest,
    ExportRun,
    ImportRow,
    ImportRun,
    Merge,
)
from dossiers.models.change_set import UNDO_WITHIN
from dossiers.models.imports.import_run import private_storage
from dossiers.signals import expired_data_due

UPLOAD_RETENTION = timedelta(hours=1)
UNKNOWN_FILE_RETENTION = timedelta(hours=1)  # a file that is being written has no record yet
FOLDERS: dict[str, tuple[type[models.Model], str]] = {
    "exports": (ExportRun, "file"),
    "uploads": (ImportRun, "upload"),
    "clean": (ImportRun, "clean_copy"),
}


NOT_READ_IN_TIME = gettext_lazy("This list was not read within an hour, so its file was destroyed. Upload it again.")
ARRIVED_AND_NOT_READ_IN_TIME = gettext_lazy(
    "Nobody answered within an hour what the columns of this list are, so its file was destroyed. Upload it, or have "
    "it sent again."
)


def destroy_expired(now: datetime | None = None) -> list[str]:
    """Destroy everything that expired; return a description of each thing, without names, for the log.

    The descriptions have numbers instead of file names, since a file name may contain the name of a person.
    """
    now = now or timezone.now()
    destroyed: list[str] = []
    for run in ExportRun.objects.expired(now):
        run.destroy()
        destroyed.append(_("export %(number)d (%(format)s)") % {"number": run.pk, "format": run.format})
    destroyed += _destroy_lists(now)
    for interest in EmployerInterest.objects.never_confirmed(now):
        pk = interest.pk
        interest.delete()
        EmployerInterest.history.filter(id=pk).delete()  # this includes the historical record of the deletion
        destroyed.append(_("sign-up %(reference)s, never confirmed") % {"reference": interest.reference})
    # These keep former values until they can't be undone any more, and previews until nobody can apply them.
    for merge in Merge.objects.expired(now):
        merge.forget()
        merge.save()
        destroyed.append(_("what merge %(number)d kept of the other dossier") % {"number": merge.pk})
    for deletion in Deletion.objects.expired(now):
        deletion.forget()
        deletion.save()
        destroyed.append(_("the records of deletion %(number)d") % {"number": deletion.pk})
    for change in BulkChange.objects.expired(now):
        if change.forget():
            destroyed.append(_("lines of bulk change %(number)d") % {"number": change.pk})
    for records, sentence in (
        (
            Delivery.objects.expired(now),
            ngettext_lazy("what was known of %(number)d delivery", "what was known of %(number)d deliveries", "number"),
        ),
        (AccessLogEntry.objects.outlived(now), ngettext_lazy("%(number)d look", "%(number)d looks", "number")),
        # Django itself never deletes expired sessions, which hold the key of their user.
        (
            Session.objects.filter(expire_date__lt=now),
            ngettext_lazy("%(number)d login that was over", "%(number)d logins that were over", "number"),
        ),
    ):
        number, _each = records.delete()
        if number:
            destroyed.append(sentence % {"number": number})
    destroyed += _destroy_stray_files(now)
    for _receiver, descriptions in expired_data_due.send(None, now=now):  # its receivers destroy the data of other apps
        destroyed += cast("list[str]", descriptions)
    return destroyed


def _destroy_lists(now: datetime) -> Iterable[str]:
    """Destroy uploaded files, and the copies, rows and corrected cells of imports that can't be undone any more.

    A run that still needed its uploaded file, because it has no sanitized copy, is refused.
    """
    for run in ImportRun.objects.exclude(upload="").filter(created_at__lte=now - UPLOAD_RETENTION):
        if run.state in ImportRun.UNREAD and not run.clean_copy:
            run.refuse(str(NOT_READ_IN_TIME if run.channel == Channel.UPLOAD else ARRIVED_AND_NOT_READ_IN_TIME))
        else:
            run.forget_upload()
            run.save(update_fields=["upload", "sample"])
        yield _("uploaded list of import %(number)d") % {"number": run.pk}
    old = ImportRun.objects.filter(created_at__lte=now - UNDO_WITHIN).exclude(applied_at__gt=now - UNDO_WITHIN)
    for run in old.filter(
        ~models.Q(clean_copy="")
        | models.Q(decided__has_key="lines")
        | models.Exists(ImportRow.objects.filter(run=models.OuterRef("pk")))
    ):
        run.forget_clean()
        run.rows.all().delete()
        if "lines" in run.decided:
            run.forget_lines()
        run.save(update_fields=["clean_copy", "decided"])
        yield _("lines of import %(number)d") % {"number": run.pk}


def _destroy_stray_files(now: datetime) -> Iterable[str]:
    """Delete files that no record refers to, and temporary files, which remain if a process is killed."""
    before = now - UNKNOWN_FILE_RETENTION
    storage = private_storage()
    for folder, (model, field) in FOLDERS.items():
        if not storage.exists(folder):
            continue
        known = set(model._default_manager.exclude(**{field: ""}).values_list(field, flat=True))
        for name in storage.listdir(folder)[1]:
            path = f"{folder}/{name}"
            if path not in known and storage.get_modified_time(path) <= before:
                storage.delete(path)
                yield _("a file in “%(folder)s” that no record knows") % {"folder": folder}
    for file in settings.TEMP_ROOT.iterdir() if settings.TEMP_ROOT.exists() else ():
        with suppress(FileNotFoundError):  # its process may delete it at the same time
            if file.lstat().st_mtime > before.timestamp():  # a file in use was changed recently
                continue
            if file.is_dir() and not file.is_symlink():
                shutil.rmtree(file)
            else:
                file.unlink()
            yield _("a temporary file that was left")
