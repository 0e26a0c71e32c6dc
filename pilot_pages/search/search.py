"""Finds: Wagtail's search says which pages and in what order, their passages say where on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from wagtail.models import Locale, Page
from wagtail.query import PageQuerySet
from wagtail.search.query import Or, PlainText

from pilot_pages.facts import facts_in_force
from pilot_pages.inline import PlaceholderFiller
from pilot_pages.models import PilotPage
from pilot_pages.search.passages import FACT, PAGE, QUESTION, Passage, passages_of, with_facts
from pilot_pages.search.snippets import marked, snippet
from pilot_pages.search.terms import Vocabulary, terms, words

MOST_PAGES = 50
KINDS = {PAGE: 2, QUESTION: 1, FACT: 0}  # what comes first where all else is equal


@dataclass(frozen=True)
class Found:
    """One result, as the page of results shows it."""

    passage: Passage
    title: SafeString
    text: SafeString
    place: list[str]


class Search:
    """What one query finds among the live pages of one language, for anybody."""

    def __init__(self, query: str, locale: Locale) -> None:
        self.query = query
        self.pages = [page for page in public_pages(locale).specific() if isinstance(page, PilotPage)]
        self.asked = terms(query)

    @cached_property
    def passages(self) -> list[Passage]:
        rules = PlaceholderFiller()
        passages = [passage for page in self.pages for passage in passages_of(page, rules)]
        facts = facts_in_force([passage.key for passage in passages if passage.kind == FACT])
        return list(with_facts(passages, {fact.key: fact for fact in facts}))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(f"{passage.title} {passage.text}" for passage in self.passages)

    @cached_property
    def meant(self) -> list[str]:
        """The terms, a misspelt one as the site writes it."""
        site = self.vocabulary
        return [term if site.forms(term) else site.nearest(term) or term for term in self.asked]

    @property
    def correction(self) -> str:
        """The query as it was understood, when that is not as it was typed."""
        if self.meant == self.asked:
            return ""
        return " ".join(self.vocabulary.spelled.get(term, term) for term in self.meant)

    @cached_property
    def found(self) -> list[Found]:
        """Those with most of the terms; a title with them first."""
        forms = [set(self.vocabulary.forms(term)) for term in self.meant]
        if not any(forms):
            return []
        order = self._wagtails_order(set().union(*forms))
        scored = [(self._score(passage, forms), passage) for passage in self.passages]
        most = max((score[0] for score, _passage in scored), default=0)
        best = [(score, passage) for score, passage in scored if score[0] == most > 0]
        last = len(order)
        best.sort(key=lambda pair: (pair[0][1], -order.get(pair[1].page.pk, last)), reverse=True)
        return [self._shown(passage, set().union(*forms)) for _score, passage in best]

    def _wagtails_order(self, forms: set[str]) -> dict[int, int]:
        query = Or([PlainText(form) for form in sorted(forms)])
        ids = [page.pk for page in self.pages]
        hits = Page.objects.filter(pk__in=ids).search(query)[:MOST_PAGES]
        return {page.pk: place for place, page in enumerate(hits)}

    @staticmethod
    def _score(passage: Passage, forms: list[set[str]]) -> tuple[int, int]:
        title, text = set(words(passage.title)), set(words(passage.text))
        in_title = sum(1 for form in forms if form & title)
        anywhere = sum(1 for form in forms if form & (title | text))
        return anywhere, in_title * len(KINDS) + KINDS[passage.kind]

    def _shown(self, passage: Passage, forms: set[str]) -> Found:
        return Found(passage, marked(passage.title, forms), snippet(passage.text, forms), list(self._place(passage)))

    def _place(self, passage: Passage) -> Iterator[str]:
        """The titles above it, without the home page's; of a question or a fact also its page's."""
        page = passage.page
        above = [
            other
            for other in self.pages
            if other.depth > 2 and page.path.startswith(other.path) and other.pk != page.pk
        ]
        yield from (ancestor.short_title for ancestor in sorted(above, key=lambda ancestor: ancestor.depth))
        if passage.kind != PAGE:
            yield page.short_title


def public_pages(locale: Locale) -> PageQuerySet:
    """What anybody may read in one language."""
    return Page.objects.live().public().filter(locale=locale, depth__gt=1).order_by("path")
