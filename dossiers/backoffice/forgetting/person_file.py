"""The file for a person who asks what is kept: to print, or as a spreadsheet or JSON. Who takes it out is noted."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from access_log.models import AccessLogEntry
from dossiers.backoffice.activity.subjects import page_of
from dossiers.backoffice.forgetting.person_data import KeptTable, kept_about
from dossiers.models import Dossier
from dossiers.spreadsheets.exports.downloads import download

PAGE, FORMATS = "html", ("xlsx", "json")


class PersonFileView(View):
    """`format` is html, xlsx or json; each of the last two asks the right to export dossiers in it."""

    def get(self, request: HttpRequest, pk: int, format: str) -> HttpResponseBase:
        user: Any = request.user
        if format != PAGE and not (format in FORMATS and user.has_perm(f"dossiers.export_{format}_dossier")):
            raise Http404
        dossier = get_object_or_404(Dossier.objects.visible_to(user).not_anonymised(), pk=pk)
        parts = kept_about(dossier, user)
        what = _("all that is kept on this person (%(format)s)") % {"format": format}
        AccessLogEntry.objects.note(user, AccessLogEntry.What.EXPORTED, dossier.reference, detail=what)
        if format != PAGE:
            return download(KeptTable(f"{dossier.reference}", parts), format)
        context = {"dossier": dossier, "parts": parts, "back": page_of(dossier), "today": timezone.localdate()}
        return render(request, "dossiers/forgetting/person_file.html", context)
