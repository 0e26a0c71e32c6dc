"""Writes the file of a large export to the private storage, with the records that its user may see."""

import tempfile
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from dossiers.models import ExportRun
from dossiers.progress import Progress
from dossiers.spreadsheets.exports.export import Export
from dossiers.spreadsheets.writer import FORMATS


def make(run: ExportRun, export_of: Callable[[ExportRun], Export]) -> None:
    """Write the file of a claimed run; afterwards the run is ready, or failed with a reason.

    `export_of` returns the table for the user of the run. The rights of the user are checked again, since they may have
    changed after the request.
    """
    progress = Progress.of(run)
    try:
        if not run.user.is_active or not run.user.has_perm(run.permission):
            raise PermissionDenied
        export, chosen = export_of(run), FORMATS[run.format]
        total = export.count()
        if chosen.max_rows and total > chosen.max_rows:
            run.fail(_("This list is too long for a workbook. Choose text (csv), or filter the list first."))
            return
        export.progress = lambda done: progress.report(done, total)
        with tempfile.TemporaryFile() as file:  # without a name, so that a killed worker leaves no file
            chosen.write(export, file)
            file.seek(0)
            run.keep(file, total)
    except PermissionDenied:
        run.fail(_("You may not take out this list in this format any more."))
    finally:
        progress.forget()
