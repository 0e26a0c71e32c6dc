"""Lets partner staff read what their organization supplied about people, and the status of these people."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from dossiers.api.audit import with_export_log
from dossiers.api.filters import refuse_long_search
from dossiers.api.permissions import owner
from dossiers.models import Organisation, Status, Supply
from dossiers.spreadsheets.resources import SuppliedResource
from web_api.openapi import WITH_A_KEY, Described, operation, page
from web_api.pagination import Paging, page_of

router = Router(tags=["supplies"])


class Search(Schema):
    search: str = ""


@router.get(
    "/supplies",
    **operation(
        _("The people whom your organisation supplied"), {200: page("Supply")}, (*WITH_A_KEY, 404), version=True
    ),
)
def supplies(request: HttpRequest, paging: Query[Paging], query: Query[Search]) -> HttpResponse:
    own = Organisation.objects.of(owner(request))
    if not own.exists():
        raise PermissionDenied
    refuse_long_search(query.search)
    own_supplies = Supply.objects.not_anonymised().filter(organisation__in=own).select_related("organisation")
    own_supplies = (
        own_supplies.search(query.search.replace("\0", "")).with_progress(timezone.localdate()).order_by("pk")
    )
    return page_of(request, paging, own_supplies, with_export_log(request, Supply, [], _serialize_supplies))


def _serialize_supplies(supplies: list[Any]) -> list[dict[str, Any]]:
    fields = SuppliedResource().sheet_fields()
    return [
        {
            "organisation": supply.organisation.name,
            "external_id": supply.external_id,
            "values": {name: supply.values[name] for name in fields if name in supply.values},
            "status": supply.status,
            "talk_on": supply.talk_on,
            "last_seen": supply.last_seen,
        }
        for supply in supplies
    ]


def schemas() -> dict[str, Described]:
    text: Described = {"type": "string"}
    properties: dict[str, Described] = {
        "organisation": text, "external_id": text, "values": {"type": "object"},
        "status": {"enum": [*Status.values, None]}, "talk_on": {"type": ["string", "null"], "format": "date"},
        "last_seen": {"type": "string", "format": "date-time"},
    }  # fmt: skip
    return {"Supply": {"type": "object", "required": list(properties), "properties": properties}}
