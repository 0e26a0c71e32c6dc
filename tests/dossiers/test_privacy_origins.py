"""Tests of the names of religions, peoples and nationalities that are refused in fields, and of what passes."""

import pytest

from dossiers.privacy import find_nationality, forbidden_header

REFUSED = """
    Islamitisch|Moslim|moslims|Soenniet|Sjiitisch|Shia|Alevi|Aleviet|Jezidi's|Yezidi|Christelijk|Christen|christenen
    Christian|Jehova's getuige|Protestants|Orthodox|Hindoe|Hindu|Boeddhist|Sikh|Joods|Jood|Atheïst|Koptisch
    Rooms-katholiek|Syriër|Eritreeër|Afghaan|Afghanen|Koerd|Koerden|Hazara|Irakezen|Iraniër|Jemeniet|Somaliër|Turk|Turken
    Oekraïners|Palestijnen|Oeigoer|Pasjtoen|Rohingya|Marokkanen|Hindoestaan|Is moslim (ja/nee)|Groep van Koerden|Syrian
    Vul BSN in|Vul hier het V-nummer of de nationaliteit in
"""
PASSING = """
    Turks|Arabisch|Koerdisch|Frans|Russisch|Chinees|Tigrinya|Somali|Tamil|Oromo|Hindi|Hindustani|Hindoestaans|Berbers
    Farsi|Dari|Pasjtoe|Hazaragi|Amhaars|Koptelefoon|Jodium|Orthodontie|Groep|Shiatsu|Perswerk|Persoonlijk|Pool|Rust
    Christensen|Turkse keuken|Geloofwaardig|Protest|Ja, van de werkgever|Voor werkschoenen. Een halve maat mag: 42,5.
"""


def split(texts: str) -> list[str]:
    return [text.strip() for text in texts.strip().replace("\n", "|").split("|")]


@pytest.mark.parametrize("text", split(REFUSED))
def test_a_header_with_a_religion_or_an_ethnicity_is_refused(text):
    assert forbidden_header(text)


@pytest.mark.parametrize("text", split(PASSING))
def test_a_language_or_a_similar_word_is_accepted(text):
    assert not forbidden_header(text)


@pytest.mark.parametrize(
    ("about", "choices", "refused"),
    [
        ("Land van diploma", ["Syrië", "Eritrea", "Anders"], "Syrië"),
        ("Land van diploma", ["Nederland", "Buiten Nederland", "Syria", "Turkije"], "Syria"),
        ("Diploma", ["Nee", "Ja, uit Oekraïne"], "Ja, uit Oekraïne"),
        ("Eerder gewerkt in", ["Duitsland", "Zuid-Soedan", "Ivoorkust"], "Zuid-Soedan"),
        ("Groep", ["Eritrees", "Syrische", "Turks"], "Eritrees"),
        ("Groep", ["Irakees", "Overig"], "Irakees"),
        ("Groep", ["Staatloos", "Niet staatloos"], "Staatloos"),
    ],
)
def test_choices_that_reveal_a_nationality_are_refused(about, choices, refused):
    assert find_nationality(choices, about) == refused


@pytest.mark.parametrize(
    ("about", "choices"),
    [
        ("Tweede taal", ["Turks", "Arabisch", "Syrisch", "Tigrinya"]),
        ("Kookt graag", ["Turks", "Frans", "Italiaans"]),
        ("Kent de keuken", ["Syrisch", "Eritrees"]),
        ("Wil werken in", ["Nederland", "Duitsland", "België"]),
        ("Diploma", ["Nederlands", "Binnen de EU", "Buiten de EU"]),
        ("Stof", ["Katoen", "Jersey"]),
        ("Ingrediënt", ["Peper", "Chili", "Zout"]),
        ("Maat", []),
    ],
)
def test_languages_dishes_and_neighboring_countries_are_accepted(about, choices):
    assert find_nationality(choices, about) is None
