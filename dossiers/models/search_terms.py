"""What a search looks for: each word costs the database a look at every record, so there is a limit to their number."""

MOST_TERMS, LONGEST_TERM = 10, 100  # words; characters of a word


def search_terms(text: str) -> list[str]:
    """The first words of a search, each once, of at most so many characters."""
    return list(dict.fromkeys(word[:LONGEST_TERM] for word in text.split()))[:MOST_TERMS]


def is_too_long(text: str) -> bool:
    """Whether `search_terms` would leave a part out: a program is told, for it can't see what was looked for."""
    words = text.split()
    return len(set(words)) > MOST_TERMS or any(len(word) > LONGEST_TERM for word in words)
