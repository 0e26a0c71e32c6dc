"""Recognizes names of religions, peoples and nationalities, Dutch or English, as a field or a choice may have them.

The lists are kept by hand, for no library knows the names of inhabitants and believers; the names of countries come
from the CLDR. A word that is also the name of a language (Turks, Arabisch, Somali, Tamil, Oromo) is in no list, because
languages are data that work needs.
"""

import re
from collections.abc import Sequence
from functools import cache

from babel import Locale

from dossiers.privacy.normalization import normalize_words

# Beginnings of words. A language that begins like it is excepted: Hindustani, Hindoestaans.
RELIGIONS = re.compile(
    r"\b(?:islam|moslim|muslim|soennie|soenni\b|sunni|sji[ai]|shia\b|shiit|alevi|alawi|ahmadi|salafi|soefi"
    r"|druz|druus|[jy]?ezidi|jezide|yazidi|bahai|christen(?!sen)|christelijk|christian(?:s|ity)?\b|katholi|catholic"
    r"|protestant|orthodox|gereformeerd|hervormde?\b|evangelisch|evangelical|pinkstergemeent|pentecostal|jehova"
    r"|mormoon|mormon|kopt(?:en|ische?)?\b|copt(?:ic|s)?\b|hindoe(?!staans)|hindu(?!stani)|boeddh|buddh|sikh"
    r"|jood|joden|jews?\b|jewish|judais|atheis|agnost(?:ic|icus|ici)?\b|gelovige?n?\b|ongelovig|kerkganger|ramadan)"
)

# Whole words, anywhere in the text: inhabitants and peoples.
_PEOPLES = """
    syrier syriers syrian syrians eritreeer eritreeers eritreer eritreers eritrean eritreans
    afghaan afghanen afghan afghans
    irakezen iraki irakis iraqi iraqis iranier iraniers iranian iranians jemeniet jemenieten yemeni yemenis
    turk turken koerd koerden kurd kurds hazara hazaras pasjtoen pasjtoenen pashtun pashtuns pathaan pathanen
    tadzjiek tadzjieken tajiks oezbeek oezbeken uzbeks turkmeen turkmenen turkmens oeigoer oeigoeren uyghur uyghurs
    tsjetsjeen tsjetsjenen chechen chechens armenier armeniers armenian armenians azerbeidzjaan azerbeidzjanen
    georgier georgiers georgians rus russen russians oekrainer oekrainers ukrainian ukrainians moldavier moldaviers
    belarussen somalier somaliers somalian somalians ethiopier ethiopiers ethiopian ethiopians
    soedanezen sudanese tigrayer tigrayers tigrayan tigrayans amhara amharas nubier nubiers
    egyptenaar egyptenaren egyptian egyptians libier libiers libyan libyans tunesier tunesiers tunisian tunisians
    algerijn algerijnen algerian algerians marokkaan marokkanen moroccan moroccans arabier arabieren arabs
    palestijn palestijnen palestinian palestinians libanezen lebanese jordanier jordaniers jordanian
    assyrier assyriers assyrian assyrians arameeer arameeers rohingya rohingyas bengalen bangladeshi pakistani
    pakistanis pakistaan pakistanen indier indiers tibetaan tibetanen chinezen mongool mongolen vietnamezen
    nigeriaan nigerianen nigerian nigerians ghanezen ghanaian gambiaan gambianen gambian gambians
    guineeer guineeers guinean guineans senegalezen malinezen ivoriaan ivorianen
    oegandezen ugandan ugandans burundezen rwandezen hutu hutus tutsi tutsis
    congolezen congolese kameroener kameroeners cameroonian angolezen angolan sierraleoner
    kenianen liberianen togolezen
    venezolaan venezolanen venezuelan venezuelans colombiaan colombianen colombian colombians cubaan cubanen cubans
    surinamer surinamers antilliaan antillianen hindoestaan hindoestanen creool creolen
    albanezen kosovaar kosovaren bosnier bosniers bosniak servier serviers kroaten macedoniers roemenen bulgaren
    sinti zigeuner zigeuners gypsy gypsies
"""
PEOPLES = frozenset(_PEOPLES.split())

# Adjectives of nationalities that name no language: refused as a whole choice, except of languages and dishes.
_NATIONALITIES = """
    syrisch eritrees afghaans iraaks irakees iraans jemenitisch ethiopisch soedanees egyptisch libisch tunesisch
    algerijns marokkaans palestijns libanees jordaans pakistaans indiaas nigeriaans ghanees gambiaans guinees
    senegalees malinees ivoriaans oegandees burundees rwandees congolees kameroens angolees sierraleoons keniaans
    liberiaans venezolaans colombiaans cubaans surinaams antilliaans bosnisch kosovaars moldavisch tsjetsjeens
    staatloos stateless roma
"""
NATIONALITIES = frozenset(_NATIONALITIES.split())
ABOUT_LANGUAGE_OR_FOOD = re.compile(
    r"\b(?:taal|talen|\w*talen|\w*taal|language|languages|dialect\w*|\w*keuken|cuisine)\b"
)

# Somebody who lives here can work across the border; Jersey is a fabric.
NEAR_COUNTRIES = frozenset({"NL", "BE", "DE", "LU"})
NO_ORIGIN = NEAR_COUNTRIES | {"JE"}
MORE_NAMES = (
    "birma burma myanmar congo palestina palestine kaukasus koerdistan kurdistan hongkong tibet amerika engeland"
)


def names_religion_or_people(text: str) -> bool:
    """Whether the text contains the name of a religion or its believers, or of a people or the nationals of a state."""
    plain = normalize_words(text)
    return bool(RELIGIONS.search(plain)) or not PEOPLES.isdisjoint(plain.split())


def find_nationality(choices: Sequence[str], about: str) -> str | None:
    """Return the first choice that tells a nationality, or None; `about` is the text of the field with these choices.

    An adjective such as “Eritrees” does, unless the field is about languages or dishes. A country does if the choices
    name several, or little else: then the country, of a diploma or of earlier work, is a nationality in disguise.
    """
    if not ABOUT_LANGUAGE_OR_FOOD.search(normalize_words(about)):
        for choice in choices:
            adjective = normalize_words(choice).strip()
            if adjective in NATIONALITIES or adjective.removesuffix("e") in NATIONALITIES:
                return choice
    countries = [choice for choice in choices if names_foreign_country(choice)]
    is_mostly_countries = len(countries) > 1 or 2 * len(countries) >= len(choices)
    return countries[0] if countries and is_mostly_countries else None


def names_foreign_country(text: str) -> bool:
    """Whether the text contains the name of a country other than the Netherlands and its neighbors."""
    plain = f" {' '.join(normalize_words(text).split())} "
    return any(f" {name} " in plain for name in _list_foreign_countries())


@cache
def _list_foreign_countries() -> frozenset[str]:
    names = {
        " ".join(normalize_words(name).split())
        for language in ("nl", "en")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code not in NO_ORIGIN and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
    }
    return frozenset(names | set(MORE_NAMES.split()))
