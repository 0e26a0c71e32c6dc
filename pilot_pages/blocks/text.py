"""The blocks for running text and notices."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText

from pilot_pages.blocks import groups
from pilot_pages.read_api import schemas
from pilot_pages.read_api.html import convert_to_html

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


HEADING_LENGTH = 100  # characters


def heading_block() -> blocks.CharBlock:
    """Return the optional heading of a block."""
    help_text = _("A question or a few words. It is found in “On this page” too.")
    return blocks.CharBlock(label=_("Heading"), required=False, max_length=HEADING_LENGTH, help_text=help_text)


class TextBlock(blocks.RichTextBlock):
    """Rich text with headings of levels 2 and 3."""

    def __init__(self, features: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(features=features or FEATURES, **kwargs)

    def get_api_representation(self, value: RichText, context: dict[str, Any] | None = None) -> schemas.Html:
        if (context or {}).get("_wagtail_rich_text_format") in (None, "html"):
            return convert_to_html(value.source, context or {})
        representation: str = super().get_api_representation(value, context)
        return representation

    class Meta:
        icon = "pilcrow"
        group = groups.TEXT
        label = _("Text")
        description = _("Running text with headings, lists and links.")
        template = "pilot_pages/blocks/text.html"
        preview_value = "<h2>Een kop</h2><p>Korte zinnen. Actief. Eén gedachte per alinea.</p>"


class NoticeBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("Sort"),
        choices=[("info", _("Information")), ("warning", _("Warning"))],
        default="info",
        search_index=False,
    )
    text = TextBlock(label=_("Text"), features=["bold", "ul", "link"])

    class Meta:
        icon = "info-circle"
        group = groups.TEXT
        label = _("Notice")
        description = _("What readers must not miss: something new, or something that can go wrong.")
        template = "pilot_pages/blocks/notice.html"
        preview_value = {"kind": "warning", "text": "<p>Wat een lezer niet mag missen.</p>"}
