"""The headers that organisations use for our columns, in Dutch and English, separated by |, for each field.

The name and the label of a field are headers too. Headers are compared without case, accents and punctuation (`fold`).
"""

DOSSIERS = {
    "reference": "referentie|dossier|dossiernummer|dossiernr|kenmerk|ons kenmerk",
    "external_id": (
        "extern nummer|externe id|external id|kenmerk extern|extern kenmerk|deelnemernummer|deelnemer nr|deelnemersnummer"
        "|kandidaatnummer|kandidaat nr|kandidaat id|clientnummer|client nr|clientid|client id|registratienummer"
        "|inschrijfnummer|persoonsnummer|klantnummer|klant nr|klantnr|klant id|uw kenmerk|ons nummer|id|zorgnummer|coa nummer|coa nr|participant id|candidate id"
    ),
    "full_name": (
        "naam|volledige naam|naam kandidaat|naam deelnemer|naam client|naam persoon|voor en achternaam"
        "|voornaam en achternaam|voornaam achternaam|name|full name|fullname|candidate name"
    ),
    "full_name_family_first": "achternaam voornaam|achternaam en voornaam|volledige naam achternaam eerst",
    "given_name": "voornaam|voornamen|roepnaam|first name|given names|firstname|vnaam",
    "name_prefix": "tussenvoegsel|tussenvoegsels|voorvoegsel|voorvoegsels|tussenv|tv|infix|prefix",
    "family_name": "achternaam|familienaam|geslachtsnaam|surname|last name|lastname|anaam",
    "date_of_birth": "geboortedatum|geb datum|gebdatum|geboren|geboren op|geb dat|geb|gebdat|geboortedat|geb dd|dob|birth date|birthdate|gbdatum",
    "phone": (
        "telefoon|telefoonnummer|telefoonnr|tel|tel nr|tel nummer|telnr|mobiel|mobiel nummer|mobiele nummer|mobiel nr|mob"
        "|mob nr|mobnr|gsm|06 nummer|phone number|mobile|06|tel vast|telefoon vast|vaste telefoon|vast nummer"
        "|tel nummer vast|telefoonnummer vast|tel mobiel|telefoon mobiel|mobiele telefoon"
    ),
    "email": "e mail|email|e mailadres|emailadres|mail|mailadres|mail adres|email address|e mail adres",
    "location": "locatie|lokatie|woonplaats azc|verblijfplaats|verblijfslocatie|woonlocatie|woonplaats|opvanglocatie|azc|kamer",
    "in_reception": "in opvang|verblijf in de opvang|verblijft in de opvang|in de opvang|opvang|woont in azc|opvang coa",
    "languages": "talen|taal|lang|spreektalen|gesproken talen|moedertaal|spreekt|talenkennis|language",
    "dutch_level": (
        "niveau nl|niveau nederlands|ned niveau|niveau ned|niv ned|niv nl|nl niv|niv nederlands|taalniveau|taalniveau nederlands|taalniveau nl|taalniv|nederlands|nl niveau|niveau taal|dutch|nt2 niveau"
        "|nt2|cefr|dutch level"
    ),
    "education_level": "opleiding|opleidingsniveau|niveau opleiding|hoogste opleiding|education|scholing|vooropleiding",
    "profession": (
        "beroep|functie|beroep in land van herkomst|beroep in het land van herkomst|beroep in herkomstland|werkervaring als"
        "|wil werken als|gewenst werk|gewenst beroep|beroepswens|beroep wens|wensberoep|job|occupation|vak"
        "|werkervaring|ervaring|work experience"
    ),
    "sectors": (
        "sector|sectoren|branche|branches|voorkeur sector|gewenste sector|gewenste sectoren|werkveld|wil werken in"
        "|wil graag werken in|zoekt werk in|voorkeur branche|gewenste branche|voorkeur sectoren"
    ),
    "hours_per_week": (
        "uren|uren pw|uren p w|uur p w|uren per week|uren week|aantal uren|uur per week|urenperweek|hours|beschikbare uren"
        "|uren beschikbaar|uur beschikbaar|aantal uur|hoeveel uur|hoeveel uren|aantal uren per week|aantal uur per week"
    ),
    "available_from": (
        "beschikbaar vanaf|beschikbaar per|vanaf|startdatum|ingangsdatum|available|per wanneer|vanaf wanneer"
        "|wanneer beschikbaar|kan beginnen|kan beginnen op|kan starten|kan starten per"
    ),
    "application_date": (
        "asielaanvraag|datum asielaanvraag|aanvraagdatum|datum aanvraag|aanvraag asiel|asielaanvraag datum|asylum application"
        "|asielverzoek|datum asielverzoek"
    ),
    "work_right": "werkrecht|recht op werk|arbeidsmarktaantekening|mag werken|arbeidsmarkt|work permit",
    "decided_on": "datum besluit|besluitdatum|beslisdatum|datum beschikking|decision date",
    "document_expires_on": (
        "document geldig tot|w document geldig tot|w document tot|geldig tot|einddatum document|w document|document tot"
        "|vervaldatum document|document expires|w doc tot|w doc geldig tot|w doc geldig t m|w doc t m|doc tot"
        "|doc geldig tot|geldig t m|document geldig t m|w document geldig t m|w document t m|document t m"
        "|geldig tot en met|verloopdatum document|einddatum w document"
    ),
    "driving_licence": "rijbewijs|rijbewijs b|heeft rijbewijs|driving license|drivers licence",
    "transport": "vervoer|vervoermiddel|eigen vervoer|reist met",
    "status": "status|fase|stand",
    "coordinator": "begeleider|coordinator|contactpersoon gemeente|consulent|jobcoach|klantmanager",
    "expectation_talk_on": "verwachtingengesprek|datum verwachtingengesprek|gesprek verwachtingen|expectation talk",
    "privacy_notice_on": "privacyverklaring|privacyverklaring gegeven|privacyverklaring op|privacy uitleg|privacy notice",
    "closing_reason": "afsluitreden|reden afsluiting|reden einde|reden uitstroom",
    "notes": "opmerking|opmerkingen|notitie|notities|toelichting|bijzonderheden|opm|remarks|comments",
}
EMPLOYER_INTEREST = {
    "reference": "referentie|kenmerk|interessenummer",
    "company_name": "bedrijf|bedrijfsnaam|naam bedrijf|werkgever|organisatie|onderneming|company|employer|firma",
    "kvk_number": "kvk|kvk nummer|kvknummer|kvk nr|kamer van koophandel|handelsregister|chamber of commerce",
    "contact_name": "contactpersoon|contact|naam contactpersoon|contact person|contactnaam|aanspreekpunt",
    "email": DOSSIERS["email"],
    "phone": DOSSIERS["phone"],
    "postcode": "postcode|pc|zip|postal code|zipcode",
    "city": "plaats|plaatsnaam|vestigingsplaats|woonplaats|stad|town|locatie|lokatie",
    "sector": "sector|branche|bedrijfstak|industry",
    "work_description": (
        "soort werk|werk|werkzaamheden|omschrijving|omschrijving werk|functie|vacature|functieomschrijving|type werk|wat zoeken ze|job"
        "|wat voor werk|wat voor soort werk|welk werk|wat is het werk"
    ),
    "positions": (
        "aantal plekken|plekken|plaatsen|aantal plaatsen|aantal|vacatures|aantal vacatures|number of positions"
        "|aantal mensen|hoeveel mensen|hoeveel plekken"
    ),
    "hours_per_week": DOSSIERS["hours_per_week"],
    "dutch_level_required": (
        "niveau nederlands|taalniveau|taalniveau nl|nl niveau|taaleis|gevraagd taalniveau|nederlands|niveau nl|dutch level|dutch|vereist niveau nederlands"
    ),
    "working_languages": "werktaal|werktalen|voertaal|talen op de werkvloer|talen|taal",
    "start_date": (
        "startdatum|vanaf|begindatum|start|ingangsdatum|per|start date|per wanneer|vanaf wanneer|beschikbaar per"
        "|beschikbaar vanaf|wanneer beginnen|begint op|begin"
    ),
    "end_date": "einddatum|tot|tot en met|end date|t m|tot wanneer",
    "transport_offered": "vervoer|vervoer geregeld|regelt vervoer|vervoer aangeboden|transport",
    "status": "status|fase|stand",
    "owner": "eigenaar|behandelaar|contactpersoon gemeente|accountmanager|owner",
    "closing_reason": DOSSIERS["closing_reason"],
    "notes": DOSSIERS["notes"],
}
VAGUE = {
    "external_id": "nr|nummer|kenmerk",
    "full_name": "kandidaat|deelnemer|client|klant|persoon|wie",
    "given_name": "voorn",
    "family_name": "achtern",
    "date_of_birth": "geboorte",
    "phone": "telef",
    "location": "plaats|woonpl",
    "dutch_level": "niveau|niv|nl|ned",
    "education_level": "opl",
    "sectors": "sect",
    "hours_per_week": "uur",
    "available_from": "beschikbaar|beschikb|besch|start|per",
    "application_date": "asiel|aanvraag",
    "decided_on": "besluit",
    "document_expires_on": "doc|w doc",
    "driving_licence": "rijb",
    "coordinator": "begel|begeleiding",
    "contact_name": "wie",
    "postcode": "postc",
    "sector": "sect",
    "work_description": "soort",
    "positions": "hoeveel",
    "dutch_level_required": "niveau|niv|nl|ned",
    "end_date": "eind|einde",
    "owner": "begel|begeleiding|wie",
    "notes": "opmerk|bijz",
}
"""Headers that are taken for a field only if no other column fits it; they do not show which row is the header.

Of a header that fits two fields a user is asked which one it is; if nobody can be asked, it is the first one.
"""
SYNONYMS = {"dossiers": DOSSIERS, "employer_interest": EMPLOYER_INTEREST}
CONTACT_DETAILS = (
    "contact|contactgegevens|contact gegevens|contactinfo|contactinformatie|contact details|bereikbaar|bereikbaar via"
    "|bereikbaarheid|telefoon e mail|telefoon en e mail|telefoon email|telefoon en email|telefoon mail|telefoon en mail"
    "|tel e mail|tel en e mail|tel email|tel en email|tel mail|tel en mail|e mail telefoon|e mail en telefoon"
    "|email telefoon|email en telefoon|mail telefoon|mail en telefoon|email tel|e mail tel|mail tel"
)
ADDRESS = (
    "adres|adresgegevens|bezoekadres|vestigingsadres|woonadres|verblijfadres|postadres|volledig adres|naw|address"
    "|adres en plaats|adres plaats|adres en woonplaats|adres woonplaats|postcode en plaats|postcode plaats"
    "|postcode en woonplaats|postcode woonplaats|pc plaats|pc en plaats"
)
SPLIT_HEADERS = {"contact_details": CONTACT_DETAILS, "address": ADDRESS, "residence": ADDRESS}
"""The headers of columns that are split into several fields, if their cells show that they hold these."""
