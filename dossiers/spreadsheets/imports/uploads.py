"""The start of an import, by whichever way its list came."""

from typing import Any

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from dossiers.models import ImportRun, Organisation
from dossiers.spreadsheets.imports import profiles

MAX_BYTES = 20 * 1024 * 1024
TOO_LARGE = _("This file is larger than 20 MB. Split the list and upload the parts.")


def create_run(record: str, organisation: Organisation | None, file: File, **fields: Any) -> ImportRun:
    """Create the import of a file, with what is remembered of its sender; the caller has it read."""
    return ImportRun.objects.create(
        record=record,
        organisation=organisation,
        profile=profiles.find_profile(record, organisation),
        file_name=file.name or "",
        upload=file,
        **fields,
    )
