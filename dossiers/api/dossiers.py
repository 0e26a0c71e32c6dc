"""The operations on dossiers: list, read, create and change."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from dossiers.actions.generate import apply_rules_after_save
from dossiers.api import schemas
from dossiers.api.audit import log_read
from dossiers.api.deserializers import RecordInput, save
from dossiers.api.filters import ListQuery, with_filters
from dossiers.api.lists import list_records
from dossiers.api.permissions import require
from dossiers.api.serializers import serialize_record
from dossiers.filters import DossierFilterSet
from dossiers.models import Dossier
from dossiers.spreadsheets.matching.similar_people import find_similar_dossiers
from dossiers.spreadsheets.resources import DossierResource
from web_api.problems import Problem
from web_api.request_bodies import JsonBody
from web_api.responses import check_version
from web_api.schemas import WITH_A_KEY, Page, problems
from web_api.translation import gettext_lazy as _

router = Router(tags=["dossiers"])
WRITING = (*WITH_A_KEY, 400, 409, 413, 415)


@with_filters(DossierFilterSet)
class DossierQuery(ListQuery):
    pass


@router.get(
    "/dossiers",
    summary=_("List dossiers"),
    response={200: Page[schemas.Dossier], 304: None, **problems(*WITH_A_KEY, 404)},
)
def list_dossiers(request: HttpRequest, response: HttpResponse, query: Query[DossierQuery]) -> dict[str, Any]:
    return list_records(request, response, query, DossierResource(), DossierFilterSet)


@router.post(
    "/dossiers",
    summary=_("Make a dossier"),
    description=_(
        "Answers 409 when there is a dossier with nearly the same name and date of birth, or with nearly the same "
        "given name and the same telephone number or e-mail address, and names it. Is this another person? Send it "
        "again with these references in `another`, separated by commas."
    ),
    response={201: schemas.Dossier, **problems(*WRITING)},
)
def make_dossier(
    request: HttpRequest, response: HttpResponse, body: JsonBody[schemas.NewDossier], another: str = ""
) -> Status[Any]:
    user, resource, dossier = require(request, "add_dossier"), DossierResource(), Dossier()
    with transaction.atomic():
        _save_input(dossier, RecordInput(resource, body), user, another)
    response["Location"] = f"{request.path}/{dossier.reference}"
    return Status(201, serialize_record(resource, dossier))


@router.get(
    "/dossiers/{reference}",
    summary=_("Read a dossier"),
    response={200: schemas.Dossier, 304: None, **problems(*WITH_A_KEY, 404)},
)
def read_dossier(request: HttpRequest, reference: str) -> dict[str, Any]:
    dossier = _get_dossier(request, reference, "view_dossier")
    log_read(request, dossier.reference)
    return serialize_record(DossierResource(), dossier)


@router.patch(
    "/dossiers/{reference}",
    summary=_("Change a dossier"),
    description=_("Only the fields that change. Statuses that follow from a placement are made with a placement."),
    response={200: schemas.Dossier, **problems(*WRITING, 404, 412, 428)},
)
def change_dossier(
    request: HttpRequest, reference: str, body: JsonBody[schemas.DossierChange], another: str = ""
) -> dict[str, Any]:
    user, resource = require(request, "view_dossier", "change_dossier"), DossierResource()
    with transaction.atomic():
        dossier = Dossier.objects.get_locked(_get_dossier(request, reference, "change_dossier").pk)
        content = serialize_record(resource, dossier)
        check_version(request, content)
        _save_input(dossier, RecordInput(resource, body, content), user, another)
    return serialize_record(resource, dossier)


def _get_dossier(request: HttpRequest, reference: str, right: str) -> Dossier:
    user = require(request, "view_dossier", right)
    return get_object_or_404(Dossier.objects.visible_to(user), reference=reference.replace("\0", ""))


def _save_input(dossier: Dossier, filling: RecordInput, user: Any, another: str) -> None:
    """Apply the input and save the dossier as its form does, including the rule about the right to work."""
    filling.apply_to({"": dossier})
    filling.raise_errors()
    other_people = {reference.strip() for reference in another.split(",")}
    similar = [other for other in find_similar_dossiers(dossier, filling.values) if other.reference not in other_people]
    if similar:
        text = _("It seems that this person has a dossier already. Change that one, or say in `another` who it is not.")
        raise Problem(409, text, {"another": [other.heading for other in similar]})
    save(dossier, user, filling.get_many_to_many())
    apply_rules_after_save(dossier)
