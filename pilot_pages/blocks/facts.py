"""Facts from the rules: shown with their source and with the day of the last check."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from pilot_pages.facts import Fact, fact_choices, facts_in_force


class FactKeysBlock(blocks.ListBlock):
    """A list of rules, kept by key: a rule that replaces another from some day on is shown from that day."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Rules"))
        super().__init__(blocks.ChoiceBlock(choices=fact_choices, label=_("Rule")), **kwargs)

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        return [fact.for_api() for fact in facts_in_force(value)]


class ValueWithFacts(blocks.StructValue):
    """The value of a block that has `facts`."""

    def found(self) -> list[Fact]:
        return facts_in_force(self["facts"])


class FactsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    intro = blocks.TextBlock(label=_("Introduction"), required=False, rows=2)
    facts = FactKeysBlock()

    class Meta:
        icon = "clipboard-list"
        label = _("Facts")
        description = _("Rules with their source. Change a rule in one place and every page shows it.")
        template = "pilot_pages/blocks/facts.html"
        value_class = ValueWithFacts
        preview_value = {"heading": "De regels in het kort", "facts": ["wachttijd"]}
