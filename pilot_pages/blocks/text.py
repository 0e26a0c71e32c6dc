"""Text, and what someone said."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class TextBlock(blocks.RichTextBlock):
    """Running text, with the headings that a page may have below its title."""

    def __init__(self, features: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(features=features or FEATURES, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Running text with headings, lists and links.")
        template = "pilot_pages/blocks/text.html"
        preview_value = "<h2>Een kop</h2><p>Korte zinnen. Actief. Eén gedachte per alinea.</p>"


class QuoteBlock(blocks.StructBlock):
    quote = blocks.TextBlock(label=_("Quote"))
    who = blocks.CharBlock(
        label=_("Who said it"), required=False, help_text=_("Only with this person's permission; a role will do.")
    )

    class Meta:
        icon = "openquote"
        label = _("Quote")
        description = _("What someone said, in their own words.")
        template = "pilot_pages/blocks/quote.html"
        preview_value = {"quote": "Een zin die iemand zo heeft gezegd.", "who": "Functie van de spreker"}
