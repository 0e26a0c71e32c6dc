"""Downloads of empty workbooks that can be filled in and imported."""

import tempfile

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.generic import View

from dossiers.backoffice.imports.roles import ImportRoleMixin
from dossiers.spreadsheets.exports.downloads import send
from dossiers.spreadsheets.exports.templates import write_template


class TemplateDownloadView(ImportRoleMixin, View):
    """Download the empty workbook of a RecordKind."""

    def get(self, request: HttpRequest, record: str) -> HttpResponseBase:
        if record not in self.role.resources:
            raise Http404
        resource = self.role.resources[record]()
        file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
        write_template(resource, file)
        file.seek(0)
        return send(file, _("template %(record)s") % {"record": resource.kind.label}, "xlsx")
