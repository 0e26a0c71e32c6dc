"""The search of the public site: Wagtail's search ranks the pages, and their passages give the place on a page."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from wagtail.models import Locale, Page
from wagtail.query import PageQuerySet
from wagtail.search.query import Or, PlainText

from pilot_pages.facts import facts_in_force
from pilot_pages.models import PilotPage, QuestionsPage
from pilot_pages.placeholders import PlaceholderFiller
from pilot_pages.search.passages import FACT, PAGE, QUESTION, Passage, list_passages, resolve_facts
from pilot_pages.search.snippets import make_snippet, mark_words
from pilot_pages.search_vocabulary import Vocabulary, find_terms, parse_synonyms, split_words, stem

MAX_PAGES = 50
MAX_SUGGESTIONS = 5
KIND_RANKS = {PAGE: 2, QUESTION: 1, FACT: 0}  # higher comes first among equal scores


@dataclass(frozen=True)
class SearchResult:
    """One result on the page of results."""

    passage: Passage
    title: SafeString
    text: SafeString
    place: list[str]


class Search:
    """The search for one query among the public pages of one language."""

    def __init__(self, query: str, locale: Locale, synonyms: str = "") -> None:
        self.query = query
        self.pages = [page for page in get_public_pages(locale).specific() if isinstance(page, PilotPage)]
        self.terms = find_terms(query)
        self.synonyms = parse_synonyms(synonyms)

    @cached_property
    def passages(self) -> list[Passage]:
        placeholders = PlaceholderFiller()
        passages = [passage for page in self.pages for passage in list_passages(page, placeholders)]
        facts = facts_in_force([passage.key for passage in passages if passage.kind == FACT])
        return list(resolve_facts(passages, {fact.key: fact for fact in facts}))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(f"{passage.title} {passage.text}" for passage in self.passages)

    @cached_property
    def corrected_terms(self) -> list[str]:
        """The terms, with misspelled ones replaced by the nearest word on the site."""
        vocabulary = self.vocabulary
        return [term if self._find_forms(term) else vocabulary.find_nearest(term) or term for term in self.terms]

    @property
    def correction(self) -> str:
        """The corrected query; empty if nothing was corrected."""
        if self.corrected_terms == self.terms:
            return ""
        return " ".join(self.vocabulary.spellings.get(term, term) for term in self.corrected_terms)

    @cached_property
    def results(self) -> list[SearchResult]:
        """The passages with the largest number of terms; those with terms in the title come first."""
        forms = [self._find_forms(term) for term in self.corrected_terms]
        if not any(forms):
            return []
        all_forms = set().union(*forms)
        query = Or([PlainText(form) for form in sorted(all_forms)])
        hits = Page.objects.filter(pk__in=[page.pk for page in self.pages]).search(query)[:MAX_PAGES]
        ranks = {page.pk: rank for rank, page in enumerate(hits)}  # 0 is the best
        scored = [(self._score(passage, forms), passage) for passage in self.passages]
        best_count = max((score[0] for score, _passage in scored), default=0)
        best = [(score, passage) for score, passage in scored if score[0] == best_count > 0]
        best.sort(key=lambda pair: (pair[0][1], -ranks.get(pair[1].page.pk, len(ranks))), reverse=True)
        results = []
        for _score, passage in best:
            page = passage.page
            # The ancestors from the top down, without the home page; for a question or a fact also the page itself.
            place = [
                other.short_title
                for other in self.pages
                if other.depth > 2 and page.path.startswith(other.path) and other.pk != page.pk
            ]
            if passage.kind != PAGE:
                place.append(page.short_title)
            title, text = mark_words(passage.title, all_forms), make_snippet(passage.text, all_forms)
            results.append(SearchResult(passage, title, text, place))
        return results

    @property
    def suggested_questions(self) -> list[Passage]:
        """The first questions of the site, those that editors chose for the home page before others."""
        questions = [passage for passage in self.passages if passage.kind == QUESTION]
        return sorted(questions, key=lambda passage: passage.page.depth)[:MAX_SUGGESTIONS]

    @property
    def questions_page(self) -> QuestionsPage | None:
        return next((page for page in self.pages if isinstance(page, QuestionsPage)), None)

    def _find_forms(self, term: str) -> set[str]:
        """Return the words of the site that match the term or one of its synonyms."""
        words = {term, *self.synonyms.get(stem(term), ())}
        return {form for word in words for form in self.vocabulary.find_forms(word)}

    @staticmethod
    def _score(passage: Passage, forms: list[set[str]]) -> tuple[int, int]:
        """Return (number of terms in the passage, rank by terms in its title and by its kind)."""
        title, text = set(split_words(passage.title)), set(split_words(passage.text))
        in_title = sum(1 for form in forms if form & title)
        anywhere = sum(1 for form in forms if form & (title | text))
        return anywhere, in_title * len(KIND_RANKS) + KIND_RANKS[passage.kind]


def get_public_pages(locale: Locale) -> PageQuerySet:
    """Return the live pages of one language that anybody may read."""
    return Page.objects.live().public().filter(locale=locale, depth__gt=1).order_by("path")
