"""The operations on employers; an employer is created together with its first interest."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Router

from dossiers.api.audit import log_read, with_export_log
from dossiers.api.deserializers import RecordInput, save
from dossiers.api.filters import filter_records
from dossiers.api.permissions import require
from dossiers.api.serializers import serialize_record, serialize_records
from dossiers.filters import EmployerFilterSet
from dossiers.models import Employer
from dossiers.spreadsheets.resources import EmployerResource
from web_api.openapi import IF_MATCH, WITH_A_KEY, operation, page, ref
from web_api.pagination import Paging, page_of
from web_api.request_bodies import json_body
from web_api.responses import answer, check_version

router = Router(tags=["employers"])


@router.get(
    "/employers",
    **operation(
        gettext_lazy("List employers"),
        {200: page("Employer")},
        (*WITH_A_KEY, 404),
        version=True,
        parameters_of="employers",
    ),
)
def list_employers(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    user = require(request, "view_employer")
    employers, filters_in_words = filter_records(request, EmployerFilterSet, Employer.objects.visible_to(user))
    resource = EmployerResource()
    return page_of(
        request,
        paging,
        employers,
        with_export_log(request, Employer, filters_in_words, lambda records: serialize_records(resource, records)),
    )


@router.get(
    "/employers/{int:number}",
    **operation(gettext_lazy("Read an employer"), {200: ref("Employer")}, (*WITH_A_KEY, 404), version=True),
)
def read_employer(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request, "view_employer")
    employer = get_object_or_404(Employer.objects.visible_to(user), pk=number)
    log_read(request, _("employer %(number)d") % {"number": employer.pk})
    return answer(request, serialize_record(EmployerResource(), employer))


@router.patch(
    "/employers/{int:number}",
    **operation(
        gettext_lazy("Change an employer"), {200: ref("Employer")}, (*WITH_A_KEY, 400, 404, 409, 412, 413, 415, 428),
        headers=[IF_MATCH], body=ref("EmployerChange"), example={"phone": "+31527000160"},
    ),
)  # fmt: skip
def change_employer(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request, "view_employer", "change_employer")
    body, resource = json_body(request), EmployerResource()
    with transaction.atomic():
        employer = get_object_or_404(Employer.objects.visible_to(user).select_for_update(), pk=number)
        content = serialize_record(resource, employer)
        check_version(request, content)
        filling = RecordInput(resource, body, content)
        filling.apply_to({"": employer})
        filling.raise_errors()
        save(employer, user)
    return answer(request, serialize_record(resource, employer))
