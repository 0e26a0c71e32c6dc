"""The columns of a list are matched to fields."""

import pytest

from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.columns import Headers, TwoColumnsForOneField, suggest
from dossiers.spreadsheets.resources import DossierResource, EmployerInterestResource

from .imports import PERSON

pytestmark = pytest.mark.django_db


def fields(*header: str, decided: dict | None = None) -> list[str | None]:
    return [column.field for column in suggest(list(header), Headers(DossierResource()), decided or {})]


def dropped(*header: str) -> list[str | None]:
    return [column.dropped for column in suggest(list(header), Headers(DossierResource()), {})]


def test_dutch_and_english_headers_are_known_in_any_case() -> None:
    assert fields("VOORNAAM", "last name", "Geb.datum", "Uren p/w") == [
        "given_name",
        "family_name",
        "date_of_birth",
        "hours_per_week",
    ]


def test_a_small_typo_in_a_header_is_forgiven() -> None:
    assert fields("Voornam", "Achternaaam") == ["given_name", "family_name"]


def test_an_exact_word_beats_a_near_miss() -> None:
    assert fields("Telefon", "Telefoon") == [None, "phone"]


def test_two_equal_claims_are_not_decided_for_the_user() -> None:
    with pytest.raises(TwoColumnsForOneField) as two:
        fields("Telefoon", "Mobiel")
    assert two.value.headers == ["Telefoon", "Mobiel"]


def test_what_was_decided_before_goes_first() -> None:
    assert fields("Telefoon", "Mobiel", decided={"Telefoon": None}) == [None, "phone"]
    assert fields("Code", decided={"code": "external_id"}) == ["external_id"]


def test_a_forbidden_header_is_dropped_even_when_it_was_decided_otherwise() -> None:
    assert dropped("BSN", "Nationaliteit", "Nr.") == ["privacy", "privacy", "unknown"]
    assert fields("BSN", decided={"BSN": "external_id"}) == [None]


@pytest.mark.parametrize("resource", [DossierResource, EmployerInterestResource])
def test_every_column_is_known_by_its_own_label(resource: type) -> None:
    columns = resource().sheet_fields()
    header = [str(field.column_name) for field in columns.values()]
    assert [c.field for c in suggest(header, Headers(resource()), {})] == list(columns)


def test_a_private_column_keeps_its_header_when_the_list_is_read_again_without_the_file(lists):
    run = lists.preview(PERSON | {"BSN": "123456782", "Geloof": "x"})
    staging.stage(run)
    assert [column["header"] for column in run.columns if column["dropped"] == "privacy"] == ["BSN", "Geloof"]
