"""Log actions of placements."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter, log

from dates.format import format_date
from dossiers.models import Placement, Step

ACTIONS = {
    "step": (_("Step of a placement"), _("“%(step)s” on %(day)s")),
    "back": (_("Step taken back"), _("“%(step)s” of %(day)s taken back")),
    "agreed": (_("Candidate agreed"), _("The candidate agreed on %(day)s")),
    "agreement_back": (_("Agreement taken back"), _("The agreement of %(day)s was a mistake and was taken back")),
    "changed_mind": (
        _("Candidate changed their mind"),
        _("The candidate said no before, and agreed on %(day)s after all"),
    ),
    "told": (_("Employer told"), _("The employer was told on %(day)s")),
    "told_back": (
        _("Telling the employer taken back"),
        _("That the employer was told on %(day)s was recorded by mistake and was taken back"),
    ),
    "told_before": (
        _("Employer told before the stop"),
        _("The employer was told on %(day)s, before the no or the wish to stop came; recorded after it"),
    ),
}


class PlacementLogFormatter(LogFormatter):
    """Formats a log entry with its step and day."""

    text: Any = ""

    def format_message(self, log_entry: Any) -> str:
        data = log_entry.data
        step = Step(data["step"]).label if data.get("step") else ""
        return str(self.text) % {"step": step, "day": data.get("day", "")}


def register_log_actions(actions: LogActionRegistry) -> None:
    for name, (label, text) in ACTIONS.items():
        actions.register_action(f"dossiers.placement_{name}")(
            type("PlacementLogFormatter", (PlacementLogFormatter,), {"label": label, "text": text})
        )


def log_placement(placement: Placement, action: str, user: Any, day: date, step: Step | None = None) -> None:
    """Log a change of a placement; `action` is a key of ACTIONS."""
    data = {"day": format_date(day), "step": step.value if step else ""}
    log(instance=placement, action=f"dossiers.placement_{action}", user=user, data=data)
