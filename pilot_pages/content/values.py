"""Turns what stands in a content file into values of fields and blocks."""

from collections.abc import Callable
from typing import Any

from wagtail import blocks
from wagtail.fields import RichTextField, StreamField

from pilot_pages.content.text import to_rich_text
from pilot_pages.models import PilotPage

PageId = Callable[[str], int]


def field_value(page: PilotPage, name: str, value: Any, page_id: PageId) -> Any:
    """The value of one field of a page, ready to be set; raises ValidationError on what an editor could not save."""
    field = page._meta.get_field(name)
    if isinstance(field, StreamField):
        stream = field.stream_block
        return stream.clean(stream.to_python(raw_value(stream, value, page_id)))
    if isinstance(field, RichTextField):
        return to_rich_text(value, page_id)
    return unwrapped(value) if isinstance(value, str) else value


def unwrapped(text: str) -> str:
    """Paragraphs without the line breaks that a file needs and a reader does not."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def raw_value(block: blocks.Block, value: Any, page_id: PageId) -> Any:
    """What Wagtail keeps in the database for a block: HTML for text, numbers for pages."""
    if isinstance(block, blocks.RichTextBlock):
        return to_rich_text(value, page_id)
    if isinstance(block, blocks.PageChooserBlock):
        return page_id(value)
    if isinstance(block, blocks.BaseStructBlock):
        return {name: raw_value(block.child_blocks[name], content, page_id) for name, content in value.items()}
    if isinstance(block, blocks.BaseStreamBlock):
        pairs = [next(iter(entry.items())) for entry in value]  # each entry of a file has one key, the kind of block
        return [
            {"type": kind, "value": raw_value(block.child_blocks[kind], content, page_id)} for kind, content in pairs
        ]
    if isinstance(block, blocks.ListBlock):
        return [raw_value(block.child_block, content, page_id) for content in value]
    return value.strip() if isinstance(value, str) else value
