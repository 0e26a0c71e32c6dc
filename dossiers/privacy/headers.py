"""Recognizes by its header, Dutch or English, a column with data that may not be stored."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from dossiers.privacy.normalization import normalize_words
from dossiers.privacy.origins import names_religion_or_people

LONGEST_PHRASE = 5  # words: "reason for the asylum application"
SHORTEST_WITH_TWO_TYPOS = 11


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Match only the whole header: within other words these are harmless.
ALONE = _set_of("afkomst beperking beperkingen belief faith herkomst klachten origin race ras stam tribe")

# Match anywhere in the header, exactly: too short, or one letter from a harmless word (bonnummer, nummer).
EXACT = _set_of(
    """
    bsn bsnnr bsnnummer bsnnumber bsnno sofi sofinr sofino ssn
    vnr vnummer vnumber vno znr znummer znumber vreemdelingennr vreemdelingnr
    ethnic ethnische geloof health medical medisch medische ziek ziekte ziektes ziekten zwanger pregnant
    veroordeeld veroordeling veroordelingen convicted conviction convictions
    detentie gedetineerd strafrecht crimineel criminele criminal delict delicten misdrijf misdrijven prison
    kerk kerken moskee moskeeen synagoge church mosque synagogue
    fnv cnv politiek politieke political politics
    seksueel seksuele sexueel sexuele sexual homo hetero lesbisch lesbian gay queer transgender
    lhbt lhbti lgbt lgbti lgbtq
    dna genetisch genetische genetic adhd ptss ptsd hiv autisme autism trauma verslaving
    """
)

# Match anywhere in the header, also with small typos; phrases are written without spaces. Each has at least seven
# letters: a typo turns a shorter word into another word (ethnic, ethic).
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
    strafblad strafbladen strafregister strafrechtelijk strafrechtelijke strafbaarfeit strafbarefeiten
    justitieel justitiele crimineelverleden detentieverleden antecedenten
    criminalrecord criminalrecords criminalhistory criminaloffence criminaloffences policerecord
    gevangenis gevangenisstraf celstraf taakstraf contactmetjustitie aanrakingmetjustitie contactmetdepolitie
    aanrakingmetdepolitie
    huidskleur kleurvandehuid skincolor skincolour colorofskin colourofskin
    levensbeschouwing kerkbezoek kerkgenootschap moskeebezoek
    vakbond vakbonden vakvereniging tradeunion tradeunions labourunion laborunion unionmember unionmembership
    politiekevoorkeur politiekeopvatting politiekeovertuiging politiekepartij partijvoorkeur stemgedrag
    geaardheid seksuelegeaardheid seksuelevoorkeur seksualiteit seksleven sexualorientation sexualpreference sexuality
    biometrie biometrisch biometrische biometric biometrics vingerafdruk vingerafdrukken fingerprint fingerprints
    irisscan gezichtsherkenning facialrecognition facerecognition
    """
)

# Documents of identity, residence and asylum. A date, a kind or a check of such a document may be stored, its number
# not. The number that a supplier of candidates gave (COA-nummer, zorgnummer) belongs to the supply.
DOCUMENTS = _set_of(
    """
    paspoort passport id identiteits identiteit identity identiteitsbewijs identiteitskaart identitycard idkaart idcard
    idbewijs legitimatie legitimatiebewijs document reisdocument identiteitsdocument verblijfsdocument
    vreemdelingendocument asieldocument wdocument rijbewijs drivinglicence drivinglicense driverslicence driverslicense
    verblijfsvergunning verblijfskaart verblijfspas vreemdelingenpas residencepermit residencecard
    vreemdelingenkaart verblijfstitel laissezpasser doc
    asiel asielzoekers asielaanvraag asylum ind indpas inddossier indklant indzaak
    """
)
# An abbreviation is too short for typos: "rijbewijs" is two letters from "rijbewijsnr".
DOCUMENT_NUMBERS = frozenset(
    document + number for document in DOCUMENTS for number in ("nummer", "nummers", "number", "numbers", "nr", "nrs")
)
DOCUMENT_NUMBERS_WITH_TYPOS = frozenset(
    number for number in DOCUMENT_NUMBERS if len(number) >= SHORTEST_WITH_TWO_TYPOS and number.endswith("er")
)
NUMBER_OF_DOCUMENT = re.compile(
    r"\b(?:nummers?|nrs?|numbers?) (?:(?:van|op|of|on) )?(?:(?:het|de|uw|je|jouw|the|your|a) )?"
    r"(?:paspoort|passport|(?:w|v|id) document|id (?:kaart|bewijs|card)|identiteits\w+|identity|legitimatie\w*"
    r"|(?:\w+)?document|rijbewijs|driving licen[cs]e|verblijfs\w+|residence permit)\b"
    r"|\b(?:dossier|klant|zaak)(?:nummer|nr) (?:(?:van|bij) )?(?:de )?ind\b|\b(?:passport|document|id) no$"
)

