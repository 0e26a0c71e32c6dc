"""Tables as files for the browser."""

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify

from dossiers.spreadsheets.exporting import Export
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.writer import CONTENT_TYPES, csv_lines, xlsx_file


def download(resource: RecordResource, records: QuerySet, format: str) -> HttpResponseBase:
    """A set of records in one of CONTENT_TYPES, streamed."""
    export = Export(resource, records)
    name = str(records.model._meta.verbose_name_plural)
    file_name = f"{slugify(name)}-{timezone.localdate():%Y-%m-%d}.{format}"
    if format == "csv":
        response: HttpResponseBase = StreamingHttpResponse(csv_lines(export.header, export.rows()))
    else:
        response = FileResponse(xlsx_file(export.header, export.rows(), name.capitalize()))
    response["Content-Type"] = CONTENT_TYPES[format]
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    return response
