"""Fields that the block around them requires, so that a draft or another answer can do without."""

from typing import Any

from wagtail.admin.telepath import register
from wagtail.blocks import FieldBlock, field_block


def require_in_parent(block: FieldBlock) -> FieldBlock:
    """Mark a field as required in the form. The `clean` of the block around it does the check."""
    block.meta.is_required_in_parent = True
    return block


class FieldBlockAdapter(field_block.FieldBlockAdapter):
    def js_args(self, block: FieldBlock) -> list[Any]:
        name, widget, meta = super().js_args(block)
        return [name, widget, meta | {"required": block.required or hasattr(block.meta, "is_required_in_parent")}]


register(FieldBlockAdapter(), FieldBlock)
