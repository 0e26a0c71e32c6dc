"""The columns of a list are matched to fields."""

import pytest

from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.columns.columns import Headers, TwoColumnsForOneField, TwoFieldsForOneColumn, suggest
from dossiers.spreadsheets.resources import DossierResource, EmployerInterestResource, RecordResource, SuppliedResource

from .imports import PERSON

pytestmark = pytest.mark.django_db


def match_fields(
    *header: str, decided: dict | None = None, resource: type[RecordResource] = DossierResource
) -> list[str | None]:
    return [column.field for column in suggest(list(header), Headers(resource()), decided or {})]


def get_dropped_reasons(*header: str) -> list[str | None]:
    return [column.dropped for column in suggest(list(header), Headers(DossierResource()), {})]


def test_dutch_and_english_headers_are_recognized_in_any_case() -> None:
    assert match_fields("VOORNAAM", "last name", "Geb.datum", "Uren p/w") == [
        "given_name",
        "family_name",
        "date_of_birth",
        "hours_per_week",
    ]


def test_a_client_and_the_level_of_dutch_are_recognized_under_other_names() -> None:
    assert match_fields("Klantnr", "Kandidaat", "Ned. niveau") == ["external_id", "full_name", "dutch_level"]
    assert match_fields("Klantnummer", "Kandidaat", "Naam") == ["external_id", None, "full_name"]
    assert match_fields("Kandidaat", "Voornaam", "Achternaam") == [None, "given_name", "family_name"]


def test_common_abbreviations_are_recognized() -> None:
    assert match_fields("vnaam", "anaam", "geb.", "mob nr", "lang.", "NL niv.") == [
        "given_name", "family_name", "date_of_birth", "phone", "languages", "dutch_level",
    ]  # fmt: skip
    assert match_fields("COA-nr", "Tel. nummer (vast)", "Geb") == ["external_id", "phone", "date_of_birth"]
    assert match_fields("lokatie", "Wil werken als", "Uur p/w", "taalniveau NL") == [
        "location", "profession", "hours_per_week", "dutch_level",
    ]  # fmt: skip
    assert match_fields("woonplaats AZC", "Gewenst werk", "Uren/week") == ["location", "profession", "hours_per_week"]


def test_headers_that_are_a_question_or_half_a_sentence_are_recognized() -> None:
    headers = {"Wil werken in": "sectors", "Voorkeur branche": "sectors", "Wil werken als": "profession"}
    headers |= {"Uren beschikbaar": "hours_per_week", "Hoeveel uur?": "hours_per_week", "Beroep (wens)": "profession"}
    dates = ("W-doc tot", "W-document tot", "W-doc geldig tot", "Geldig t/m", "Document geldig t/m", "W-document t/m")
    headers_by_field = {field: [header for header in headers if headers[header] == field] for field in headers.values()}
    headers_by_field |= {
        "document_expires_on": dates,
        "available_from": ("Vanaf wanneer", "Beschikbaar per", "Per wanneer"),
    }
    for field, names in headers_by_field.items():
        assert [match_fields(name) for name in names] == [[field]] * len(names)
    employers = {
        "work_description": ("Wat voor werk?", "Soort werk?", "Welk werk", "Wat is het werk?"),
        "start_date": ("Per wanneer", "Vanaf wanneer?", "Wanneer beginnen", "Beschikbaar per"),
        "positions": ("Hoeveel mensen?", "Aantal mensen"),
        "end_date": ("Tot wanneer",),
    }
    for field, names in employers.items():
        fields = [match_fields(name, resource=EmployerInterestResource) for name in names]
        assert fields == [[field]] * len(names)


@pytest.mark.parametrize("header", ["Werkervaring", "Ervaring", "WERKERVARING:", "Work experience"])
def test_work_experience_is_the_profession_and_is_asked_about_beside_another_column_of_it(lists, header) -> None:
    [row] = lists.preview_rows(PERSON | {header: "Vijf jaar kok"})
    assert row["values"]["profession"] == "Vijf jaar kok"
    with pytest.raises(TwoColumnsForOneField):
        match_fields("Beroep", header)
    assert match_fields("Beroep", header, decided={header: "notes:labelled"}) == ["profession", "notes"]
    assert match_fields("Taalervaring", "Ervaring met Nederlands", "Ervaringsdeskundige") == [None, None, None]


