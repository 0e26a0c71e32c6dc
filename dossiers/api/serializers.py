"""Serializes records to JSON with the columns of their spreadsheet."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from dossiers.api.schemas import BY_SUPPLIER
from dossiers.models import Supply
from dossiers.spreadsheets.comparison import current_values
from dossiers.spreadsheets.resources import EmployerInterestResource, RecordResource, SuppliedResource


def get_field_names(resource: RecordResource) -> list[str]:
    return [name for name in resource.sheet_fields() if name != BY_SUPPLIER]


def serialize_records(resource: RecordResource, records: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the records as JSON, in the same order; the number of queries doesn't depend on the number of records."""
    records = list(records)
    keys = [record.pk for record in records]
    names = get_field_names(resource)
    values_by_pk = current_values(resource, keys, names)
    beside: dict[int, dict[str, Any]] = {}  # values that are not columns of the spreadsheet
    if isinstance(resource, EmployerInterestResource):
        for interest in records:
            # The contact of a sign-up that was taken over is in the employer.
            contact = (
                {} if interest.employer_id else {name: text for name, text in interest.contact_given.items() if text}
            )
            beside[interest.pk] = contact | {"employer": interest.employer_id, "answers": interest.answers}
    elif BY_SUPPLIER in resource.sheet_fields():
        beside = {key: {"supplies": []} for key in keys}
        supplies = Supply.objects.filter(dossier__in=keys).order_by("organisation__name", BY_SUPPLIER, "pk")
        for key, organisation, number in supplies.values_list("dossier_id", "organisation__name", BY_SUPPLIER):
            beside[key]["supplies"].append({"organisation": organisation, BY_SUPPLIER: number})
    return [
        {"id": record.pk}
        | {name: values_by_pk[record.pk][name] for name in names}
        | beside.get(record.pk, {})
        | {"created_at": record.created_at, "changed_at": record.changed_at}
        for record in records
        if record.pk in values_by_pk
    ]


def serialize_record(resource: RecordResource, record: Model) -> dict[str, Any]:
    return serialize_records(resource, [record])[0]


def serialize_supplies(supplies: Iterable[Any]) -> list[dict[str, Any]]:
    """Return what an organization supplied about people; the supplies have the status of `with_progress()`."""
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
