"""Tables as files for the browser."""

import tempfile
from typing import IO

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify

from dossiers.spreadsheets.writer import FORMATS, Table


def file_name(title: str, format: str) -> str:
    """dossiers-2026-11-24.xlsx"""
    return f"{slugify(title)}-{timezone.localdate():%Y-%m-%d}.{format}"


def download(export: Table, format: str) -> HttpResponseBase:
    """A table as a file, streamed: memory does not grow with it."""
    chosen = FORMATS[format]
    if chosen.chunks:
        return kept_private(StreamingHttpResponse(chosen.chunks(export)), export.title, format)
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    chosen.write(export, file)
    file.seek(0)
    return send(file, export.title, format)


def send(file: IO[bytes], title: str, format: str) -> HttpResponseBase:
    """A file that is there already; the response closes it."""
    return kept_private(FileResponse(file), title, format)


def kept_private(response: HttpResponseBase, title: str, format: str) -> HttpResponseBase:
    response["Content-Type"] = FORMATS[format].content_type
    response["Content-Disposition"] = f'attachment; filename="{file_name(title, format)}"'
    response["Cache-Control"] = "no-store"
    return response
