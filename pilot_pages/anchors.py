"""The ids of headings and questions within a page, for links to them."""

from html import unescape

from django.utils.html import strip_tags
from django.utils.text import slugify


def anchor(heading: str) -> str:
    return slugify(unescape(strip_tags(heading)), allow_unicode=True)


def question_anchor(question: str) -> str:
    """Return the id of a question, with a prefix because a heading of the page may have the same text."""
    return f"vraag-{anchor(question)}"
