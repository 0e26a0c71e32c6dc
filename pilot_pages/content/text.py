"""Turns the plain text of a content file into the HTML that Wagtail's editor keeps."""

import re
from collections.abc import Callable
from html import escape

from django.core.exceptions import ValidationError

EMPTY_LINE = re.compile(r"\n\s*\n")
HEADING = re.compile(r"(#{2,3}) (.+)$")
ITEM = re.compile(r"^(?:- |\d+\. )", re.MULTILINE)
LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
BOLD = re.compile(r"\*\*(.+?)\*\*")


def to_rich_text(text: str, page_id: Callable[[str], int]) -> str:
    """Paragraphs with empty lines between them, `## ` headings, `- ` and `1. ` lists, [links](slug), **bold**.

    `page_id` gives the number of the page with a slug; a link to anything with a colon is kept as an address.
    """
    blocks = [block.strip() for block in EMPTY_LINE.split(text.strip())]
    return "".join(_block(block, page_id) for block in blocks if block)


def _block(block: str, page_id: Callable[[str], int]) -> str:
    if heading := HEADING.match(block):
        level = len(heading[1])
        return f"<h{level}>{_inline(heading[2], page_id)}</h{level}>"
    if ITEM.match(block):
        kind = "ul" if block.startswith("- ") else "ol"
        items = ITEM.split(block)[1:]
        return f"<{kind}>" + "".join(f"<li>{_inline(item, page_id)}</li>" for item in items) + f"</{kind}>"
    return f"<p>{_inline(block, page_id)}</p>"


def _inline(text: str, page_id: Callable[[str], int]) -> str:
    words = escape(" ".join(text.split()), quote=False)
    words = BOLD.sub(r"<b>\1</b>", words)
    return LINK.sub(lambda match: _link(match[1], match[2], page_id), words)


def _link(label: str, target: str, page_id: Callable[[str], int]) -> str:
    if ":" in target:
        if not target.startswith(("https://", "mailto:", "tel:")):
            raise ValidationError(f"A link to {target} is not allowed.")
        return f'<a href="{escape(target)}">{label}</a>'
    return f'<a linktype="page" id="{page_id(target)}">{label}</a>'
