"""The fields of each kind of record in this installation, including those that staff added."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from dossiers.api import field_types
from dossiers.api.permissions import require
from dossiers.spreadsheets.resources import (
    DossierResource,
    EmployerInterestResource,
    EmployerResource,
    RecordResource,
)
from web_api.schemas import WITH_A_KEY, problems
from web_api.translation import gettext_lazy as _

router = Router(tags=["fields"])
Records = Literal["dossiers", "employers", "employer-interests"]
RESOURCES: dict[str, type[RecordResource]] = {
    "dossiers": DossierResource,
    "employers": EmployerResource,
    "employer-interests": EmployerInterestResource,
}


class Field(Schema):
    name: str
    label: str
    kind: str
    required: bool
    writable: bool
    own: bool
    choices: list[tuple[str, str]]


@router.get(
    "/fields/{records}",
    summary=_("The fields of these records"),
    description=_("With what may be chosen, and with the fields that staff added: their names begin with own_."),
    response={200: list[Field], 304: None, **problems(*WITH_A_KEY)},
)
def fields(request: HttpRequest, records: Records) -> list[dict[str, Any]]:
    resource = RESOURCES[records]()
    require(request, f"view_{resource._meta.model._meta.model_name}")
    described = []
    for name, field in resource.sheet_fields().items():
        if not field.in_use:
            continue
        described.append(
            {
                "name": name,
                "label": str(field.column_name),
                "kind": field_types.get_type(field).kind,
                "required": field.required,
                "writable": field.model_field.editable and name != "external_id",
                "own": field.own is not None,
                "choices": [[value, str(label)] for value, label in field.widget.options()],
            }
        )
    return described
