"""The log action for the approval of a translation."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter


def register_log_actions(actions: Any) -> None:
    """Implement Wagtail's hook `register_log_actions`: register the approval."""

    @actions.register_action("pilot_pages.approve")
    class Approve(LogFormatter):
        label = _("Approve the translation")

        def format_message(self, entry: Any) -> str:
            return gettext("Translation approved by %(name)s") % {"name": entry.data.get("name", "")}
