"""Exports lists as files, with the filters of the list and all fields of an import."""

from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router

from dossiers.api.audit import log_export
from dossiers.api.fields import RESOURCES, Records
from dossiers.api.filters import filter_records
from dossiers.api.permissions import require
from dossiers.filters import DossierFilterSet, EmployerFilterSet, InterestFilterSet
from dossiers.models import Organisation
from dossiers.spreadsheets.exports.downloads import download
from dossiers.spreadsheets.exports.export import Export
from dossiers.spreadsheets.writer import FORMATS
from web_api.problems import Problem
from web_api.schemas import WITH_A_KEY, problems
from web_api.translation import gettext_lazy

router = Router(tags=["exports"])
Format = Literal["xlsx", "csv", "ods", "json"]
FILTERS: dict[str, Any] = {
    "dossiers": DossierFilterSet,
    "employers": EmployerFilterSet,
    "employer-interests": InterestFilterSet,
}
# Ninja describes answers in JSON alone.
FILES = {
    chosen.content_type.partition(";")[0]: {} if name == "json" else {"schema": {"type": "string", "format": "binary"}}
    for name, chosen in FORMATS.items()
}


@router.get(
    "/exports/{records}/{format}",
    summary=gettext_lazy("Take out a list as a file"),
    description=gettext_lazy("Takes the filters of the list of these records. The file can be imported again."),
    response={200: None, **problems(*WITH_A_KEY, 409)},
    openapi_extra={"responses": {200: {"content": FILES}}},
)
def export(request: HttpRequest, records: Records, format: Format) -> HttpResponseBase:
    resource = RESOURCES[records]()
    model: Any = resource._meta.model
    user = require(request, f"view_{model._meta.model_name}", f"export_{format}_{model._meta.model_name}")
    records_shown, filters_in_words = filter_records(request, FILTERS[records], model.objects.visible_to(user))
    # The export of a list that is filtered to an organization has the external numbers of that organization.
    name = request.GET.get("organisation", "") if records == "dossiers" else ""
    named = Organisation.objects.filter(pk=name) if name.isdecimal() else Organisation.objects.filter(name=name)
    export = Export(resource, records_shown, None, named.first() if name else None)
    count, most = export.count(), FORMATS[format].max_rows
    if most and count > most:
        raise Problem(409, _("This list is too long for a workbook. Choose text (csv), or filter the list first."))
    log_export(request, model, count, filters_in_words, format)
    return download(export, format)
