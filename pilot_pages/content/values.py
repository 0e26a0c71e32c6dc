"""Converts the values of a content file to values of fields and blocks."""

from collections.abc import Callable
from typing import Any

from wagtail import blocks
from wagtail.fields import RichTextField, StreamField

from pilot_pages.content.text import to_rich_text
from pilot_pages.models import PilotPage

PageId = Callable[[str], int]


def convert_field_value(page: PilotPage, name: str, value: Any, page_id: PageId) -> Any:
    """Return the value to set on a field of a page. Raise ValidationError if an editor could not save it."""
    field = page._meta.get_field(name)
    if isinstance(field, StreamField):
        stream = field.stream_block
        return stream.clean(stream.to_python(convert_block_value(stream, value, page_id)))
    if isinstance(field, RichTextField):
        return to_rich_text(value, page_id)
    return unwrap_lines(value) if isinstance(value, str) else value


def unwrap_lines(text: str) -> str:
    """Return the text without the line breaks within paragraphs, which only wrap the lines of the file."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def convert_block_value(block: blocks.Block, value: Any, page_id: PageId) -> Any:
    """Return the value that Wagtail stores for a block: HTML for rich text, ids for pages."""
    if isinstance(block, blocks.RichTextBlock):
        return to_rich_text(value, page_id)
    if isinstance(block, blocks.PageChooserBlock):
        return page_id(value)
    if isinstance(block, blocks.BaseStructBlock):
        return {
            name: convert_block_value(block.child_blocks[name], content, page_id) for name, content in value.items()
        }
    if isinstance(block, blocks.BaseStreamBlock):
        pairs = [next(iter(entry.items())) for entry in value]  # each entry of a file has one key, the kind of block
        return [
            {"type": kind, "value": convert_block_value(block.child_blocks[kind], content, page_id)}
            for kind, content in pairs
        ]
    if isinstance(block, blocks.ListBlock):
        return [convert_block_value(block.child_block, content, page_id) for content in value]
    return value.strip() if isinstance(value, str) else value
