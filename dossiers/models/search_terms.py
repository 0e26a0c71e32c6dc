"""Splits a search text into words, limited because each word makes the database scan the table again."""

MAX_TERMS, MAX_TERM_LENGTH = 10, 100  # words; characters of a word


def search_terms(text: str) -> list[str]:
    """Return the distinct words of a search text, at most MAX_TERMS, each cut off at MAX_TERM_LENGTH characters."""
    return list(dict.fromkeys(word[:MAX_TERM_LENGTH] for word in text.split()))[:MAX_TERMS]


def is_too_long(text: str) -> bool:
    """Whether `search_terms` would ignore a part of the text; the API then answers with an error."""
    words = text.split()
    return len(set(words)) > MAX_TERMS or any(len(word) > MAX_TERM_LENGTH for word in words)
