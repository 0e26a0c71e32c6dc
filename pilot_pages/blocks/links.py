"""Ways to go on from here."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class PageBlock(blocks.PageChooserBlock):
    """A page of this site, in the API with its title and address."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        return value and {"id": value.pk, "title": value.title, "url": value.full_url}


class CallToActionBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"))
    text = blocks.TextBlock(label=_("Text"), required=False, rows=2)
    page = PageBlock(label=_("Page"))
    label = blocks.CharBlock(label=_("Words on the button"))

    class Meta:
        icon = "arrow-right"
        label = _("Call to action")
        description = _("One thing to do now, as a button.")
        template = "pilot_pages/blocks/call_to_action.html"


class PageCardBlock(blocks.StructBlock):
    page = PageBlock(label=_("Page"))
    text = blocks.TextBlock(label=_("What one finds there"), rows=2)

    class Meta:
        label = _("Page")


class PageCardsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    cards = blocks.ListBlock(PageCardBlock(), label=_("Pages"))

    class Meta:
        icon = "grip"
        label = _("Pages to choose from")
        description = _("Links to pages, each with a line on what one finds there.")
        template = "pilot_pages/blocks/page_cards.html"
