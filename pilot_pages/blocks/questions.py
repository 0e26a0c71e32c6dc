"""The block of questions with answers."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from pilot_pages.blocks import groups
from pilot_pages.blocks.facts import FactKeysBlock, ValueWithFacts, ValueWithFactsOfParts
from pilot_pages.blocks.text import TextBlock, heading_block


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"), max_length=200, help_text=_("As an employer would ask it."))
    answer = TextBlock(label=_("Answer"), features=["bold", "ul", "link"], help_text=_("Answer in the first sentence."))
    facts = FactKeysBlock(default=[])

    class Meta:
        icon = "help"
        label = _("Question")
        value_class = ValueWithFacts


class QuestionsBlock(blocks.StructBlock):
    heading = heading_block()
    questions = blocks.ListBlock(QuestionBlock(), label=_("Questions"), max_num=30)

    class Meta:
        icon = "help"
        group = groups.TEXT
        label = _("Questions and answers")
        description = _("Questions that open and show their answer.")
        template = "pilot_pages/blocks/questions.html"
        value_class = ValueWithFactsOfParts
        preview_value = {
            "heading": "Vragen van werkgevers",
            "questions": [{"question": "Mag dit?", "answer": "<p>Ja, onder voorwaarden.</p>", "facts": []}],
        }
