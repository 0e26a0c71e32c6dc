"""The operations on employers; an employer is created together with its first interest."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router

from dossiers.api import schemas
from dossiers.api.audit import log_read
from dossiers.api.deserializers import RecordInput, save
from dossiers.api.filters import ListQuery, with_filters
from dossiers.api.lists import list_records
from dossiers.api.permissions import require
from dossiers.api.serializers import serialize_record
from dossiers.filters import EmployerFilterSet
from dossiers.models import Employer
from dossiers.models.employers.employer import REACHABLE_BY, UNREACHABLE
from dossiers.spreadsheets.resources import EmployerResource
from web_api.request_bodies import JsonBody
from web_api.responses import check_version
from web_api.schemas import WITH_A_KEY, Page, problems
from web_api.translation import gettext_lazy

router = Router(tags=["employers"])


@with_filters(EmployerFilterSet)
class EmployerQuery(ListQuery):
    pass


@router.get(
    "/employers",
    summary=gettext_lazy("List employers"),
    response={200: Page[schemas.Employer], 304: None, **problems(*WITH_A_KEY, 404)},
)
def list_employers(request: HttpRequest, response: HttpResponse, query: Query[EmployerQuery]) -> dict[str, Any]:
    return list_records(request, response, query, EmployerResource(), EmployerFilterSet)


@router.get(
    "/employers/{int:number}",
    summary=gettext_lazy("Read an employer"),
    response={200: schemas.Employer, 304: None, **problems(*WITH_A_KEY, 404)},
)
def read_employer(request: HttpRequest, number: int) -> dict[str, Any]:
    user = require(request, "view_employer")
    employer = get_object_or_404(Employer.objects.visible_to(user), pk=number)
    log_read(request, _("employer %(number)d") % {"number": employer.pk})
    return serialize_record(EmployerResource(), employer)


def refuse_unreachable(filling: RecordInput, employer: Employer) -> None:
    """Refuse a new employer without an e-mail address and a telephone number, and to empty the last of them."""
    is_asked = not employer.pk or not REACHABLE_BY.isdisjoint(filling.values)
    if is_asked and not employer.is_reachable and REACHABLE_BY.isdisjoint(filling.errors):
        filling.errors["phone"].append(str(UNREACHABLE))


@router.patch(
    "/employers/{int:number}",
    summary=gettext_lazy("Change an employer"),
    response={200: schemas.Employer, **problems(*WITH_A_KEY, 400, 404, 409, 412, 413, 415, 428)},
)
def change_employer(request: HttpRequest, number: int, body: JsonBody[schemas.EmployerChange]) -> dict[str, Any]:
    user, resource = require(request, "view_employer", "change_employer"), EmployerResource()
    with transaction.atomic():
        employer = get_object_or_404(Employer.objects.visible_to(user).select_for_update(), pk=number)
        content = serialize_record(resource, employer)
        check_version(request, content)
        filling = RecordInput(resource, body, content)
        filling.apply_to({"": employer})
        refuse_unreachable(filling, employer)
        filling.raise_errors()
        save(employer, user)
    return serialize_record(resource, employer)
