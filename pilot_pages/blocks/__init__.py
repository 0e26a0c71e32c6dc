"""What editors build a page from; one file a subject."""

from wagtail import blocks

from pilot_pages.blocks.contact import ContactBlock
from pilot_pages.blocks.facts import FactsBlock
from pilot_pages.blocks.links import CallToActionBlock, PageCardsBlock
from pilot_pages.blocks.media import DownloadBlock, PictureBlock
from pilot_pages.blocks.overview import OverviewBlock
from pilot_pages.blocks.questions import QuestionsBlock
from pilot_pages.blocks.steps import ChecklistBlock, StepsBlock
from pilot_pages.blocks.text import QuoteBlock, TextBlock


class BodyBlock(blocks.StreamBlock):
    """The body of every page type."""

    text = TextBlock()
    steps = StepsBlock()
    facts = FactsBlock()
    checklist = ChecklistBlock()
    questions = QuestionsBlock()
    overview = OverviewBlock()
    quote = QuoteBlock()
    picture = PictureBlock()
    download = DownloadBlock()
    call_to_action = CallToActionBlock()
    page_cards = PageCardsBlock()
    contact = ContactBlock()


__all__ = ["BodyBlock", "QuestionsBlock", "TextBlock"]