# Beginnings of Dutch compound words ...
BEGINNINGS = (
    "burgerservice", "nationaliteit", "gezondheids", "medisch", "medicat", "medicijn", "geloofs", "godsdienst",
    "religi", "etnisch", "etnici", "ethnici", "asielmotie", "asielrelaas", "vluchtrede", "vluchtmotie", "handicap",
    "diagnose", "ziekte", "allergie", "strafblad", "strafrechtelijk", "gevangenis", "detentie",
    "moskee", "kerkelijk", "kerkgeno", "kerklid", "vakbond", "seksue", "sexue", "homoseks", "biseks", "heteroseks",
    "biometri", "vingerafdruk", "lhbti", "lgbtq",
)  # fmt: skip
# ... and ends of them, such as ouderlandvanherkomst.
ENDINGS = (
    "nationaliteit", "nationality", "burgerservicenummer", "vreemdelingennummer", "landvanherkomst",
    "paspoortnummer", "paspoortnr", "documentnummer", "documentnr",
)  # fmt: skip

# About work, not about a person's health; or about work in a country, without the country; or a supplier's own number.
HARMLESS = re.compile(
    r"\b(?:politieke wetenschap\w*|political science"
    r"|gezondheidszorg|health ?care|health (?:and |en )?safety|ziektekosten\w*|medische sector"
    r"|(?:beroep|functie|werk|werkervaring|opleiding|scholing|diploma(?: ?s)?|profession|job|work|experience|education)"
    r" (?:in|uit|from) (?:het |the )?(?:land van herkomst|herkomstland|country of origin)"
    r"|(?:kandidaat|client|deelnemer|deelnemers|extern|participant|candidate|external) id (?:nummer|nr|number))\b"
)


@lru_cache(maxsize=4096)
def forbidden_header(text: str) -> bool:
    """Whether a column with this header has data that may not be stored; ignores case, punctuation and small typos.

    The texts of a field are checked in the same way: its name, its explanation and each of its choices.
    """
    words = HARMLESS.sub(" ", normalize_words(text)).split()
    if NUMBER_OF_DOCUMENT.search(" ".join(words)):
        return True
    if "".join(words) in ALONE or names_religion_or_people(text):
        return True
    if any(word.startswith(BEGINNINGS) or word.endswith(ENDINGS) for word in words):
        return True
    # Adjacent words are joined: `v nr` to `vnr`, `B.S.N.` to `bsn`.
    sizes = range(1, LONGEST_PHRASE + 1)
    phrases = {"".join(words[start : start + size]) for size in sizes for start in range(len(words) - size + 1)}
    if phrases & EXACT or phrases & DOCUMENT_NUMBERS:
        return True
    for name in WITH_TYPOS | DOCUMENT_NUMBERS_WITH_TYPOS:
        # A typo is two letters swapped, or a letter added, missing or replaced, but not the first one.
        typos = 2 if len(name) >= SHORTEST_WITH_TWO_TYPOS else 1
        alike = (phrase for phrase in phrases if phrase[0] == name[0])
        if any(OSA.distance(phrase, name, score_cutoff=typos) <= typos for phrase in alike):
            return True
    return False
