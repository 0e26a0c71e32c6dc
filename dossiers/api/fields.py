"""The fields of each kind of record in this installation, including those that staff added."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router

from dossiers.api import field_types
from dossiers.api.permissions import require
from dossiers.spreadsheets.resources import (
    DossierResource,
    EmployerInterestResource,
    EmployerResource,
    RecordResource,
)
from dossiers.spreadsheets.values import UserWidget
from web_api.openapi import WITH_A_KEY, Described, operation, ref
from web_api.responses import answer

router = Router(tags=["fields"])
Records = Literal["dossiers", "employers", "employer-interests"]
RESOURCES: dict[str, type[RecordResource]] = {
    "dossiers": DossierResource,
    "employers": EmployerResource,
    "employer-interests": EmployerInterestResource,
}


@router.get(
    "/fields/{records}",
    **operation(
        _("The fields of these records"), {200: {"type": "array", "items": ref("Field")}}, WITH_A_KEY, version=True,
        description=_("With what may be chosen, and with the fields that staff added: their names begin with own_."),
    ),
)  # fmt: skip
def fields(request: HttpRequest, records: Records) -> HttpResponse:
    resource = RESOURCES[records]()
    require(request, f"view_{resource._meta.model._meta.model_name}")
    described = []
    for name, field in resource.sheet_fields().items():
        if not field.in_use:
            continue
        is_user = isinstance(field.widget, UserWidget)
        described.append(
            {
                "name": name,
                "label": str(field.column_name),
                "kind": field_types.get_kind(field),
                "required": field.required,
                "writable": field.model_field.editable and name != "external_id",
                "own": field.own is not None,
                "choices": [] if is_user else [[value, str(label)] for value, label in field.widget.options()],
            }
        )
    return answer(request, described)


def schemas() -> dict[str, Described]:
    text: Described = {"type": "string"}
    flag: Described = {"type": "boolean"}
    pair: Described = {"type": "array", "items": text, "minItems": 2, "maxItems": 2}
    properties = {
        "name": text, "label": text, "kind": text, "required": flag, "writable": flag, "own": flag,
        "choices": {"type": "array", "items": pair},
    }  # fmt: skip
    return {
        "Field": {"type": "object", "required": list(properties), "properties": properties}
    } | _build_record_schemas()


def _build_record_schemas() -> dict[str, Described]:
    """Return the schemas of each kind of record for reading, creating and changing."""
    described: dict[str, Described] = {}
    named = {"Dossier": "dossiers", "Employer": "employers", "EmployerInterest": "employer-interests"}
    for name, records in named.items():
        resource = RESOURCES[records]()
        known = {key: field for key, field in resource.sheet_fields().items() if not field.own}
        readable = {key: field_types.build_schema(field) for key, field in known.items() if key != "external_id"}
        writable = {key: readable[key] for key in readable if known[key].model_field.editable}
        own: Described = {"patternProperties": {"^own_": {}}}
        required = [key for key in writable if known[key].required]
        change: Described = {"type": "object", "additionalProperties": False, "properties": writable, **own}
        described[f"{name}Change"] = change
        described[f"New{name}"] = change | {"required": required}
        beside = COMMON_PROPERTIES | RECORD_PROPERTIES[name]
        described[name] = {"type": "object", "required": [*readable, *beside], "properties": readable | beside, **own}
    del described["NewEmployer"]
    return described


MOMENT: Described = {"type": "string", "format": "date-time"}
TEXT: Described = {"type": "string"}
COMMON_PROPERTIES: dict[str, Described] = {"id": {"type": "integer"}, "created_at": MOMENT, "changed_at": MOMENT}
SUPPLY: Described = {
    "type": "object",
    "required": ["organisation", "external_id"],
    "properties": {"organisation": TEXT, "external_id": TEXT},
}
RECORD_PROPERTIES: dict[str, dict[str, Described]] = {
    "Dossier": {"supplies": {"type": "array", "items": SUPPLY}},
    "Employer": {},
    "EmployerInterest": {"employer": {"type": ["integer", "null"]}, "answers": {"type": "object"}},
}
