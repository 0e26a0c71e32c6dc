"""By what a link finds a place within a page."""

from html import unescape

from django.utils.html import strip_tags
from django.utils.text import slugify


def anchor(heading: str) -> str:
    return slugify(unescape(strip_tags(heading)), allow_unicode=True)


def question_anchor(question: str) -> str:
    """With a beginning of its own: a heading of the page may have the same words."""
    return f"vraag-{anchor(question)}"
