"""The log actions for checks of a page, which are shown in its history."""

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry


def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("pilot_pages.checked", _("Checked"), _("Read again: it still holds"))
    actions.register_action("pilot_pages.unchecked", _("Check taken back"), _("Check of today taken back"))
