"""Files whose time is over: exports after a day, lists as they came after an hour, and what no record knows."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.models import ExportRun, ImportRun
from dossiers.models.imports import private_storage

UPLOADS_KEPT = timedelta(hours=1)
UNKNOWN_KEPT = timedelta(hours=1)  # a file that is just being written has no record yet
FOLDERS: dict[str, tuple[type[models.Model], str]] = {"exports": (ExportRun, "file"), "uploads": (ImportRun, "upload")}


def destroy(now: datetime | None = None) -> list[str]:
    """Destroy them and say what, by number: a name of a file may hold a person's. A second time there is nothing."""
    now = now or timezone.now()
    return [*_exports(now), *_uploads(now), *_unknown(now)]


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
            run.save(update_fields=["upload"])
        yield _("uploaded list of import %(number)d") % {"number": run.pk}


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
