"""Excerpts of texts for search results, with the matching words marked."""

from collections.abc import Collection

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from pilot_pages.search_vocabulary import WORD, normalize_word

LENGTH, LENGTH_BEFORE_MATCH = 220, 60  # characters


def make_snippet(text: str, forms: Collection[str]) -> SafeString:
    """Return a part of the text that starts shortly before the first matching word."""
    start = next((match.start() for match in WORD.finditer(text) if normalize_word(match[0]) in forms), 0)
    start = 0 if start <= LENGTH_BEFORE_MATCH else text.index(" ", start - LENGTH_BEFORE_MATCH) + 1
    part = text[start : start + LENGTH]
    if start + LENGTH < len(text):
        part = part.rpartition(" ")[0].rstrip(".,;:") + " …"
    return mark_words(("… " if start else "") + part, forms)


def mark_words(text: str, forms: Collection[str]) -> SafeString:
    """Return the escaped text with matching words in <mark>."""
    pieces, end = [], 0
    for match in WORD.finditer(text):
        if normalize_word(match[0]) in forms:
            pieces += [conditional_escape(text[end : match.start()]), format_html("<mark>{}</mark>", match[0])]
            end = match.end()
    return mark_safe("".join([*pieces, conditional_escape(text[end:])]))  # noqa: S308  (each piece was escaped)
