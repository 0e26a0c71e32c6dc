"""Dutch numerals from 2 to 99, written as words."""

UNITS = ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]
TEENS = ["tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien"]
TENS = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]


def _build_numerals() -> dict[str, int]:
    words = {word: number for number, word in enumerate([*UNITS, *TEENS], start=1)}
    for ten, tens in enumerate(TENS, start=2):
        words[tens] = 10 * ten
        for unit, units in enumerate(UNITS, start=1):
            words[f"{units}en{tens}"] = 10 * ten + unit
            if units.endswith("e"):  # "drieëntwintig", which people also type without the dots
                words[f"{units}ën{tens}"] = 10 * ten + unit
    del words["een"]
    return words


NUMERALS = _build_numerals()
"""{word in lower case: number}, without "een", which is mostly the article."""
