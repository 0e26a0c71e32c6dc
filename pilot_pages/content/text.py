"""Converts the plain text of a content file to the HTML that Wagtail's editor stores."""

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
    """Convert paragraphs (separated by empty lines), `## ` headings, `- ` and `1. ` lists, [links](slug) and **bold**.

    `page_id` returns the id of the page with a slug. A link target with a colon is a URL.
    """
    blocks = [block.strip() for block in EMPTY_LINE.split(text.strip())]
    return "".join(convert_block(block, page_id) for block in blocks if block)


def convert_block(block: str, page_id: Callable[[str], int]) -> str:
    if heading := HEADING.match(block):
        level = len(heading[1])
        return f"<h{level}>{convert_inline(heading[2], page_id)}</h{level}>"
    if ITEM.match(block):
        kind = "ul" if block.startswith("- ") else "ol"
        items = ITEM.split(block)[1:]
        return f"<{kind}>" + "".join(f"<li>{convert_inline(item, page_id)}</li>" for item in items) + f"</{kind}>"
    return f"<p>{convert_inline(block, page_id)}</p>"


def convert_inline(text: str, page_id: Callable[[str], int]) -> str:
    words = escape(" ".join(text.split()), quote=False)
    words = BOLD.sub(r"<b>\1</b>", words)
    return LINK.sub(lambda match: convert_link(match[1], match[2], page_id), words)


def convert_link(label: str, target: str, page_id: Callable[[str], int]) -> str:
    if ":" in target:
        if not target.startswith(("https://", "mailto:", "tel:")):
            raise ValidationError(f"A link to {target} is not allowed.")
        return f'<a href="{escape(target)}">{label}</a>'
    return f'<a linktype="page" id="{page_id(target)}">{label}</a>'
