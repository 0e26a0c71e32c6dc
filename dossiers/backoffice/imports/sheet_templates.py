"""Downloads of empty workbooks that can be filled in and imported."""

import tempfile

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from dossiers.models import RecordKind
from dossiers.spreadsheets.exports.downloads import send
from dossiers.spreadsheets.exports.templates import write_template
from dossiers.spreadsheets.resources import RESOURCES, RecordResource


def download_template(request: HttpRequest, record: str) -> HttpResponseBase:
    """Return the empty workbook of a RecordKind."""
    if not request.user.has_perm("dossiers.add_importrun"):
        raise PermissionDenied
    if record not in RecordKind.values:
        raise Http404
    return send_empty_template(RESOURCES[record]())


def send_empty_template(resource: RecordResource) -> HttpResponseBase:
    """Return an empty workbook with the columns of the resource."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    write_template(resource, file)
    file.seek(0)
    return send(file, _("template %(record)s") % {"record": resource.kind.label}, "xlsx")
