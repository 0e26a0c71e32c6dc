"""The people in a list whose dossier is closed: an import updates it and does not open it."""

from typing import Any

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.models import CLOSED_STATUSES, Action, Dossier, ImportRun, RecordKind

NAMED = 10  # dossiers that are named; of the others only the number is shown


def get_closed_context(run: ImportRun) -> dict[str, Any]:
    """Return the template context: how many such dossiers there are, and the first of them with their URLs."""
    if run.record != RecordKind.DOSSIERS:
        return {}
    rows = run.rows.filter(action__in=(Action.CHANGED, Action.UNCHANGED))
    closed = Dossier.objects.filter(pk__in=rows.values("target_id"), status__in=CLOSED_STATUSES)
    named = closed.select_related("closing_reason").order_by("reference")[:NAMED]
    return {
        "closed_count": closed.count(),
        "closed_dossiers": [(dossier, get_record_url(dossier)) for dossier in named],
    }
