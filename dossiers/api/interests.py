"""The operations on employer interests; as in a spreadsheet, one JSON object has the employer and the interest."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from dossiers.api import schemas
from dossiers.api.audit import log_read
from dossiers.api.deserializers import RecordInput, save
from dossiers.api.employers import refuse_unreachable
from dossiers.api.filters import ListQuery, with_filters
from dossiers.api.lists import list_records
from dossiers.api.permissions import require
from dossiers.api.serializers import serialize_record
from dossiers.filters import InterestFilterSet
from dossiers.models import Employer, EmployerInterest, InterestStatus
from dossiers.models.withdrawal import sync_withdrawal_actions
from dossiers.spreadsheets.resources import EMPLOYER_COLUMNS, EmployerInterestResource
from web_api.problems import Problem
from web_api.request_bodies import JsonBody
from web_api.responses import check_version
from web_api.schemas import WITH_A_KEY, Page, problems
from web_api.translation import gettext_lazy

router = Router(tags=["employers"])
WRITING = (*WITH_A_KEY, 400, 409, 413, 415)


@with_filters(InterestFilterSet)
class InterestQuery(ListQuery):
    pass


@router.get(
    "/employer-interests",
    summary=gettext_lazy("List employer interests"),
    response={200: Page[schemas.EmployerInterest], 304: None, **problems(*WITH_A_KEY, 404)},
)
def list_interests(request: HttpRequest, response: HttpResponse, query: Query[InterestQuery]) -> dict[str, Any]:
    return list_records(request, response, query, EmployerInterestResource(), InterestFilterSet)


@router.post(
    "/employer-interests",
    summary=gettext_lazy("Make an employer interest"),
    description=gettext_lazy(
        "The employer is found by kvk_number, else by company_name and the first of email, phone and contact_name that "
        "both have; what is given changes it. Else it is made, with an email or a phone at least. An employer has one "
        "interest of the same work from the same day: of another one change that."
    ),
    response={201: schemas.EmployerInterest, **problems(*WRITING)},
)
def make_interest(
    request: HttpRequest, response: HttpResponse, body: JsonBody[schemas.NewEmployerInterest]
) -> Status[Any]:
    user = require(request, "add_employerinterest", "add_employer", "change_employer")
    resource = EmployerInterestResource()
    with transaction.atomic():
        filling = RecordInput(resource, body)
        employers = Employer.objects.select_for_update()
        if number := filling.values.get("kvk_number"):
            match = employers.filter(kvk_number=number).first()
        else:
            match = employers.find_by_contact(filling.values)
        employer, interest = match or Employer(), EmployerInterest()
        _apply_input(interest, employer, filling)
        if employer.pk:
            same_start = employer.interests.filter(start_date=interest.start_date)
            if known := same_start.filter(work_description__iexact=interest.work_description).first():
                raise Problem(409, _("There is an interest for this already: %(known)s.") % {"known": known.reference})
        save(employer, user)
        interest.employer = employer
        save(interest, user)
    response["Location"] = f"{request.path}/{interest.reference}"
    return Status(201, serialize_record(resource, interest))


@router.get(
    "/employer-interests/{reference}",
    summary=gettext_lazy("Read an employer interest"),
    response={200: schemas.EmployerInterest, 304: None, **problems(*WITH_A_KEY, 404)},
)
def read_interest(request: HttpRequest, reference: str) -> dict[str, Any]:
    interest = _get_interest(request, reference)
    log_read(request, interest.reference)
    return serialize_record(EmployerInterestResource(), interest)


@router.patch(
    "/employer-interests/{reference}",
    summary=gettext_lazy("Change an employer interest"),
    description=gettext_lazy("Only the fields that change; those of the employer change the employer."),
    response={200: schemas.EmployerInterest, **problems(*WRITING, 404, 412, 428)},
)
def change_interest(
    request: HttpRequest, reference: str, body: JsonBody[schemas.EmployerInterestChange]
) -> dict[str, Any]:
    user = require(request, "view_employerinterest", "change_employerinterest")
    resource = EmployerInterestResource()
    with transaction.atomic():
        locked = EmployerInterest.objects.select_for_update(of=("self",))
        interest = get_object_or_404(locked, pk=_get_interest(request, reference).pk)
        content = serialize_record(resource, interest)
        check_version(request, content)
        filling = RecordInput(resource, body, content)
        of_employer = set(filling.values) & set(EMPLOYER_COLUMNS)
        if not of_employer:
            _apply_input(interest, None, filling)
        elif interest.employer_id is None:
            text = _("This is a sign-up that nobody took over yet. Do that first, in the backoffice.")
            raise Problem.of_fields({name: [text] for name in sorted(of_employer)})
        else:
            if not user.has_perm("dossiers.change_employer"):
                raise Problem(403)
            employer = Employer.objects.select_for_update().get(pk=interest.employer_id)
            _apply_input(interest, employer, filling)
            save(employer, user)
        save(interest, user)
        sync_withdrawal_actions(interest)
    return serialize_record(resource, interest)


def _get_interest(request: HttpRequest, reference: str) -> EmployerInterest:
    user = require(request, "view_employerinterest")
    return get_object_or_404(EmployerInterest.objects.visible_to(user), reference=reference.replace("\0", ""))


def _apply_input(interest: EmployerInterest, employer: Employer | None, filling: RecordInput) -> None:
    before = interest.status
    filling.apply_to({"": interest} | ({"employer": employer} if employer else {}))
    if employer:
        refuse_unreachable(filling, employer)
    if interest.status == InterestStatus.UNCONFIRMED and before != interest.status:
        filling.errors["status"].append(_("Only a sign-up that waits for its confirmation has this status."))
    filling.raise_errors()
