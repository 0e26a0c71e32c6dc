"""Normalization of search terms, and the vocabulary of the site."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

WORD = re.compile(r"\w+(?:['’-]\w+)*")
MAX_TERMS, MAX_FORMS = 8, 20
ENDINGS = ("en", "es", "s", "n", "e")
# Stop words, which are frequent in queries that are whole questions.
DUTCH_STOP_WORDS = (
    "aan als bij dan dat de der die dit door een en er het hij hoe ik in is kan maar mag me met mij mijn moet na naar "
    "niet of om onze ook op over te tot u uit uw van voor waar wat we wel wie wij worden wordt zal ze zijn zo"
)
ENGLISH_STOP_WORDS = (
    "a an and are at be by can do for from have how i if it may my no of on or our that the to was we what when where "
    "who will with you your"
)
STOP_WORDS = frozenset(f"{DUTCH_STOP_WORDS} {ENGLISH_STOP_WORDS}".split())


def normalize_word(word: str) -> str:
    """Return the word in lower case, without accents and with straight apostrophes."""
    letters = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def split_words(text: str) -> list[str]:
    return [normalize_word(word) for word in WORD.findall(text)]


def find_terms(query: str) -> list[str]:
    """Return the words to search for, without stop words unless the query has no others."""
    terms = list(dict.fromkeys(split_words(query)))
    return ([word for word in terms if word not in STOP_WORDS] or terms)[:MAX_TERMS]


def stem(word: str) -> str:
    """Return the word without a plural ending; a simple rule for both Dutch and English."""
    ending = next((end for end in ENDINGS if word.endswith(end) and len(word) - len(end) >= 4), "")
    return word.removesuffix(ending)


def parse_synonyms(text: str) -> dict[str, set[str]]:
    """Return the words of the lines on which a word stands, by the stem of that word."""
    synonyms: dict[str, set[str]] = {}
    for line in text.splitlines():
        words = [normalized[0] for part in line.split(",") if len(normalized := split_words(part)) == 1]
        for word in words:
            synonyms.setdefault(stem(word), set()).update(words)
    return synonyms


def find_phrases(text: str) -> list[str]:
    """Return the parts of lines of synonyms that are several words, so that `parse_synonyms` leaves them out."""
    parts = [part.strip() for line in text.splitlines() for part in line.split(",")]
    return [part for part in parts if len(split_words(part)) > 1]


class Vocabulary:
    """The words of the site and their frequencies."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts = Counter(word for text in texts for word in WORD.findall(text))
        self.counts: Counter[str] = Counter()
        self.spellings: dict[str, str] = {}
        for word, count in counts.most_common():
            self.counts[normalize_word(word)] += count
            self.spellings.setdefault(normalize_word(word), word)

    def find_forms(self, term: str) -> list[str]:
        """Return the words of the site that match the term: itself, a plural, or a longer word that contains it."""
        forms = [
            word
            for word in self.counts
            if word == term
            or (len(term) >= 3 and word.startswith(term))
            or (len(term) >= 5 and term in word)
            or (len(term) >= 4 and stem(word) == stem(term))
        ]
        return sorted(forms, key=lambda word: (word != term, -self.counts[word]))[:MAX_FORMS]

    def find_nearest(self, term: str) -> str | None:
        """Return the word of the site that is most similar to the term, the more frequent of equal ones; or None."""
        if len(term) < 4 or term.isdigit():
            return None
        # The first letter is seldom wrong.
        candidates = (word for word in self.counts if len(word) > 3 and word[0] == term[0])
        choices = sorted(candidates, key=lambda word: -self.counts[word])
        match = process.extractOne(term, choices, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=0.7)
        return match[0] if match else None