def test_the_headers_of_lists_of_employers_are_recognized() -> None:
    header = ["Bedrijf", "Wie", "Hoeveel", "Wat zoeken ze", "Uur p/w", "NL niveau"]
    assert match_fields(*header, resource=EmployerInterestResource) == [
        "company_name", "contact_name", "positions", "work_description", "hours_per_week", "dutch_level_required",
    ]  # fmt: skip
    assert match_fields("Wie", "Contactpersoon", "taalniveau NL", "Uren/week", resource=EmployerInterestResource) == [
        None, "contact_name", "dutch_level_required", "hours_per_week",
    ]  # fmt: skip


def test_a_row_of_common_words_is_not_taken_for_a_header(lists) -> None:
    header = ("Bedrijf", "Contactpersoon", "Werk")
    rows = [("Jansen BV", "Piet", "kok"), ("", "", ""), ("Start", "Wie", "Hoeveel")]
    run = lists.preview(*(dict(zip(header, row, strict=True)) for row in rows), record="employer_interest")
    companies = [(row.line, row.given["company_name"]) for row in run.rows.order_by("line")]
    assert companies == [(2, "Jansen BV"), (4, "Start")]


def test_a_column_of_places_that_counts_up_is_kept(lists) -> None:
    row = {"Bedrijf": "Jansen BV", "Wie": "Piet", "Hoeveel": "1", "Wat zoeken ze": "kok"}
    run = lists.preview(row, record="employer_interest")
    assert run.rows.get().given["positions"] == 1


@pytest.mark.parametrize("header", ["Tel vast / mobiel", "Tel of mobiel", "Telefoon/mobiel", "TEL/MOB"])
def test_a_header_of_two_words_for_one_field_is_that_field(header: str) -> None:
    assert match_fields(header, "Beroep/functie") == ["phone", "profession"]


def test_a_header_of_two_words_for_two_fields_is_asked() -> None:
    for header in ("Taal/niveau", "Locatie of telefoon", "Beroep / uren"):
        with pytest.raises(TwoFieldsForOneColumn):
            match_fields(header, "Voornaam")
        assert match_fields(header, decided={header: "notes"}) == ["notes"]
    with pytest.raises(TwoFieldsForOneColumn):
        match_fields("Taal/niveau", resource=EmployerInterestResource)
    assert match_fields("Voornaam / Achternaam", "Date of birth", "Taal/x") == ["full_name", "date_of_birth", None]


def test_the_own_number_of_a_partner_is_recognized_as_on_its_pages() -> None:
    assert match_fields("Ons nummer", "Nr", "Opm.") == ["external_id", None, "notes"]


@pytest.mark.parametrize("header", ["Nr", "Nr.", "Nummer"])
def test_a_number_without_more_is_the_own_number_only_if_nothing_fits_better(header: str) -> None:
    assert match_fields(header, "Voornaam") == ["external_id", "given_name"]
    assert match_fields(header, "Extern numer") == [None, "external_id"]
    assert match_fields("Nr", "Nummer", "Voornaam") == [None, None, "given_name"]


