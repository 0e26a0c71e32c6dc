"""Saves many records in few queries and deletes records, with the history and log entries that a form would create."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import ModelLogEntry

from dossiers.bulk_changes.fields import BulkField, Value
from dossiers.models import Employer, EmployerInterest


def save_records(field: BulkField, changes: Sequence[tuple[Any, Value]], user: User | None, reason: str) -> None:
    """Save (record, new value) pairs; `reason` is stored in the histories."""
    at, model = timezone.now(), cast(Any, field.model)
    for record, value in changes:
        field.set_value(record, value)
        record.changed_at = at
    field.save(changes, at)
    records = [record for record, _value in changes]
    if model is EmployerInterest:
        employers = Employer.objects.filter(pk__in=[record.employer_id for record in records])
        employers.leave_archive(user.pk if user else None)
    names_by_pk = defaultdict(list)
    if has_sectors := hasattr(model, "sectors"):
        linked = model.sectors.through.objects.filter(dossier__in=[record.pk for record in records])
        for key, name in linked.order_by("sector__name").values_list("dossier_id", "sector__name"):
            names_by_pk[key].append(name)
    records_by_sectors = defaultdict(list)
    for record in records:
        records_by_sectors[", ".join(names_by_pk[record.pk])].append(record)
    for sectors, those in records_by_sectors.items():
        model.history.bulk_history_create(
            those, update=True, default_user=user, default_change_reason=reason, default_date=at,
            custom_historical_attrs={"sector_names": sectors} if has_sectors else {},
        )  # fmt: skip
    _log(records, "wagtail.edit", user, at)


def delete_records(records: Sequence[Any], user: User | None, reason: str) -> None:
    """Delete records one by one, with the history and log entries of a deletion by the user."""
    at = timezone.now()
    _log(records, "wagtail.delete", user, at)
    for record in records:
        record._history_user, record._change_reason, record._history_date = user, reason, at
        record.delete()


def _log(records: Sequence[Any], action: str, user: User | None, at: datetime) -> None:
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=ContentType.objects.get_for_model(record), object_id=str(record.pk), label=str(record),
            action=action, user=user, timestamp=at, content_changed=action == "wagtail.edit",
            deleted=action == "wagtail.delete",
        )
        for record in records
    )  # fmt: skip
