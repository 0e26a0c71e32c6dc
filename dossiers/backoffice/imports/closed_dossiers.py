"""The people in a list whose dossier is closed: an import updates it and does not open it, and may close others."""

from typing import Any

from django.db.models import QuerySet

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.models import CLOSED_STATUSES, Action, Dossier, ImportRun, RecordKind

NAMED = 10  # dossiers that are named; of the others only the number is shown


def get_closed_context(run: ImportRun) -> dict[str, Any]:
    """Return the template context: how many such dossiers there are, and the first of them with their URLs."""
    if run.record != RecordKind.DOSSIERS:
        return {}
    rows = run.rows.filter(action__in=(Action.CHANGED, Action.UNCHANGED))
    closed = Dossier.objects.filter(pk__in=rows.values("target_id"), status__in=CLOSED_STATUSES)
    closed_by_import = Dossier.objects.none()
    if run.state == ImportRun.State.APPLIED:
        closed_by_import = Dossier.objects.filter(pk__in=run.rows.closing().values("target_id"))
        closed = closed.exclude(pk__in=closed_by_import.values("pk"))
    return {
        "closed_count": closed.count(),
        "closed_dossiers": _name_dossiers(closed),
        "closed_by_import_count": closed_by_import.count(),
        "closed_by_import": _name_dossiers(closed_by_import),
    }


def _name_dossiers(dossiers: QuerySet[Dossier]) -> list[tuple[Dossier, str]]:
    named = dossiers.select_related("closing_reason").order_by("reference")[:NAMED]
    return [(dossier, get_record_url(dossier)) for dossier in named]
