"""The fields that support bulk changes; statuses that are derived from placements do not."""

from typing import Any

from django.db import models

from dossiers.bulk_changes.fields import (
    BulkField,
    CoordinatorField,
    DoneField,
    DossierStatusField,
    RecordField,
    SectorsField,
    StatusField,
)
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


def get_fields(model: type[models.Model], *, out_of_use: bool = False) -> dict[str, BulkField]:
    """Return the fields of a model that support bulk changes, by key; none if the model doesn't support them.

    `out_of_use` includes own fields that can't be chosen any more but that earlier changes refer to.
    """
    statuses = [choice for choice in Status.choices if choice[0] not in PLACED_STATUSES]
    offers = [choice for choice in InterestStatus.choices if choice[0] != InterestStatus.UNCONFIRMED]
    known: dict[Any, tuple[BulkField, ...]] = {
        Dossier: (
            DossierStatusField(Dossier, "status", statuses),
            CoordinatorField(Dossier, "coordinator"),
            RecordField(Dossier, "closing_reason"),
            BulkField(Dossier, "location"),
            BulkField(Dossier, "in_reception", Dossier._meta.get_field("in_reception").choices),
            SectorsField(Dossier, "sectors", adds=True),
            SectorsField(Dossier, "sectors", adds=False),
            BulkField(Dossier, "privacy_notice_on"),
        ),
        EmployerInterest: (
            StatusField(EmployerInterest, "status", offers),
            CoordinatorField(EmployerInterest, "owner"),
            RecordField(EmployerInterest, "closing_reason"),
        ),
        FollowUp: (CoordinatorField(FollowUp, "owner"), BulkField(FollowUp, "due_on"), DoneField()),
    }
    own = OwnField.objects.of(model)
    added = [OwnBulkField(own_field) for own_field in (own if out_of_use else own.in_use())]
    return {field.key: field for field in (*known.get(model, ()), *added)}


def get_field(change: BulkChange) -> BulkField:
    """Return the field of a change, even if it can't be chosen any more."""
    return get_fields(change.model, out_of_use=True).get(change.field) or GoneField(change.model, change.field)
