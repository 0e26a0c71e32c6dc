"""Passages of pages, the units that the search finds: a page, a question on it, or a fact that it shows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from wagtail import blocks
from wagtail.fields import RichTextField
from wagtail.rich_text import RichText

from pilot_pages.anchors import anchor, question_anchor
from pilot_pages.blocks.facts import FactKeysBlock
from pilot_pages.blocks.questions import QuestionBlock
from pilot_pages.facts import Fact
from pilot_pages.models import PilotPage, QuestionsPage
from pilot_pages.placeholders import PlaceholderFiller

END_OF_BLOCK = re.compile(r"</(?:p|li|h\d)>|<br/?>")
END_OF_SENTENCE = (".", "?", "!", ":", "…", "”")
PAGE, QUESTION, FACT = "page", "question", "fact"


@dataclass(frozen=True)
class Passage:
    """A unit that the search finds, with its text."""

    kind: str  # PAGE, QUESTION or FACT
    title: str
    text: str
    page: PilotPage
    anchor: str = ""
    key: str = ""  # of a fact

    @property
    def url(self) -> str:
        return f"{self.page.url}#{self.anchor}" if self.anchor else self.page.url


def list_passages(page: PilotPage, placeholders: PlaceholderFiller) -> Iterator[Passage]:
    """Yield the page, its questions and its facts with placeholders filled; `resolve_facts` adds the texts of facts."""
    streams = [page.questions, page.body] if isinstance(page, QuestionsPage) else [page.body]
    children = [child for stream in streams for child in stream]
    field_texts: list[str] = []
    for name in page.get_searched_fields():
        value = getattr(page, name)
        if isinstance(value, blocks.StreamValue):
            field_texts += list_texts(value.stream_block, value)
        else:
            is_rich = isinstance(page._meta.get_field(name), RichTextField)
            field_texts.append(rich_text_to_plain_text(value) if is_rich else value)
    passages = [Passage(PAGE, page.title, join_sentences(field_texts), page)]
    for child in children:
        passages += _list_questions_and_facts(page, child.block, child.value, "")
    for passage in passages:
        yield replace(passage, title=placeholders.fill(passage.title), text=placeholders.fill(passage.text))


def _list_questions_and_facts(page: PilotPage, block: blocks.Block, value: Any, place: str) -> Iterator[Passage]:
    """Yield the questions and facts in a block, with the id of their place on the page."""
    if isinstance(block, FactKeysBlock):
        yield from (Passage(FACT, "", "", page, place, key) for key in value)
    elif isinstance(block, QuestionBlock):
        place = question_anchor(value["question"])
        yield Passage(QUESTION, value["question"], rich_text_to_plain_text(value["answer"]), page, place)
        yield from _list_questions_and_facts(page, block.child_blocks["facts"], value["facts"], place)
    elif isinstance(value, blocks.StructValue):
        place = anchor(value.get("heading") or "") or place
        for name, child in value.block.child_blocks.items():
            yield from _list_questions_and_facts(page, child, value.get(name), place)
    elif isinstance(block, blocks.ListBlock):
        for item in value:
            yield from _list_questions_and_facts(page, block.child_block, item, place)


def list_texts(block: blocks.Block, value: Any) -> Iterator[str]:
    """Yield the texts in a block that readers see, without choices, page titles or database queries."""
    if not getattr(block, "search_index", True):
        return
    if isinstance(block, blocks.RichTextBlock):
        yield rich_text_to_plain_text(value)
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock):
        yield str(value or "")
    elif isinstance(value, blocks.StructValue):
        for name, child in value.block.child_blocks.items():
            yield from list_texts(child, value.get(name))
    elif isinstance(block, blocks.StreamBlock):
        for child in value or ():
            yield from list_texts(child.block, child.value)
    elif isinstance(block, blocks.ListBlock) and value:
        for item in value:
            yield from list_texts(block.child_block, item)


def rich_text_to_plain_text(value: RichText | str | None) -> str:
    html = value.source if isinstance(value, RichText) else value or ""
    return join_sentences(unescape(strip_tags(END_OF_BLOCK.sub("\n", " ".join(html.split())))).split("\n"))


def join_sentences(lines: Iterable[str]) -> str:
    """Join the lines to one text; headings and list items get a full stop."""
    normalized_lines = (" ".join(line.split()).rstrip(",;") for line in lines)
    return " ".join(line if line.endswith(END_OF_SENTENCE) else f"{line}." for line in normalized_lines if line)


def resolve_facts(passages: list[Passage], facts: dict[str, Fact]) -> Iterator[Passage]:
    """Yield the passages without duplicate questions and facts, and with the texts of facts.

    Of a duplicate question the one on a questions page is used, of a duplicate fact the one on another page.
    """
    seen: set[tuple[str, str]] = set()
    for passage in sorted(
        passages,
        key=lambda each: each.kind != PAGE and (each.kind == QUESTION) != isinstance(each.page, QuestionsPage),
    ):
        identity = (passage.kind, passage.key or passage.title)
        if passage.kind == PAGE:
            yield passage
        elif identity not in seen and (passage.kind == QUESTION or passage.key in facts):
            seen.add(identity)
            if passage.kind == FACT:
                fact = facts[passage.key]
                passage = replace(passage, title=fact.title, text=fact.sentence)
            yield passage
