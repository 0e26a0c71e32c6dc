"""How hard a Dutch text is to read, by the lengths of its sentences and of its words."""

import re
from dataclasses import dataclass
from functools import cached_property

END_OF_SENTENCE = re.compile(r"(?<=[.?!…:;])[”)]*\s+")
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
SYLLABLE = re.compile(r"ij|[ëïöü][aeiouy]?|[aeiouyàáâäèéêìíîòóôùúû]+", re.IGNORECASE)
LABEL_LENGTH = 3  # a “sentence” of no more words is a heading, a label or the name of a thing
LONG_WORD = 12  # letters

# Limits of our own for the pages of this site, no norm of others: there is no formula for the level B1.
MAX_WORDS_A_SENTENCE = 12
MIN_SCORE = 65


@dataclass(frozen=True)
class Readability:
    """The figures of a text; they say nothing about whether its words are known or its sentences are clear."""

    sentences: tuple[str, ...]

    @cached_property
    def words(self) -> list[str]:
        return [word for sentence in self.sentences for word in WORD.findall(sentence)]

    @property
    def words_a_sentence(self) -> float:
        return len(self.words) / len(self.sentences)

    @property
    def long_words(self) -> float:
        """The percentage of words with `LONG_WORD` letters or more."""
        return 100 * sum(len(word) >= LONG_WORD for word in self.words) / len(self.words)

    @property
    def score(self) -> float:
        """The Flesch reading ease for Dutch: 0 is very hard and 100 very easy.

        Source: W.H. Douma, De leesbaarheid van landbouwbladen (1960). Syllables are counted as groups of vowels.
        """
        syllables = sum(max(1, len(SYLLABLE.findall(word))) for word in self.words)
        return 206.84 - 0.77 * 100 * syllables / len(self.words) - 0.93 * self.words_a_sentence

    @property
    def is_hard(self) -> bool:
        return self.words_a_sentence > MAX_WORDS_A_SENTENCE or self.score < MIN_SCORE

    def list_longest(self, number: int = 3) -> list[str]:
        """Return the sentences with the most words, the longest first."""
        return sorted(self.sentences, key=lambda sentence: -len(WORD.findall(sentence)))[:number]


def measure_readability(text: str) -> Readability | None:
    """Return the figures of a text, None for one without sentences."""
    sentences = [part.strip() for part in END_OF_SENTENCE.split(text)]
    sentences = [sentence for sentence in sentences if len(WORD.findall(sentence)) > LABEL_LENGTH]
    return Readability(tuple(sentences)) if sentences else None
