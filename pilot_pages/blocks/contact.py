"""The block with the contact details from the site settings."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from pilot_pages.blocks import groups
from pilot_pages.blocks.text import heading_block
from pilot_pages.read_api import schemas
from pilot_pages.site_settings import get_pilot_settings


class ContactBlock(blocks.StructBlock):
    """Shows the contact details of the site settings, or a notice if they are empty."""

    heading = heading_block()
    privacy_officer = blocks.BooleanBlock(
        label=_("Also show the privacy officer"), required=False, help_text=_("For the page about privacy.")
    )
    accessibility = blocks.BooleanBlock(
        label=_("Also show whom to tell about accessibility"),
        required=False,
        help_text=_("For the page about accessibility."),
    )

    api_additions = schemas.ContactAddition

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the block with the contact details."""
        content: dict[str, Any] = super().get_api_representation(value, context)
        return content | {"contact": get_pilot_settings((context or {}).get("request")).as_data()}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        context["contact"] = get_pilot_settings(context.get("request"))
        return context

    class Meta:
        icon = "mail"
        group = groups.NEXT_STEPS
        label = _("Contact")
        description = _("Name, telephone, e-mail and address as they stand in the settings of the site.")
        template = "pilot_pages/blocks/contact.html"
        preview_value = {"heading": "Contact", "privacy_officer": False, "accessibility": False}
