"""The file of a large export: made from the list as its user would see it, into the private storage."""

import tempfile
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from dossiers.models import ExportRun
from dossiers.spreadsheets.exports.export import Export
from dossiers.spreadsheets.progress import Progress
from dossiers.spreadsheets.writer import FORMATS


def make(run: ExportRun, export_of: Callable[[ExportRun], Export]) -> None:
    """Make the file of a run that was taken up; it is ready afterwards, or failed with a reason.

    `export_of` gives what the run's list holds for its user, who may have lost the right to it meanwhile.
    """
    try:
        _check_right(run)
        _write(run, export_of(run))
    except PermissionDenied:
        run.fail(_("You may not take out this list in this format any more."))
    except TooLarge:
        run.fail(_("This list is too long for a workbook. Choose text (csv), or filter the list first."))
    finally:
        Progress(run.pk, "export").forget()


class TooLarge(Exception):
    """A list that is longer than its format allows."""


def _check_right(run: ExportRun) -> None:
    if not run.user.is_active or not run.user.has_perm(run.permission):
        raise PermissionDenied


def _write(run: ExportRun, export: Export) -> None:
    chosen, total = FORMATS[run.format], export.count()
    if chosen.max_rows and total > chosen.max_rows:
        raise TooLarge
    progress = Progress(run.pk, "export")
    export.progress = lambda done: progress.report(done, total)
    with tempfile.TemporaryFile() as file:  # has no name: a worker that is killed leaves nothing
        chosen.write(export, file)
        file.seek(0)
        run.keep(file, total)
