"""Log actions of anonymising and of the retention term."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter

from dossiers.backoffice.forgetting.term import CHANGED, STOPPED
from dossiers.forgetting.anonymize import LOG_ACTION


class TermChangedLogFormatter(LogFormatter):
    """Formats the log entry of a changed term."""

    label = _("Term changed")

    def format_message(self, log_entry: Any) -> str:
        words = _("Term changed: dossiers %(months)s months, contacts of employers %(employer_months)s months")
        return str(words % {name: log_entry.data.get(name) or "–" for name in ("months", "employer_months")})


class AnonymisedLogFormatter(LogFormatter):
    """Formats the log entry of an anonymised dossier."""

    label = _("Anonymise")

    def format_message(self, log_entry: Any) -> str:
        return str(_("Anonymised: %(why)s") % {"why": log_entry.data.get("why", "")})


def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(LOG_ACTION)(AnonymisedLogFormatter)
    actions.register_action(CHANGED)(TermChangedLogFormatter)
    actions.register_action(STOPPED, _("Term stopped"), _("The new term was stopped; the former one holds again"))
    actions.register_action("dossiers.forget_employer", _("Contact forgotten"), _("The contact was forgotten"))
    actions.register_action("dossiers.letter", _("Letter"), _("A letter with a link was made"))
    actions.register_action("dossiers.letter_revoked", _("Letter revoked"), _("The letter with a link was revoked"))
