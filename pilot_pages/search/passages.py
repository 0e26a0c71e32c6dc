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
from pilot_pages.inline import PlaceholderFiller
from pilot_pages.models import PilotPage, QuestionsPage

END_OF_BLOCK = re.compile(r"</(?:p|li|h\d)>|<br/?>")
END_OF_SENTENCE = (".", "?", "!", ":", "…", "”")
PAGE, QUESTION, FACT = "page", "question", "fact"


@dataclass(frozen=True)
class Passage:
    """A unit that the search finds, with its text."""

    kind: str
    title: str
    text: str
    page: PilotPage
    anchor: str = ""
    key: str = ""  # of a fact

    @property
    def url(self) -> str:
        return f"{self.page.url}#{self.anchor}" if self.anchor else self.page.url


def passages_of(page: PilotPage, rules: PlaceholderFiller) -> Iterator[Passage]:
    """Yield the page, its questions and facts, with placeholders filled. `with_facts` adds the texts of facts later."""
    for passage in _as_written(page):
        yield replace(passage, title=rules.fill(passage.title), text=rules.fill(passage.text))


def _as_written(page: PilotPage) -> Iterator[Passage]:
    streams = [page.questions, page.body] if isinstance(page, QuestionsPage) else [page.body]
    children = [child for stream in streams for child in stream]
    words = [text for name in page.get_searched_fields() for text in _texts_of(page, name)]
    yield Passage(PAGE, page.title, in_sentences(words), page)
    for child in children:
        yield from _within(page, child.block, child.value, "")


def _texts_of(page: PilotPage, name: str) -> Iterator[str]:
    value = getattr(page, name)
    if isinstance(value, blocks.StreamValue):
        yield from texts(value.stream_block, value)
    else:
        yield plain(value) if isinstance(page._meta.get_field(name), RichTextField) else value


def _within(page: PilotPage, block: blocks.Block, value: Any, place: str) -> Iterator[Passage]:
    """Yield the questions and facts in a block, with the id of their place on the page."""
    if isinstance(block, FactKeysBlock):
        yield from (Passage(FACT, "", "", page, place, key) for key in value)
    elif isinstance(block, QuestionBlock):
        place = question_anchor(value["question"])
        yield Passage(QUESTION, value["question"], plain(value["answer"]), page, place)
        yield from _within(page, block.child_blocks["facts"], value["facts"], place)
    elif isinstance(value, blocks.StructValue):
        place = anchor(value.get("heading") or "") or place
        for name, child in value.block.child_blocks.items():
            yield from _within(page, child, value.get(name), place)
    elif isinstance(block, blocks.ListBlock):
        for item in value:
            yield from _within(page, block.child_block, item, place)


def texts(block: blocks.Block, value: Any) -> Iterator[str]:
    """Yield the texts in a block that readers see, without choices, page titles or database queries."""
    if not getattr(block, "search_index", True):
        return
    if isinstance(block, blocks.RichTextBlock):
        yield plain(value)
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock):
        yield str(value or "")
    elif isinstance(value, blocks.StructValue):
        for name, child in value.block.child_blocks.items():
            yield from texts(child, value.get(name))
    elif isinstance(block, blocks.StreamBlock):
        for child in value or ():
            yield from texts(child.block, child.value)
    elif isinstance(block, blocks.ListBlock) and value:
        for item in value:
            yield from texts(block.child_block, item)


def plain(value: RichText | str | None) -> str:
    html = value.source if isinstance(value, RichText) else value or ""
    return in_sentences(unescape(strip_tags(END_OF_BLOCK.sub("\n", " ".join(html.split())))).split("\n"))


def in_sentences(lines: Iterable[str]) -> str:
    """Join the lines to one text; headings and list items get a full stop."""
    normalized_lines = (" ".join(line.split()).rstrip(",;") for line in lines)
    return " ".join(line if line.endswith(END_OF_SENTENCE) else f"{line}." for line in normalized_lines if line)


def with_facts(passages: list[Passage], facts: dict[str, Fact]) -> Iterator[Passage]:
    """Yield the passages without duplicate questions and facts, and with the texts of facts.

    Of a duplicate question the one on a questions page is used, of a duplicate fact the one on another page.
    """
    seen: set[tuple[str, str]] = set()
    for passage in sorted(passages, key=_is_second_choice):
        identity = (passage.kind, passage.key or passage.title)
        if passage.kind == PAGE:
            yield passage
        elif identity not in seen and (passage.kind == QUESTION or passage.key in facts):
            seen.add(identity)
            if passage.kind == FACT:
                fact = facts[passage.key]
                passage = replace(passage, title=fact.title, text=fact.sentence)
            yield passage


def _is_second_choice(passage: Passage) -> bool:
    return passage.kind != PAGE and (passage.kind == QUESTION) != isinstance(passage.page, QuestionsPage)
