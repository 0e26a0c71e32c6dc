"""Which fields can be changed for many records at once. What follows from placements is not among them."""

from typing import Any

from django.db import models

from dossiers.bulk_changes.fields import BulkField, DoneField, RecordField, SectorsField, StatusField
from dossiers.bulk_changes.own_fields import GoneField, OwnBulkField
from dossiers.models import (
    PLACED_STATUSES,
    BulkChange,
    Dossier,
    EmployerInterest,
    FollowUp,
    InterestStatus,
    OwnField,
    Status,
)


def fields_of(model: type[models.Model], *, out_of_use: bool = False) -> dict[str, BulkField]:
    """The fields of these records that can be changed in bulk, by key; none for records that are changed one by one.

    `out_of_use`: with the own fields that nobody can choose any more, but a change that was made tells of.
    """
    statuses = [choice for choice in Status.choices if choice[0] not in PLACED_STATUSES]
    offers = [choice for choice in InterestStatus.choices if choice[0] != InterestStatus.UNCONFIRMED]
    known: dict[Any, tuple[BulkField, ...]] = {
        Dossier: (
            StatusField(Dossier, "status", statuses),
            RecordField(Dossier, "coordinator"),
            RecordField(Dossier, "closing_reason"),
            BulkField(Dossier, "location"),
            BulkField(Dossier, "in_reception", Dossier._meta.get_field("in_reception").choices),
            SectorsField(Dossier, "sectors", adds=True),
            SectorsField(Dossier, "sectors", adds=False),
            BulkField(Dossier, "privacy_notice_on"),
        ),
        EmployerInterest: (
            BulkField(EmployerInterest, "status", offers),
            RecordField(EmployerInterest, "owner"),
            RecordField(EmployerInterest, "closing_reason"),
        ),
        FollowUp: (RecordField(FollowUp, "owner"), BulkField(FollowUp, "due_on"), DoneField()),
    }
    own = OwnField.objects.of(model)
    added = [OwnBulkField(own_field) for own_field in (own if out_of_use else own.in_use())]
    return {field.key: field for field in (*known.get(model, ()), *added)}


def field_of(change: BulkChange) -> BulkField:
    """Its field, also where nobody can choose it any more."""
    return fields_of(change.model, out_of_use=True).get(change.field) or GoneField(change.model, change.field)
