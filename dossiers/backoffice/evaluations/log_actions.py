"""What the log tells of a release."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter

from dossiers.reports.release import ACCEPTED
from dossiers.reports.release_checks import KINDS


class _Accepted(LogFormatter):
    label = _("Accepted at the release")

    def format_message(self, log_entry: Any) -> str:
        data = log_entry.data
        texts = {"kind": KINDS.get(data.get("kind"), ""), "section": data.get("section") or "–"}
        return str(_("Accepted at the release: %(kind)s (%(section)s)") % texts)


def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(ACCEPTED)(_Accepted)
