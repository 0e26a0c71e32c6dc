"""Dutch numerals from 2 to 99, and some other number words."""

UNITS = ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]
MIN_OF_GROUP = 5  # "vijftal"; those below it are said of people
TEENS = ["tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien"]
TENS = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]


def _build_numerals() -> dict[str, float]:
    words: dict[str, float] = {word: number for number, word in enumerate([*UNITS, *TEENS], start=1)}
    for ten, tens in enumerate(TENS, start=2):
        words[tens] = 10 * ten
        for unit, units in enumerate(UNITS, start=1):
            words[f"{units}en{tens}"] = 10 * ten + unit
            if units.endswith("e"):  # "drieëntwintig", which people also type without the dots
                words[f"{units}ën{tens}"] = 10 * ten + unit
    del words["een"]
    words |= {f"{word}tal": number for word, number in words.items() if number >= MIN_OF_GROUP}
    return words | {"anderhalf": 1.5, "anderhalve": 1.5, "dozijn": 12, "honderd": 100, "duizend": 1000}


NUMERALS = _build_numerals()
"""{word in lower case: number}, without "een", which is mostly the article."""
