"""HTTP responses that send a table or a file as a download."""

import tempfile
from typing import IO

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify

from dossiers.spreadsheets.writer import FORMATS, Table


def file_name(title: str, format: str) -> str:
    """Return a file name with the date of today, such as `dossiers-2026-11-24.xlsx`."""
    return f"{slugify(title)}-{timezone.localdate():%Y-%m-%d}.{format}"


def download(export: Table, format: str, name: str = "") -> HttpResponseBase:
    """Return a response with the table as a file, by default named after its title and the day of today.

    The memory does not depend on the number of rows.
    """
    chosen = FORMATS[format]
    name = name or file_name(export.title, format)
    if chosen.chunks:
        return set_download_headers(StreamingHttpResponse(chosen.chunks(export)), name, format)
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    chosen.write(export, file)
    file.seek(0)
    return set_download_headers(FileResponse(file), name, format)


def send(file: IO[bytes], title: str, format: str) -> HttpResponseBase:
    """Return a response with an open file, which the response closes."""
    return set_download_headers(FileResponse(file), file_name(title, format), format)


def set_download_headers(response: HttpResponseBase, name: str, format: str) -> HttpResponseBase:
    response["Content-Type"] = FORMATS[format].content_type
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
