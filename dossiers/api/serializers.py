"""Records as JSON: the columns of their spreadsheet, read for a whole page at once."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from dossiers.models import EmployerInterest, Supply
from dossiers.spreadsheets.comparison import current_values
from dossiers.spreadsheets.resources import EmployerInterestResource, RecordResource

BY_SUPPLIER = "external_id"  # says nothing without whose it is: told in `supplies`


def names_of(resource: RecordResource) -> list[str]:
    return [name for name in resource.sheet_fields() if name != BY_SUPPLIER]


def tell(resource: RecordResource, records: Iterable[Any]) -> list[dict[str, Any]]:
    """In their order; as many queries for many as for one."""
    records = list(records)
    names = names_of(resource)
    values_by_pk = current_values(resource, [record.pk for record in records], names)
    beside = _beside(resource, records)
    return [
        {"id": record.pk}
        | {name: values_by_pk[record.pk][name] for name in names}
        | beside.get(record.pk, {})
        | _when(record)
        for record in records
        if record.pk in values_by_pk
    ]


def tell_one(resource: RecordResource, record: Model) -> dict[str, Any]:
    return tell(resource, [record])[0]


def _when(record: Any) -> dict[str, Any]:
    return {"created_at": record.created_at, "changed_at": record.changed_at}


def _beside(resource: RecordResource, records: list[Any]) -> dict[int, dict[str, Any]]:
    """What no column has."""
    if isinstance(resource, EmployerInterestResource):
        return {record.pk: _of_a_sign_up(record) for record in records}
    if BY_SUPPLIER in resource.sheet_fields():
        return _supplies([record.pk for record in records])
    return {}


def _of_a_sign_up(interest: EmployerInterest) -> dict[str, Any]:
    """The contact as given, until somebody takes it over; and answers to further questions."""
    contact = {name: text for name, text in interest.contact_given.items() if text} if not interest.employer_id else {}
    return contact | {"employer": interest.employer_id, "answers": interest.answers}


def _supplies(keys: list[int]) -> dict[int, dict[str, Any]]:
    by_dossier: dict[int, list[dict[str, str]]] = defaultdict(list)
    supplies = Supply.objects.filter(dossier__in=keys).order_by("organisation__name", BY_SUPPLIER, "pk")
    for key, organisation, number in supplies.values_list("dossier_id", "organisation__name", BY_SUPPLIER):
        by_dossier[key].append({"organisation": organisation, BY_SUPPLIER: number})
    return {key: {"supplies": by_dossier[key]} for key in keys}
