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
    found = current_values(resource, [one.pk for one in records], names)
    beside = _beside(resource, records)
    return [
        {"id": one.pk} | {name: found[one.pk][name] for name in names} | beside.get(one.pk, {}) | _when(one)
        for one in records
        if one.pk in found
    ]


def tell_one(resource: RecordResource, record: Model) -> dict[str, Any]:
    return tell(resource, [record])[0]


def _when(record: Any) -> dict[str, Any]:
    return {"created_at": record.created_at, "changed_at": record.changed_at}


def _beside(resource: RecordResource, records: list[Any]) -> dict[int, dict[str, Any]]:
    """What no column has."""
    if isinstance(resource, EmployerInterestResource):
        return {one.pk: _of_a_sign_up(one) for one in records}
    if BY_SUPPLIER in resource.sheet_fields():
        return _supplies([one.pk for one in records])
    return {}


def _of_a_sign_up(interest: EmployerInterest) -> dict[str, Any]:
    """The contact as given, until somebody takes it over; and answers to further questions."""
    given = {name: text for name, text in interest.contact_given.items() if text} if not interest.employer_id else {}
    return given | {"employer": interest.employer_id, "answers": interest.answers}


def _supplies(keys: list[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    supplies = Supply.objects.filter(dossier__in=keys).order_by("organisation__name", BY_SUPPLIER, "pk")
    for key, organisation, number in supplies.values_list("dossier_id", "organisation__name", BY_SUPPLIER):
        found[key].append({"organisation": organisation, BY_SUPPLIER: number})
    return {key: {"supplies": found[key]} for key in keys}
