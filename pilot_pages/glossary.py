"""Explanations of terms: the first use of a term on a page becomes a button that opens its explanation.

The button needs no script, for the explanation is a popover. A browser without popovers shows all explanations at the
end of the page.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.text import slugify

from dossiers.models import GlossaryTerm

TOKEN = re.compile(r"<!--.*?-->|<[^<>]*>|[^<]+", re.DOTALL)
TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)")
LANGUAGE = re.compile(r'\slang="([^"]*)"')
VOID_ELEMENTS = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Elements that may hold no button, or whose words are no sentence.
LEFT_OUT = {"address", "form", "h1", "h2", "h3", "h4", "legend", "nav", "script", "style", "summary", "svg", "th"} | {
    "a",
    "button",
    "code",
    "label",
    "option",
    "select",
    "textarea",
}
NOT_SHOWN = 'aria-hidden="true"'
WITHOUT_EXPLANATIONS = "data-no-explanations"  # an attribute of an element in which no term is explained


@dataclass(frozen=True)
class Term:
    name: str
    words: tuple[str, ...]
    explanation: str

    @property
    def anchor(self) -> str:
        return f"uitleg-{slugify(self.name)}"


MakeButton = Callable[[Term, str], str]  # from a term and the word for it to HTML


@dataclass
class Place:
    """Where in the page the text stands that is read."""

    language: str
    open_elements: list[tuple[str, bool, bool]] = field(default_factory=list)  # (name, is left out, is folded)

    def enter(self, tag: str) -> None:
        match = TAG.match(tag)
        if match is None or match[2] in VOID_ELEMENTS or tag.endswith("/>"):
            return
        if match[1]:
            while self.open_elements and self.open_elements.pop()[0] != match[2]:
                pass
            return
        language = LANGUAGE.search(tag)
        is_left_out = (
            match[2] in LEFT_OUT
            or NOT_SHOWN in tag
            or WITHOUT_EXPLANATIONS in tag
            or bool(language and language[1] != self.language)
        )
        self.open_elements.append((match[2], is_left_out, match[2] == "details"))

    @property
    def is_left_out(self) -> bool:
        return any(is_left_out for _name, is_left_out, _is_folded in self.open_elements)

    @property
    def is_folded(self) -> bool:
        return any(is_folded for _name, _is_left_out, is_folded in self.open_elements)


def list_terms(language: str) -> list[Term]:
    """Return the terms that are explained in this language; none in languages that staff do not write."""
    names = {"nl": "explanation", "en": "explanation_en"}
    if language not in names:
        return []
    rows = GlossaryTerm.objects.all()
    explained = ((row, getattr(row, names[language])) for row in rows)
    return [Term(row.name, tuple(row.words), text) for row, text in explained if text]


class FirstUses:
    """Replaces the first use of each term in HTML by a button.

    A term whose first use is folded has a second button at its first use that readers see without a click.
    """

    def __init__(self, terms: Iterable[Term], language: str, make_button: MakeButton) -> None:
        self.terms_by_word = {word: term for term in terms for word in term.words}
        self.place, self.make_button = Place(language), make_button
        self.marked: dict[Term, None] = {}
        self.marked_in_sight: set[Term] = set()

    def mark(self, html: str) -> str:
        if not self.terms_by_word:
            return html
        longest_first = sorted(self.terms_by_word, key=len, reverse=True)
        word = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")
        pieces = []
        for token in TOKEN.findall(html):
            if token.startswith("<"):
                self.place.enter(token)
                pieces.append(token)
            else:
                pieces.append(token if self.place.is_left_out else word.sub(self.replace_word, token))
        return "".join(pieces)

    def replace_word(self, match: re.Match[str]) -> str:
        term = self.terms_by_word[match[0]]
        if term in (self.marked if self.place.is_folded else self.marked_in_sight):
            return match[0]
        self.marked[term] = None
        if not self.place.is_folded:
            self.marked_in_sight.add(term)
        return self.make_button(term, match[0])
