"""The block of facts, which shows rules with their source and the date of the last check."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListValue

from pilot_pages.blocks import groups
from pilot_pages.blocks.text import heading_block
from pilot_pages.facts import Fact, fact_choices, facts_in_force, facts_of_today, leave_out_shown_proposals
from pilot_pages.read_api import schemas


class FactKeyBlock(blocks.ChoiceBlock):
    """A choice of one rule, by its key."""

    def to_python(self, value: str) -> str:
        return value  # Wagtail would compare it with all choices, a query for each rule on a page

    def get_searchable_content(self, value: str) -> list[str]:
        return []  # the search uses the current texts of the rules instead


class FactKeysBlock(blocks.ListBlock):
    """A list of rules by key, so that a later version of a rule is shown from the day on which it is in force."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Rules"))
        super().__init__(FactKeyBlock(choices=fact_choices, label=_("Rule")), **kwargs)

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> list[schemas.Fact]:
        known = facts_of_today(context if context is not None else {})
        return [known[key].for_api() for key in dict.fromkeys(value) if key in known]


class ValueWithFacts(blocks.StructValue):
    """The value of a block with rules in `facts`."""

    def current_facts(self) -> list[Fact]:
        return leave_out_shown_proposals(facts_in_force(self["facts"]))


class ValueWithFactsOfParts(blocks.StructValue):
    """The value of a block with a list of parts that have rules; their sources stand once, below all parts."""

    def current_facts(self) -> list[Fact]:
        parts = next(value for value in self.values() if isinstance(value, ListValue))
        keys = [key for part in parts for key in part["facts"]]
        return leave_out_shown_proposals(facts_in_force(keys))


class FactsBlock(blocks.StructBlock):
    heading = heading_block()
    intro = blocks.TextBlock(
        label=_("Introduction"), required=False, rows=2, help_text=_("What these rules have in common, in a sentence.")
    )
    facts = FactKeysBlock(min_num=1, max_num=12)

    class Meta:
        icon = "clipboard-list"
        group = groups.FACTS
        label = _("Facts")
        description = _("Rules with their source. Change a rule in one place and every page shows it.")
        template = "pilot_pages/blocks/facts.html"
        value_class = ValueWithFacts
        preview_value = {"heading": "De regels in het kort", "facts": ["wachttijd"]}