def test_short_headers_of_offices_are_recognized_if_nothing_fits_better() -> None:
    short = {"Voorn.": "given_name", "Achtern.": "family_name", "Geboorte": "date_of_birth", "Telef.": "phone"}
    short |= {"Plaats": "location", "Uur": "hours_per_week", "Beschikbaar": "available_from", "NL": "dutch_level"}
    short |= {
        "Opl.": "education_level",
        "Asiel": "application_date",
        "Besluit": "decided_on",
        "Doc.": "document_expires_on",
    }
    short |= {"Rijb.": "driving_licence", "Begel.": "coordinator", "Sect.": "sectors", "Bijz.": "notes"}
    assert match_fields(*short) == [*short.values()]
    assert match_fields("Beschikbaar", "Beschikbaar vanaf") == [None, "available_from"]
    assert match_fields("Nr", "Nummer", "Beschikbaar") == [None, None, "available_from"], "one doubt stops no other"
    employers = {"Plaats": "city", "Postc.": "postcode", "Niveau": "dutch_level_required", "Uur": "hours_per_week"}
    employers |= {"Soort": "work_description", "Begel.": "owner", "Eind": "end_date", "Sect.": "sector"}
    assert match_fields(*employers, resource=EmployerInterestResource) == [*employers.values()]


def test_the_reference_of_a_partner_is_their_own_number() -> None:
    (column,) = suggest(["Kenmerk"], Headers(SuppliedResource()), {})
    assert column.field == "external_id"


@pytest.mark.parametrize(("first", "number"), [("1", None), ("17", "17")])
def test_a_column_that_only_counts_the_rows_is_not_the_own_number(lists, first: str, number: str | None) -> None:
    person = {name: text for name, text in PERSON.items() if name != "Extern nummer"}
    run = lists.preview(person | {"Nr": first}, person | {"Voornaam": "Omar", "Nr": "2"})
    assert [row.given.get("external_id") for row in run.rows.all()] == [number, number and "2"]


def test_a_header_with_a_small_typo_is_recognized() -> None:
    assert match_fields("Voornam", "Achternaaam") == ["given_name", "family_name"]


def test_an_exact_header_takes_precedence_over_a_typo() -> None:
    assert match_fields("Telefon", "Telefoon") == [None, "phone"]


def test_two_exact_headers_for_a_field_raise_an_error() -> None:
    with pytest.raises(TwoColumnsForOneField) as two:
        match_fields("Tel vast", "Mobiel")
    assert two.value.headers == ["Tel vast", "Mobiel"]


def test_earlier_decisions_take_precedence() -> None:
    assert match_fields("Telefoon", "Mobiel", decided={"Telefoon": None}) == [None, "phone"]
    assert match_fields("Code", decided={"code": "external_id"}) == ["external_id"]


def test_a_column_of_earlier_lists_does_not_silence_another_exact_header_for_its_field() -> None:
    headers, known = Headers(DossierResource()), {"Tel vast": "phone", "Toelichting": "notes:join"}
    for header in (["Tel vast", "Mobiel"], ["Bijzonderheden", "Toelichting"]):
        with pytest.raises(TwoColumnsForOneField) as two:
            suggest(header, headers, known, remembered=known)
        assert two.value.headers == header
    assert match_fields("Tel vast", "Mobiel", decided=known) == ["phone", None]  # decided about this list
    assert [column.field for column in suggest(["Tel vast", "Telefon"], headers, known, remembered=known)] == [
        "phone",
        None,
    ]


def test_a_forbidden_header_is_dropped_despite_an_earlier_decision() -> None:
    forbidden = ["BSN", "Nationaliteit", "Paspoortnummer", "Strafblad"]
    assert get_dropped_reasons(*forbidden, "Schoenmaat") == [*["privacy"] * 4, "unknown"]
    assert match_fields("BSN", decided={"BSN": "external_id"}) == [None]


@pytest.mark.parametrize("resource", [DossierResource, EmployerInterestResource])
def test_every_column_is_recognized_by_its_own_label(resource: type) -> None:
    columns = resource().sheet_fields()
    header = [str(field.column_name) for field in columns.values()]
    assert [c.field for c in suggest(header, Headers(resource()), {})] == list(columns)


def test_the_header_of_a_forbidden_column_remains_after_restaging_from_the_sanitized_copy(lists):
    run = lists.preview(PERSON | {"BSN": "123456782", "Geloof": "x"})
    staging.stage(run)
    assert [column["header"] for column in run.columns if column["dropped"] == "privacy"] == ["BSN", "Geloof"]
