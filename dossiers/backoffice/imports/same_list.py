"""The earlier import of a list that comes again, for the pages of coordinators."""

from typing import Any

from admin_pages.users import get_actor_name
from dossiers.models import ImportRun
from dossiers.spreadsheets.imports.staging import resource_for


def get_same_list(run: ImportRun) -> dict[str, Any] | None:
    """Return the import with the same rows as this one, for a template, and who imported or undid it."""
    earlier = run.same_list
    if run.with_partner or earlier is None or earlier.applied_at is None:
        return None
    history: Any = resource_for(earlier)._meta.model.history
    step = history.filter(import_run=earlier).order_by("history_id").first()  # those of its undo come after
    # Who uploaded a list of a partner did not import it.
    user = step.history_user if step else None if earlier.by_partner else earlier.user
    is_undone = earlier.state == ImportRun.State.UNDONE
    return {
        "run": earlier,
        "is_undone": is_undone,
        "imported_by": get_actor_name(user),
        "undone_by": get_actor_name(earlier.undone_by) if is_undone else "",
    }
