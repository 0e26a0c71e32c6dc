"""Tells by its header that a column holds what may not be kept, in Dutch and English."""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import OSA

LONGEST_PHRASE = 5  # words: "reason for the asylum application"
SHORTEST_WITH_TWO_TYPOS = 11


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


# The whole header, and nothing beside it: within other words these mean something harmless.
ALONE = _set_of("afkomst beperking beperkingen belief faith herkomst klachten origin race ras stam tribe")

# Anywhere in the header, letter for letter: short, or one letter away from an innocent word (bonnummer, nummer).
EXACT = _set_of(
    """
    bsn bsnnr bsnnummer bsnnumber bsnno sofi sofinr sofino ssn
    vnr vnummer vnumber vno vreemdelingennr vreemdelingnr
    ethnic ethnische geloof health medical medisch medische ziek ziekte ziektes ziekten zwanger pregnant
    """
)

# Anywhere in the header, small typos included; phrases without their spaces. Seven letters at least: in a shorter word
# one letter makes another word (ethnic, ethic).
WITH_TYPOS = _set_of(
    """
    burgerservicenummer burgerservicenr sofinummer sociaalfiscaalnummer citizenservicenumber socialsecuritynumber
    vreemdelingennummer vreemdelingnummer aliennumber
    nationaliteit nationaliteiten nationality nationalities staatsburgerschap citizenship
    landvanherkomst herkomstland countryoforigin geboorteland landvangeboorte countryofbirth birthcountry
    etniciteit ethniciteit ethnicity etnisch etnische bevolkingsgroep ethnicgroup
    religie religies religion religious religieus godsdienst geloofsovertuiging levensovertuiging
    gezondheid gezondheidstoestand medicatie medicijnen medication medicine handicap handicaps disability disabilities
    lichamelijkebeperking lichamelijkebeperkingen arbeidsbeperking lichamelijkeklachten psychischeklachten
    psychisch diagnose diagnoses diagnosis illness allergie allergieen allergies zwangerschap pregnancy
    asielmotief asielmotieven asielrelaas asielreden redenasiel redenvanasiel redenasielaanvraag redenvanasielaanvraag
    redenvandeasielaanvraag vluchtreden vluchtredenen vluchtmotief vluchtverhaal redenvanvlucht redenvandevlucht
    redenvlucht asylummotive asylumreason asylumstory reasonforasylum reasonforflight reasonforfleeing
    reasonfortheasylumapplication
    """
)

# What Dutch writes as one word: these begin it ...
BEGINNINGS = (
    "burgerservice", "nationaliteit", "gezondheids", "medisch", "medicat", "medicijn", "geloofs", "godsdienst",
    "religi", "etnisch", "etnici", "ethnici", "asielmotie", "asielrelaas", "vluchtrede", "vluchtmotie", "handicap",
    "diagnose", "ziekte", "allergie",
)  # fmt: skip
# ... or end it: dubbele nationaliteit, ouderlandvanherkomst.
ENDINGS = ("nationaliteit", "nationality", "burgerservicenummer", "vreemdelingennummer", "landvanherkomst")

NO_WORD = re.compile(r"[^a-z0-9]+")
# Work, not a person's health.
HARMLESS = re.compile(
    r"\b(?:gezondheidszorg|health ?care|health (?:and |en )?safety|ziektekosten\w*|medische sector)\b"
)


@lru_cache(maxsize=4096)
def forbidden_header(text: str) -> bool:
    """Whether a column of this name holds what may not be kept; upper case, punctuation and small typos included.

    The design's rule: a column with BSN, V-number, nationality, religion or health is dropped and named; and so are
    ethnicity and the asylum motive, which the same page says are not kept anywhere.
    """
    words = HARMLESS.sub(" ", _plain(text)).split()
    if "".join(words) in ALONE:
        return True
    return any(_forbidden(phrase) for phrase in _phrases(words)) or any(_forbidden_compound(word) for word in words)


def _plain(text: str) -> str:
    """Lower case, without accents, each run of other signs one space."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return NO_WORD.sub(" ", "".join(sign for sign in letters if not unicodedata.combining(sign)))


def _phrases(words: list[str]) -> set[str]:
    """Each run of neighbouring words, written as one: `v nr` as `vnr`, `B.S.N.` as `bsn`."""
    sizes = range(1, LONGEST_PHRASE + 1)
    return {"".join(words[start : start + size]) for size in sizes for start in range(len(words) - size + 1)}


def _forbidden(phrase: str) -> bool:
    return phrase in EXACT or any(_near(phrase, name) for name in WITH_TYPOS)


def _near(phrase: str, name: str) -> bool:
    """The same but for a typo: two letters swapped, one more, less or other; two of them in a long word."""
    if phrase == name:
        return True
    if phrase[0] != name[0]:
        return False
    typos = 2 if len(name) >= SHORTEST_WITH_TWO_TYPOS else 1
    return bool(OSA.distance(phrase, name, score_cutoff=typos) <= typos)


def _forbidden_compound(word: str) -> bool:
    return word.startswith(BEGINNINGS) or word.endswith(ENDINGS)
