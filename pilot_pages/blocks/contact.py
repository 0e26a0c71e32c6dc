"""Whom to call, from the settings of the site."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class ContactBlock(blocks.StructBlock):
    """Shows the contact of the site's settings, and says so as long as nobody filled it in."""

    heading = blocks.CharBlock(label=_("Heading"), required=False)
    privacy_officer = blocks.BooleanBlock(label=_("Also show the privacy officer"), required=False)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        from pilot_pages.models import PilotSettings

        context = super().get_context(value, parent_context)
        request = context.get("request")
        context["contact"] = PilotSettings.for_request(request) if request else PilotSettings.for_default_site()
        return context

    class Meta:
        icon = "mail"
        label = _("Contact")
        description = _("Name, telephone, e-mail and address as they stand in the settings of the site.")
        template = "pilot_pages/blocks/contact.html"
        preview_value = {"heading": "Contact", "privacy_officer": False}
