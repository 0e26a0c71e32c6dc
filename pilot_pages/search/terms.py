"""Words as the search compares them, and the words that the site itself uses."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

WORD = re.compile(r"\w+(?:['’-]\w+)*")
MOST_TERMS, MOST_FORMS = 8, 20
ENDINGS = ("en", "es", "s", "n", "e")
# Nobody looks for these; a question typed as a whole has many of them.
DUTCH = (
    "aan als bij dan dat de der die dit door een en er het hij hoe ik in is kan maar mag me met mij mijn moet na naar "
    "niet of om onze ook op over te tot u uit uw van voor waar wat we wel wie wij worden wordt zal ze zijn zo"
)
ENGLISH = (
    "a an and are at be by can do for from have how i if it may my no of on or our that the to was we what when where "
    "who will with you your"
)
SMALL_WORDS = frozenset(f"{DUTCH} {ENGLISH}".split())


def plain_letters(word: str) -> str:
    """In lower case, without accents."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    return [plain_letters(word) for word in WORD.findall(text)]


def terms(query: str) -> list[str]:
    """What to look for: small words only where there are no others."""
    terms = list(dict.fromkeys(words(query)))
    return ([word for word in terms if word not in SMALL_WORDS] or terms)[:MOST_TERMS]


def stem(word: str) -> str:
    """Enough for a plural: no dictionary of two languages."""
    ending = next((end for end in ENDINGS if word.endswith(end) and len(word) - len(end) >= 4), "")
    return word.removesuffix(ending)


class Vocabulary:
    """The words of the site, with how often it uses them."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts = Counter(word for text in texts for word in WORD.findall(text))
        self.counts: Counter[str] = Counter()
        self.spelled: dict[str, str] = {}
        for word, count in counts.most_common():
            self.counts[plain_letters(word)] += count
            self.spelled.setdefault(plain_letters(word), word)

    def forms(self, term: str) -> list[str]:
        """The site's words that a reader means by it: itself, a plural, the beginning or a part of a long word."""
        forms = [word for word in self.counts if self._fits(term, word)]
        return sorted(forms, key=lambda word: (word != term, -self.counts[word]))[:MOST_FORMS]

    @staticmethod
    def _fits(term: str, word: str) -> bool:
        return (
            word == term
            or (len(term) >= 3 and word.startswith(term))
            or (len(term) >= 5 and term in word)
            or (len(term) >= 4 and stem(word) == stem(term))
        )

    def nearest(self, term: str) -> str | None:
        """The site's word that this one is a misspelling of; of equally near ones the more used."""
        if len(term) < 4 or term.isdigit():
            return None
        alike = (word for word in self.counts if len(word) > 3 and word[0] == term[0])  # who errs, errs later on
        choices = sorted(alike, key=lambda word: -self.counts[word])
        match = process.extractOne(term, choices, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=0.7)
        return match[0] if match else None
