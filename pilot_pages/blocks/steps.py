"""The blocks for numbered steps and checklists."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from pilot_pages.blocks import groups
from pilot_pages.blocks.facts import FactKeysBlock, ValueWithFacts, ValueWithFactsOfParts
from pilot_pages.blocks.text import TextBlock, heading_block


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("What to do"), max_length=100, help_text=_("Begin with a verb."))
    text = TextBlock(label=_("Explanation"), required=False, features=["bold", "ul", "link"])
    facts = FactKeysBlock(default=[])

    class Meta:
        label = _("Step")
        value_class = ValueWithFacts


class StepsBlock(blocks.StructBlock):
    heading = heading_block()
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=2, max_num=12)

    class Meta:
        icon = "list-ol"
        group = groups.TEXT
        label = _("Steps")
        description = _("Numbered steps, each one thing to do.")
        template = "pilot_pages/blocks/steps.html"
        value_class = ValueWithFactsOfParts
        preview_value = {
            "heading": "In drie stappen",
            "steps": [{"title": f"Stap {number}", "text": "<p>Wat u doet.</p>", "facts": []} for number in (1, 2, 3)],
        }


class ChecklistBlock(blocks.StructBlock):
    heading = heading_block()
    points = blocks.ListBlock(blocks.CharBlock(label=_("Item"), max_length=250), label=_("Items"), max_num=30)

    class Meta:
        icon = "tick-inverse"
        group = groups.TEXT
        label = _("Checklist")
        description = _("What to have at hand, or to have done.")
        template = "pilot_pages/blocks/checklist.html"
        preview_value = {"heading": "Dit hebt u nodig", "points": ["Een afspraak", "Een contract"]}
