"""Tests of the headers of columns that are refused, and of similar headers that are not."""

import pytest

from dossiers.privacy import forbidden_header

REFUSED = {
    "BSN": ["BSN", "bsn", "B.S.N.", "BSN-nummer", "BSN nr.", "Burgerservicenummer (BSN)", "burger service nummer"],
    "sofinummer": ["Sofinummer", "SOFI-NR", "Sociaal-fiscaal nummer"],
    "V-number": ["V-nummer", "V nr", "V-nr.", "Vnummer", "Vreemdelingennummer", "vreemdelingen-nr", "V-number"],
    "nationality": ["Nationaliteit", "NATIONALITEIT(EN)", "Nationality", "Dubbele nationaliteit", "Hoofdnationaliteit"],
    "country": ["Land van herkomst", "Herkomstland", "Herkomst", "Country of origin", "Geboorteland",
        "Beroep / land van herkomst", "Beroep, land van herkomst", "Werk in land van herkomst en land van herkomst"],
    "ethnicity": ["Etniciteit", "Ethnicity", "Etnische achtergrond", "Ethnic group", "Afkomst"],
    "religion": ["Godsdienst", "Religie", "Religion", "Geloof", "Geloofsovertuiging"],
    "health": [
        "Bijzonderheden medisch", "Medische gegevens", "Gezondheid", "Gezondheidsklachten", "Health", "Medicatie",
        "Handicap", "Diagnose", "Allergieën", "Beperkingen", "Lichamelijke beperkingen", "Ziektebeeld",
    ],
    "asylum motive": ["Asielmotief", "Asielrelaas", "Vluchtreden", "Reden van vlucht", "Reason for asylum"],
    "number of a document": [
        "Paspoortnummer", "Paspoort nr.", "Passport number", "Nummer van het paspoort", "Passport no.",
        "Asielnummer", "Identiteitsbewijs nummer", "Identiteitsnummer", "ID-nummer", "Nr. ID-kaart", "IND-nummer",
        "Documentnummer", "Document nr", "W-document nummer", "Nummer W-document", "Verblijfsdocumentnummer",
        "Rijbewijsnummer", "Rijbewijs nr", "Driving licence number", "Nummer van uw verblijfsvergunning",
        "Vul hier uw documentnummer in", "Paspoortnumer", "Identiteitsbewijsnumer", "Doc.nr.", "Verblijfstitel nummer",
        "Dossiernummer IND", "IND-klantnummer", "Zaaknummer bij de IND", "Laissez-passer nummer",
    ],
    "criminal record": [
        "Strafblad", "Heeft een strafblad (ja/nee)", "Strafrechtelijk verleden", "Justitieel verleden", "Antecedenten",
        "Justitiële documentatie", "Veroordelingen", "Bent u ooit veroordeeld?", "Strafbare feiten", "Criminal record",
        "Gedetineerd geweest", "Detentie", "Gevangenisstraf", "In aanraking met justitie", "Delict",
    ],
    "special categories": [
        "Huidskleur", "Kleur van de huid", "Skin colour", "Moskee", "Kerk", "Lid van een kerkgenootschap",
        "Moskeebezoek", "Vakbond", "Lid van vakbond", "Vakbondslidmaatschap", "Lid FNV", "Trade union",
        "Politieke voorkeur", "Politieke partij", "Stemgedrag", "Geaardheid", "Seksuele voorkeur", "Sexuele geaardheid",
        "Sexual orientation", "LHBTI+", "Homoseksueel", "Biometrie", "Biometrische gegevens", "Vingerafdruk", "DNA",
    ],
    "typos": ["Nationalitiet", "nationaliet", "Burgerservicenumer", "Godsdinst", "Medicate", "Land v. herkomst"],
}  # fmt: skip

PASSING = """
    Nr.|Nummer|Volgnummer|Deelnemernummer|Kvk-nummer|KvK|Telefoonnummer|Bonnummer|P-nummer|Kenmerk extern
    Voornaam|Achternaam|V|V. naam|Naam v.d. kandidaat|Geboortedatum|Geboorteplaats|Geb.datum|Datum asielaanvraag
    Zorg|Gezondheidszorg|Sector|Health care|VCA / health & safety|Nationale feestdag|Internationaal|Regio|Region
    Geloofwaardig|Relatie|Work ethic|Technisch|Indicatie|Availability|Bijzonderheden|Opmerkingen|Herkomst aanmelding
    Beroep in land van herkomst|Diploma's uit het land van herkomst|Work experience|Profession in country of origin
    Verblijf in opvang|Verblijfsrecht|Land|Talen|Rijbewijs|Vervoer|Reden afsluiting|Vluchtnummer|Vacature nr|
    Document geldig tot|Document|W-document|Soort document|Identiteitsbewijs gecontroleerd|Identiteit|Paspoort gezien
    Verblijfsvergunning|Rijbewijs|Rijbewijs B|Rijbewijscategorie|Driving licence|Document valid until|Documenten|ID
    Zorgnummer|COA-nummer|Persoonsnummer|Registratienummer|Kandidaat-ID nummer|Candidate ID number|External ID number
    Artikelnummer|Adresnummer|Vergunningnummer|VOG|VOG aanwezig|Dossiernummer|Zaaknummer
    Klantnummer|Verordening|Beoordeling|Straat|Asielaanvraag|Dienst nr
    Vakbekwaamheid|Vakdiploma|Kerkstraat|Adres Kerkplein 4|Voorkeur voor werk|Voorkeur werkgever|Voorkeur|Politie
    Politieke wetenschappen|Aard van het werk|Vinger aan de pols|Geslacht|Gender|Oriëntatie op werk|Partij|Partijen
    Lid van het team|Huidige baan|Huidige werkgever|Bonden|Verbond|Metrisch stelsel|Kerker|Unie
"""


@pytest.mark.parametrize("header", [header for headers in REFUSED.values() for header in headers])
def test_a_header_of_forbidden_data_is_refused(header):
    assert forbidden_header(header)


@pytest.mark.parametrize("header", [header.strip() for header in PASSING.replace("\n", "|").split("|")])
def test_a_header_that_resembles_a_forbidden_header_is_accepted(header):
    assert not forbidden_header(header)


def test_no_field_of_our_own_models_has_a_forbidden_name():
    from dossiers.models import Dossier, Employer, EmployerInterest, Supply

    fields = [field for model in (Dossier, Supply, Employer, EmployerInterest) for field in model._meta.fields]
    refused = [
        str(name) for field in fields for name in (field.name, field.verbose_name) if forbidden_header(str(name))
    ]
    assert refused == []


def test_headers_are_compared_without_accents_and_case():
    assert forbidden_header("NÁTIONALITEIT")
    assert forbidden_header("ETNICITEIT :")
    assert forbidden_header("Médischgeheim")
