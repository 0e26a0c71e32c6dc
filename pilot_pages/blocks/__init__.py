"""The blocks of which editors build a page."""

from typing import ClassVar

from pilot_pages.blocks.contact import ContactBlock
from pilot_pages.blocks.facts import FactsBlock
from pilot_pages.blocks.figures import PilotFiguresBlock
from pilot_pages.blocks.headings import OrderedHeadingsBlock
from pilot_pages.blocks.links import CallToActionBlock, PageCardsBlock
from pilot_pages.blocks.media import DownloadBlock, PictureBlock
from pilot_pages.blocks.overview import OverviewBlock
from pilot_pages.blocks.people import EmployerStoryBlock, QuoteBlock, TeamBlock
from pilot_pages.blocks.questions import QuestionsBlock
from pilot_pages.blocks.statements import AccessibilityStatementBlock, PrivacyStatementBlock, StatementBlock
from pilot_pages.blocks.steps import ChecklistBlock, StepsBlock
from pilot_pages.blocks.text import NoticeBlock, TextBlock
from pilot_pages.blocks.video import VideoBlock


class BodyBlock(OrderedHeadingsBlock):
    """The body of every page type."""

    text = TextBlock()
    notice = NoticeBlock()
    steps = StepsBlock()
    facts = FactsBlock()
    checklist = ChecklistBlock()
    questions = QuestionsBlock()
    overview = OverviewBlock()
    pilot_figures = PilotFiguresBlock()
    employer_story = EmployerStoryBlock()
    quote = QuoteBlock()
    team = TeamBlock()
    picture = PictureBlock()
    video = VideoBlock()
    download = DownloadBlock()
    call_to_action = CallToActionBlock()
    page_cards = PageCardsBlock()
    contact = ContactBlock()
    accessibility_statement = AccessibilityStatementBlock()
    privacy_statement = PrivacyStatementBlock()

    class Meta:
        block_counts: ClassVar[dict[str, dict[str, int]]] = {
            "accessibility_statement": {"max_num": 1},
            "call_to_action": {"max_num": 2},  # with more, readers do none of them
            "contact": {"max_num": 1},
            "page_cards": {"max_num": 3},
            "privacy_statement": {"max_num": 1},
        }


__all__ = ["BodyBlock", "QuestionsBlock", "StatementBlock", "TextBlock"]
