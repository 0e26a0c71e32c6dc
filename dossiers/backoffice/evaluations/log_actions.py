"""Log actions of the release of an evaluation."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter

from dossiers.reports.release import ACCEPTED
from dossiers.reports.release_checks import KINDS


class AcceptedLogFormatter(LogFormatter):
    """Formats the log entry of an issue that was accepted at the release."""

    label = _("Accepted at the release")

    def format_message(self, log_entry: Any) -> str:
        data = log_entry.data
        texts = {"kind": KINDS.get(data.get("kind"), ""), "section": data.get("section") or "–"}
        return str(_("Accepted at the release: %(kind)s (%(section)s)") % texts)


def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(ACCEPTED)(AcceptedLogFormatter)
