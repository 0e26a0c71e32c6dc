"""Reads Dutch numerals up to 99,999 written as one word, and some other number words, also English ones."""

import re

UNITS = ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]
MIN_OF_GROUP = 5  # "vijftal"; those below it are said of people
TEENS = ["tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien"]
TENS = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]
OTHERS = {"anderhalf": 1.5, "anderhalve": 1.5, "dozijn": 12}
ARTICLE = "een"
_ENGLISH = "one two three four five six seven eight nine ten eleven twelve"
ENGLISH = {word: number for number, word in enumerate(_ENGLISH.split(), start=1)}


COMPOUNDS = {
    f"{units}{joint}{tens}": 10 * ten + unit
    for ten, tens in enumerate(TENS, start=2)
    for unit, units in enumerate(UNITS, start=1)
    # "drieëntwintig", which people also type without the dots
    for joint in (("en", "ën") if units.endswith("e") else ("en",))
}
BELOW_HUNDRED = {
    **{word: number for number, word in enumerate([*UNITS, *TEENS], start=1)},
    **{tens: 10 * ten for ten, tens in enumerate(TENS, start=2)},
    **COMPOUNDS,
}
GROUPS = {f"{word}tal": number for word, number in BELOW_HUNDRED.items() if number >= MIN_OF_GROUP}
NUMERAL = re.compile(
    r"(?:(?P<thousands>{words})?(?P<thousand>duizend)(?:en)?)?"
    r"(?:(?P<hundreds>{words})?(?P<hundred>honderd)(?:en)?)?"
    r"(?P<rest>{words})?".replace("{words}", "|".join(BELOW_HUNDRED))
)


def read_numeral(word: str) -> float | None:
    """Return the number that a word in lower case is, such as 122 for "honderdtweeëntwintig"; None if it is none.

    "Een" is none, because it is mostly the article.
    """
    if word == ARTICLE:
        return None
    if number := OTHERS.get(word) or GROUPS.get(word):
        return number
    parts = NUMERAL.fullmatch(word)
    if not word or not parts or word.endswith(("honderden", "duizenden")):  # hundreds, thousands
        return None
    number = BELOW_HUNDRED.get(parts["rest"], 0)
    for name, size in (("thousand", 1000), ("hundred", 100)):
        if parts[name]:
            number += size * BELOW_HUNDRED.get(parts[f"{name}s"], 1)
    return number
