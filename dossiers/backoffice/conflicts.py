"""What somebody else saved while a form stood open, for who is refused because of it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from dossiers.backoffice.timeline import ShownStep, shown_step
from dossiers.spreadsheets import provenance

WRITTEN_WITHIN = timedelta(seconds=1)  # history is written a moment after the record


def saved_meanwhile(record: Any, seen: str) -> list[str]:
    """A sentence for each time, the last one first; none for a record without a timeline."""
    resource = getattr(type(record).snippet_viewset, "resource_class", None)
    try:
        since = datetime.fromisoformat(seen).astimezone() + WRITTEN_WITHIN
    except (ValueError, OverflowError):  # no moment that our form wrote
        return []
    steps = provenance.timeline(resource(out_of_use=True), record.pk) if resource else []
    return [_told(shown_step(step, may_open=False)) for step in steps if step.at > since and step.changes]


def _told(step: ShownStep) -> str:
    changes = "; ".join(f"{change.label} {change.old} → {change.new}" for change in step.changes)
    names = {"who": step.who, "day": step.day, "time": step.time, "changes": changes}
    return _("%(who)s saved on %(day)s at %(time)s: %(changes)s.") % names
