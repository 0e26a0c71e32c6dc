"""The schemas of the records, made from the columns of their spreadsheets.

Columns that staff added are not in them, as anybody may read the description; their names begin with own_. So the
schemas don't change while the server runs. They are models of Pydantic, not of ninja: those look each value up as a
template does, which takes longer than reading the records from the database.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from django.utils.text import capfirst
from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, create_model

from dossiers.api.field_types import build_type
from dossiers.models import Status
from dossiers.spreadsheets.resources import (
    DossierResource,
    EmployerInterestResource,
    EmployerResource,
    RecordResource,
)

OWN_FIELDS: dict[str, Any] = {"patternProperties": {"^own_": {}}}
BY_SUPPLIER = "external_id"  # means nothing without its organization, so `supplies` has both
RecordT = TypeVar("RecordT", bound=BaseModel)


class Record(BaseModel):
    """A record as it is read; a value that was stored under other limits than today's is no error."""

    model_config = ConfigDict(extra="allow", json_schema_extra=OWN_FIELDS)

    id: int
    created_at: datetime
    changed_at: datetime


class RecordBody(BaseModel):
    """The body of a request that creates or changes a record."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=OWN_FIELDS)


def with_columns(resource: type[RecordResource], *, is_new: bool = False) -> Callable[[type[RecordT]], type[RecordT]]:
    """Add the columns of the resource to a schema; `is_new` requires what a new record must have."""

    def add_columns(schema: type[RecordT]) -> type[RecordT]:
        is_body, columns = issubclass(schema, RecordBody), {}
        for name, field in resource.build_model_fields().items():
            if name == BY_SUPPLIER or (is_body and not field.model_field.editable):
                continue
            default: Any = None if is_body and not (is_new and field.required) else ...
            description: Any = capfirst(field.model_field.verbose_name)
            columns[name] = (build_type(field, with_limits=is_body), Field(default, description=description))
        return create_model(schema.__name__, __base__=schema, **columns)  # type: ignore[call-overload]

    return add_columns


def with_example(**example: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra=OWN_FIELDS | {"examples": [example]})


class DossierSupply(Schema):
    organisation: str
    external_id: str


@with_columns(DossierResource)
class Dossier(Record):
    supplies: list[DossierSupply]


@with_columns(DossierResource, is_new=True)
class NewDossier(RecordBody):
    model_config = with_example(
        given_name="Yusuf", family_name="Voorbeeld", date_of_birth="1994-05-17", languages=["ar", "en"],
        dutch_level="A2", profession="lasser", hours_per_week=32, status="intake",
    )  # fmt: skip


@with_columns(DossierResource)
class DossierChange(RecordBody):
    model_config = with_example(status="available", available_from="2027-01-04")


@with_columns(EmployerResource)
class Employer(Record):
    pass


@with_columns(EmployerResource)
class EmployerChange(RecordBody):
    model_config = with_example(phone="+31527000160")


@with_columns(EmployerInterestResource)
class EmployerInterest(Record):
    employer: int | None
    answers: dict[str, Any]


@with_columns(EmployerInterestResource, is_new=True)
class NewEmployerInterest(RecordBody):
    model_config = with_example(
        company_name="Kwekerij Voorbeeld", kvk_number="90000001", contact_name="Anneke Voorbeeld",
        email="anneke@kwekerij.example", work_description="Tomaten plukken en inpakken", positions=2,
        start_date="2027-03-01",
    )  # fmt: skip


@with_columns(EmployerInterestResource)
class EmployerInterestChange(RecordBody):
    model_config = with_example(status="contacted")


class Supply(Schema):
    organisation: str
    external_id: str
    values: dict[str, Any]
    status: Literal[*Status.values] | None  # type: ignore[valid-type]
    talk_on: date | None
    last_seen: datetime
