"""Validation of the order of headings. Users of screen readers navigate by them, so no level may be skipped."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError, StreamValue
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.rich_text import RichText

HEADING = re.compile(r"<h([23])[ >]")
# Blocks whose parts have headings of level 3.
BLOCKS_WITH_SUBHEADINGS = ("steps", "page_cards")
TITLE_LEVEL = 1
NEEDS_HEADING = _("Give this a heading: the parts below it have one too, and stand under it.")
SKIPS = _("This begins with a small heading. Put a large one above it, or make it large.")


def validate_heading_levels(block: StreamValue.StreamChild, level: int) -> int:
    """Return the level of the last heading in the block, or `level`, that of the heading before it, if it has none.

    Raise ValidationError if a level is skipped.
    """
    if isinstance(block.value, RichText):
        for heading_level in map(int, HEADING.findall(block.value.source)):
            if heading_level > level + 1:
                raise ValidationError(SKIPS)
            level = heading_level
        return level
    if not hasattr(block.value, "get"):
        return level
    level = 2 if block.value.get("heading") else level
    if block.block_type in BLOCKS_WITH_SUBHEADINGS:
        if level < 2:
            raise StructBlockValidationError(block_errors={"heading": ValidationError(NEEDS_HEADING)})
        return 3
    return level


class OrderedHeadingsBlock(blocks.StreamBlock):
    """A stream of blocks in which no level of heading is skipped."""

    def clean(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        cleaned = super().clean(value, *args, **kwargs)
        if getattr(self, "is_deferred_validation", False):  # a draft may have errors
            return cleaned
        level, errors = TITLE_LEVEL, {}
        for index, block in enumerate(cleaned):
            try:
                level = validate_heading_levels(block, level)
            except ValidationError as error:
                errors[index] = error
        if errors:
            raise StreamBlockValidationError(block_errors=errors)
        return cleaned
