"""Messages about what other users saved while a form was open."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from dossiers.backoffice.timeline import shown_step
from dossiers.spreadsheets import provenance

HISTORY_DELAY = timedelta(seconds=1)  # the history is written after the record


def describe_later_changes(record: Any, seen: str) -> list[str]:
    """Return a sentence for each change after `seen` (an ISO timestamp), the most recent first.

    The list is empty for a record without a history, or if `seen` is not a timestamp.
    """
    model = type(record)
    resource_class = getattr(getattr(model, "snippet_viewset", None), "resource_class", None)
    try:
        since = datetime.fromisoformat(seen).astimezone() + HISTORY_DELAY
    except (ValueError, OverflowError):  # a value that our form did not write
        return []
    if not hasattr(model, "history"):
        return []
    steps = provenance.timeline(model, record.pk, resource_class and resource_class(out_of_use=True))
    sentences = []
    for step in steps:
        if step.at > since and step.changes:
            shown = shown_step(step, may_open=False)
            changes = "; ".join(f"{change.label} {change.old} → {change.new}" for change in shown.changes)
            names = {"who": shown.who, "day": shown.day, "time": shown.time, "changes": changes}
            sentences.append(_("%(who)s saved on %(day)s at %(time)s: %(changes)s.") % names)
    return sentences
