"""Lets partner staff read what their organization supplied about people, and the status of these people."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from dossiers.api import schemas
from dossiers.api.audit import log_export
from dossiers.api.filters import ListQuery, refuse_long_search
from dossiers.api.permissions import owner
from dossiers.api.serializers import serialize_supplies
from dossiers.models import Organisation, Supply
from web_api.pagination import page_of
from web_api.schemas import WITH_A_KEY, Page, problems
from web_api.translation import gettext_lazy as _

router = Router(tags=["supplies"])


@router.get(
    "/supplies",
    summary=_("The people whom your organisation supplied"),
    response={200: Page[schemas.Supply], 304: None, **problems(*WITH_A_KEY, 404)},
)
def supplies(request: HttpRequest, response: HttpResponse, query: Query[ListQuery]) -> dict[str, Any]:
    own = Organisation.objects.of(owner(request))
    if not own.exists():
        raise PermissionDenied
    refuse_long_search(query.search)
    own_supplies = Supply.objects.not_anonymised().filter(organisation__in=own).select_related("organisation")
    own_supplies = (
        own_supplies.search(query.search.replace("\0", "")).with_progress(timezone.localdate()).order_by("pk")
    )
    page = page_of(request, response, query, own_supplies, serialize_supplies)
    log_export(request, Supply, len(page["results"]), [])
    return page
