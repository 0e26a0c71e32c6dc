"""The operations on dossiers: list, read, create and change."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from dossiers.actions.generate import apply_work_right_rule
from dossiers.api.audit import log_read, with_export_log
from dossiers.api.deserializers import RecordInput, save
from dossiers.api.filters import filter_records
from dossiers.api.permissions import require
from dossiers.api.serializers import serialize_record, serialize_records
from dossiers.filters import DossierFilterSet
from dossiers.models import Dossier
from dossiers.models.candidate_page.withdrawal import sync_withdrawal_actions
from dossiers.spreadsheets.matching.dossiers import IDENTITY, similar_dossiers
from dossiers.spreadsheets.resources import DossierResource
from web_api.openapi import IF_MATCH, WITH_A_KEY, operation, page, ref
from web_api.pagination import Paging, page_of
from web_api.problems import Problem
from web_api.request_bodies import json_body
from web_api.responses import answer, check_version

router = Router(tags=["dossiers"])
WRITING = (*WITH_A_KEY, 400, 409, 413, 415)
EXAMPLE = {
    "given_name": "Yusuf", "family_name": "Voorbeeld", "date_of_birth": "1994-05-17", "languages": ["ar", "en"],
    "dutch_level": "A2", "profession": "lasser", "hours_per_week": 32, "status": "intake",
}  # fmt: skip


@router.get(
    "/dossiers",
    **operation(_("List dossiers"), {200: page("Dossier")}, (*WITH_A_KEY, 404), version=True, parameters_of="dossiers"),
)
def list_dossiers(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    user = require(request, "view_dossier")
    dossiers, filters_in_words = filter_records(request, DossierFilterSet, Dossier.objects.visible_to(user))
    resource = DossierResource()
    return page_of(
        request,
        paging,
        dossiers,
        with_export_log(request, Dossier, filters_in_words, lambda records: serialize_records(resource, records)),
    )


@router.post(
    "/dossiers",
    **operation(
        _("Make a dossier"), {201: ref("Dossier")}, WRITING, body=ref("NewDossier"), example=EXAMPLE,
        description=_(
            "Answers 409 when there is a dossier with the same date of birth and the same or nearly the same name, and "
            "names it. Is this another person? Send it again with these references in `another`, separated by commas."
        ),
    ),
)  # fmt: skip
def make_dossier(request: HttpRequest, another: str = "") -> HttpResponse:
    user, resource, dossier = require(request, "add_dossier"), DossierResource(), Dossier()
    body = json_body(request)
    with transaction.atomic():
        _save_input(dossier, RecordInput(resource, body), user, another)
    content = serialize_record(resource, dossier)
    return answer(request, content, 201, location=f"{request.path}/{dossier.reference}")


@router.get(
    "/dossiers/{reference}",
    **operation(_("Read a dossier"), {200: ref("Dossier")}, (*WITH_A_KEY, 404), version=True),
)
def read_dossier(request: HttpRequest, reference: str) -> HttpResponse:
    dossier = _get_dossier(request, reference, "view_dossier")
    log_read(request, dossier.reference)
    return answer(request, serialize_record(DossierResource(), dossier))


@router.patch(
    "/dossiers/{reference}",
    **operation(
        _("Change a dossier"), {200: ref("Dossier")}, (*WRITING, 404, 412, 428), headers=[IF_MATCH],
        body=ref("DossierChange"), example={"status": "available", "available_from": "2027-01-04"},
        description=_("Only the fields that change. Statuses that follow from a placement are made with a placement."),
    ),
)  # fmt: skip
def change_dossier(request: HttpRequest, reference: str, another: str = "") -> HttpResponse:
    user = require(request, "view_dossier", "change_dossier")
    body, resource = json_body(request), DossierResource()
    with transaction.atomic():
        dossier = Dossier.objects.get_locked(_get_dossier(request, reference, "change_dossier").pk)
        content = serialize_record(resource, dossier)
        check_version(request, content)
        _save_input(dossier, RecordInput(resource, body, content), user, another)
    return answer(request, serialize_record(resource, dossier))


def _get_dossier(request: HttpRequest, reference: str, right: str) -> Dossier:
    user = require(request, "view_dossier", right)
    return get_object_or_404(Dossier.objects.visible_to(user), reference=reference.replace("\0", ""))


def _save_input(dossier: Dossier, filling: RecordInput, user: Any, another: str) -> None:
    """Apply the input and save the dossier as its form does, including the rule about the right to work."""
    filling.apply_to({"": dossier})
    filling.raise_errors()
    if IDENTITY & filling.values.keys():
        other_people = {reference.strip() for reference in another.split(",")}
        similar = [similar for similar in similar_dossiers(dossier) if similar.reference not in other_people]
        if similar:
            text = _(
                "It seems that this person has a dossier already. Change that one, or say in `another` who it is not."
            )
            raise Problem(409, text, {"another": [other.heading for other in similar]})
    save(dossier, user, filling.get_many_to_many())
    dossier.record_sectors_in_history()
    apply_work_right_rule(dossier, timezone.localdate())
    sync_withdrawal_actions(dossier)
