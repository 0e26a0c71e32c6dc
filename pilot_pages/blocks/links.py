"""Blocks that link to other pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from pilot_pages.blocks import groups
from pilot_pages.blocks.text import HEADING_LENGTH, heading_block
from pilot_pages.read_api import schemas
from pilot_pages.read_api.published import get_published_pages
from pilot_pages.site_settings import is_open


class PageBlock(blocks.PageChooserBlock):
    """A page chooser. The API returns the page's title and URL, or null if it is not published, or nobody can sign
    up there any more."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> schemas.PageReference | None:
        context = context or {}
        is_shown = is_open(value, context.get("request"))
        return get_published_pages(context).get_reference(value.pk) if is_shown else None


class CallToActionValue(blocks.StructValue):
    @property
    def is_shown(self) -> bool:
        return bool(self.get("url") or is_open(self["page"]))


class CallToActionBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=HEADING_LENGTH)
    text = blocks.TextBlock(label=_("Text"), required=False, rows=2)
    page = PageBlock(label=_("Page"), required=False)
    url = blocks.URLBlock(
        label=_("Address of another site"),
        required=False,
        help_text=_("Instead of a page, such as of UWV, COA or the AZC. The words on the button name that site."),
    )
    label = blocks.CharBlock(
        label=_("Words on the button"),
        max_length=60,
        help_text=_("What happens on a click; not “Read more”."),
    )

    def has_wrong_target(self, value: Any) -> bool:
        return bool(value["page"]) == bool(value["url"])

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not getattr(self, "is_deferred_validation", False) and self.has_wrong_target(cleaned):
            message = _("Choose a page, or write the address of another site: one of the two.")
            raise StructBlockValidationError(block_errors={"page": ValidationError(message)})
        return cleaned

    class Meta:
        icon = "arrow-right"
        group = groups.NEXT_STEPS
        label = _("Call to action")
        description = _("One thing to do now, as a button.")
        template = "pilot_pages/blocks/call_to_action.html"
        value_class = CallToActionValue
        preview_template = "pilot_pages/blocks/previews/call_to_action.html"
        preview_value = {
            "heading": "Hebt u werk?",
            "text": "U zit nergens aan vast.",
            "label": "Meld u aan",
        }


class PageCardBlock(blocks.StructBlock):
    page = PageBlock(label=_("Page"))
    text = blocks.TextBlock(label=_("What one finds there"), rows=2, max_length=200)

    class Meta:
        label = _("Page")


class PageCardsValue(blocks.StructValue):
    @property
    def is_shown(self) -> bool:
        return any(is_open(card["page"]) for card in self["cards"])


class PageCardsBlock(blocks.StructBlock):
    heading = heading_block()
    cards = blocks.ListBlock(PageCardBlock(), label=_("Pages"), max_num=12)

    class Meta:
        icon = "grip"
        group = groups.NEXT_STEPS
        label = _("Pages to choose from")
        description = _("Links to pages, each with a line on what one finds there.")
        template = "pilot_pages/blocks/page_cards.html"
        value_class = PageCardsValue
        preview_template = "pilot_pages/blocks/previews/page_cards.html"
        preview_value = {"heading": "Lees verder", "cards": [{"text": "Wat u daar vindt."}]}
