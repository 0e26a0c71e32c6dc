"""What the history of a dossier tells of its being anonymised."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter

from dossiers.forgetting.anonymising import LOG_ACTION


class _Anonymised(LogFormatter):
    label = _("Anonymise")

    def format_message(self, log_entry: Any) -> str:
        return str(_("Anonymised: %(why)s") % {"why": log_entry.data.get("why", "")})


def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(LOG_ACTION)(_Anonymised)
    actions.register_action("dossiers.forget_employer", _("Contact forgotten"), _("The contact was forgotten"))
    actions.register_action("dossiers.letter", _("Letter"), _("A letter with a link was made"))
    actions.register_action("dossiers.letter_revoked", _("Letter revoked"), _("The letter with a link was revoked"))
