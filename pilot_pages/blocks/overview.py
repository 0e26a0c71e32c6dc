"""Figures and dates at a glance."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class OverviewRowBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("What"))
    value = blocks.TextBlock(label=_("Value"), rows=2)

    class Meta:
        label = _("Row")


class OverviewBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    rows = blocks.ListBlock(OverviewRowBlock(), label=_("Rows"))
    source = blocks.CharBlock(label=_("Source"), required=False)

    class Meta:
        icon = "table"
        label = _("Overview")
        description = _("Names and values below each other, such as a planning or a budget, with their source.")
        template = "pilot_pages/blocks/overview.html"
        preview_value = {"heading": "Planning", "rows": [{"name": "Juli", "value": "Start"}], "source": "Voorstel"}
