"""The pages of a list of records, which are read with all their fields and so logged as an export."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from dossiers.api.audit import log_export
from dossiers.api.filters import ListQuery, filter_records
from dossiers.api.permissions import require
from dossiers.api.serializers import serialize_records
from dossiers.spreadsheets.resources import RecordResource
from web_api.pagination import page_of


def list_records(
    request: HttpRequest, response: HttpResponse, query: ListQuery, resource: RecordResource, filter_class: Any
) -> dict[str, Any]:
    """Return a page of the records that the owner of the key may see and the query asks for."""
    model: Any = resource._meta.model
    user = require(request, f"view_{model._meta.model_name}")
    records, filters_in_words = filter_records(request, filter_class, model.objects.visible_to(user))
    page = page_of(request, response, query, records, lambda records: serialize_records(resource, records))
    log_export(request, model, len(page["results"]), filters_in_words)
    return page
