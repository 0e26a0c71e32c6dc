"""The block with a table of names and values."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from pilot_pages.blocks import groups
from pilot_pages.blocks.text import heading_block


class OverviewRowBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("What"), max_length=100)
    value = blocks.TextBlock(label=_("Value"), rows=2)

    class Meta:
        label = _("Row")


class OverviewBlock(blocks.StructBlock):
    heading = heading_block()
    rows = blocks.ListBlock(OverviewRowBlock(), label=_("Rows"), max_num=30)
    source = blocks.CharBlock(label=_("Source"), required=False, help_text=_("Where a reader can look this up."))

    class Meta:
        icon = "table"
        group = groups.FACTS
        label = _("Overview")
        description = _("Names and values below each other, such as a planning or a budget, with their source.")
        template = "pilot_pages/blocks/overview.html"
        preview_value = {"heading": "Planning", "rows": [{"name": "Juli", "value": "Start"}], "source": "Voorstel"}
