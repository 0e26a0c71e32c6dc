"""The closed dossiers or interests that a list names: an import updates them and opens none, and may close others."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.models import Action, Dossier, EmployerInterest, ImportRun
from dossiers.spreadsheets.imports.staging import resource_for

NAMED = 10  # records that are named; of the others only the number is shown


def get_closed_context(run: ImportRun) -> dict[str, Any]:
    """Return the template context: how many such records there are, and the first of them with their URLs."""
    model: Any = resource_for(run)._meta.model
    rows = run.rows.filter(action__in=(Action.CHANGED, Action.UNCHANGED))
    closed = model.objects.filter(pk__in=rows.values("target_id"), status__in=model.closed_statuses)
    closed_by_import = model.objects.none()
    if run.state == ImportRun.State.APPLIED:
        closed_by_import = model.objects.filter(pk__in=run.rows.closing().values("target_id"))
        closed = closed.exclude(pk__in=closed_by_import.values("pk"))
    return {
        "closed_count": closed.count(),
        "closed_records": _name_records(closed),
        "closed_by_import_count": closed_by_import.count(),
        "closed_by_import": _name_records(closed_by_import),
    }


def describe_closure(record: Dossier | EmployerInterest) -> str:
    """Return how a record was closed as a sentence; empty if it is open."""
    if not record.is_closed:
        return ""
    is_interest = isinstance(record, EmployerInterest)
    texts = ([] if is_interest else [record.get_status_display()]) + [str(record.closing_reason or "")]
    closed = gettext("This interest is closed") if is_interest else gettext("This dossier is closed")
    return ": ".join(filter(None, [closed, ", ".join(filter(None, texts))])) + "."


def get_record_name(record: Dossier | EmployerInterest) -> str:
    """Return the name of the person or the company."""
    return record.company_name if isinstance(record, EmployerInterest) else record.full_name


def _name_records(records: QuerySet[Any]) -> list[tuple[Any, str, str]]:
    """Return the first of these records, each with the name of its person or company and its URL."""
    related = ["closing_reason", *(["employer"] if records.model is EmployerInterest else [])]
    return [
        (record, get_record_name(record), get_record_url(record))
        for record in records.select_related(*related).order_by("reference")[:NAMED]
    ]
