"""Log actions of anonymising and of the retention term."""

from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter

from dossiers.backoffice.forgetting.term import CHANGED, STOPPED
from dossiers.forgetting import employers, former_contacts
from dossiers.forgetting.anonymize import LOG_ACTION
from dossiers.forgetting.mention_removal import NAME_REMOVALS


def format_months(months: int | None) -> str:
    return (
        ngettext("%(months)d month", "%(months)d months", months) % {"months": months} if months else gettext("never")
    )


class TermChangedLogFormatter(LogFormatter):
    """Formats the log entry of a changed term."""

    label = _("Term changed")

    def format_message(self, log_entry: Any) -> str:
        terms = {
            "dossiers": format_months(log_entry.data.get("months")),
            "employers": format_months(log_entry.data.get("employer_months")),
        }
        return gettext("Term changed: dossiers %(dossiers)s, contacts of employers %(employers)s") % terms


class AnonymisedLogFormatter(LogFormatter):
    """Formats the log entry of an anonymised dossier."""

    label = _("Anonymise")

    def format_message(self, log_entry: Any) -> str:
        return str(_("Anonymised: %(why)s") % {"why": log_entry.data.get("why", "")})


def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(LOG_ACTION)(AnonymisedLogFormatter)
    actions.register_action(CHANGED)(TermChangedLogFormatter)
    actions.register_action(STOPPED, _("Term stopped"), _("The new term was stopped; the former one holds again"))
    actions.register_action(employers.LOG_ACTION, _("Contact forgotten"), employers.CONTACT_FORGOTTEN)
    actions.register_action(
        former_contacts.LOG_ACTION, _("Former contact forgotten"), former_contacts.CONTACT_FORGOTTEN
    )
    for action, reason in NAME_REMOVALS.items():
        actions.register_action(action, _("Name removed"), reason)
    actions.register_action("dossiers.letter", _("Letter"), _("A letter with a link was made"))
    actions.register_action("dossiers.letter_revoked", _("Letter revoked"), _("The letter with a link was revoked"))
