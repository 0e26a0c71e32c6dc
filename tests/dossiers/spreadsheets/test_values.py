"""Cells are converted to values."""

from datetime import date, datetime
from time import process_time

import pytest
from django.core.exceptions import ValidationError

from dossiers.models import Dossier, Employer, EmployerInterest, Sector
from dossiers.spreadsheets.resources import widget_for
from dossiers.spreadsheets.values.dates import DateEvidence

from .imports import PERSON, Lists

pytestmark = pytest.mark.django_db


def clean(name: str, cell: object, model: type = Dossier) -> object:
    return widget_for(model._meta.get_field(name)).clean(cell)


def get_refusal(name: str, cell: object, model: type = Dossier) -> str:
    with pytest.raises(ValidationError) as error:
        clean(name, cell, model)
    return " ".join(error.value.messages)


@pytest.mark.parametrize(
    "cell",
    ["5-3-1990", "05-03-1990", "05/03/1990", "5.3.1990", "5 3 1990", "5 maart 1990", "5 mrt. 1990", "5-mrt-90",
     "maandag 5 maart 1990", "March 5, 1990", "5th of March 1990".replace(" of", ""), "1990-03-05", "1990/3/5",
     "19900305", 19900305, "1990-03-05T00:00:00", "05-03-1990 00:00", date(1990, 3, 5), datetime(1990, 3, 5,
    12, 30), 32937],
)  # fmt: skip
def test_dates_are_read_in_every_common_notation(cell: object) -> None:
    assert clean("date_of_birth", cell) == "1990-03-05"


@pytest.mark.parametrize("cell", ["31-02-1990", "30-02-2000", "00-01-1990", "13-13-1990"])
def test_a_nonexistent_date_has_its_own_error(cell: str) -> None:
    assert "bestaat niet" in get_refusal("date_of_birth", cell)


@pytest.mark.parametrize("cell", ["volgende week", "1990", 7, "12-1990", True])
def test_an_invalid_date_is_refused_with_an_example(cell: object) -> None:
    assert "28-02-1990" in get_refusal("available_from", cell)


def test_a_two_digit_year_is_never_far_in_the_future() -> None:
    assert clean("date_of_birth", "01-02-67") == "1967-02-01"
    assert clean("available_from", "01-02-27") == "2027-02-01"


def test_a_date_of_birth_of_a_minor_is_refused() -> None:
    assert "18 jaar" in get_refusal("date_of_birth", date(date.today().year - 17, 1, 1))


def test_the_order_of_day_and_month_is_inferred_from_the_column() -> None:
    evidence = DateEvidence()
    evidence.see("03/04/1990")
    assert evidence.ambiguous
    evidence.see("03/25/1990")
    assert evidence.ambiguous and not evidence.reads_month_first, "one such date may be a typo"
    evidence.see("03/25/1990")
    assert evidence.ambiguous
    evidence.see("04/26/1990")
    assert evidence.reads_month_first and not evidence.ambiguous
    evidence.see("31/02/1990")
    assert evidence.reads_month_first, "a date that exists in neither order is no evidence"
    evidence.see("25/03/1990")
    assert not evidence.reads_month_first and evidence.mixed and evidence.ambiguous


@pytest.mark.parametrize(
    "cell", ["0612345678", "06-12345678", "06 1234 5678", "0031612345678", "+31 6 12345678", 612345678, "612345678",
             "+31 (0)6 12345678".replace("(0)", "")],
)  # fmt: skip
def test_a_telephone_number_is_normalized(cell: object) -> None:
    assert clean("phone", cell) == "+31612345678"


def test_a_foreign_telephone_number_is_accepted() -> None:
    assert clean("phone", "+49 30 901820") == "+4930901820"


@pytest.mark.parametrize("cell", ["geen", "0612", "12-03-1990"])
def test_an_invalid_telephone_number_is_refused(cell: str) -> None:
    assert "06 12345678" in get_refusal("phone", cell)


@pytest.mark.parametrize(
    ("cell", "number"), [("36", 36), ("36,0", 36), (36.0, 36), (36, 36), ("36 uur", 36), ("8.00", 8)]
)
def test_a_whole_number_may_have_a_comma_and_a_unit(cell: object, number: int) -> None:
    assert clean("hours_per_week", cell) == number


@pytest.mark.parametrize("cell", ["veel", "24-32", "36,5", 0, 41, "-2"])
def test_hours_outside_a_week_or_in_words_are_refused(cell: object) -> None:
    get_refusal("hours_per_week", cell)


@pytest.mark.parametrize(
    ("cell", "flag"), [("ja", True), ("X", True), ("Nee", False), (1, True), (0, False), (True, True)]
)
def test_yes_and_no_are_read_in_common_notations(cell: object, flag: bool) -> None:
    assert clean("driving_licence", cell) is flag


def test_a_value_other_than_yes_or_no_is_refused() -> None:
    assert "ja, nee" in get_refusal("driving_licence", "soms")


@pytest.mark.parametrize(
    ("name", "cell", "code"),
    [
        ("dutch_level", "a2", "A2"),
        ("dutch_level", "0", "A0"),
        ("dutch_level", "A0 (geen)", "A0"),
        ("education_level", "HBO", "bachelor"),
        ("education_level", "havo/vwo", "upper_secondary"),
        ("education_level", "vocational", "vocational"),
        ("work_right", "Arbeid vrij toegestaan", "free"),
        ("status", "Beschikbaar", "available"),
        ("transport", "fiets", "bicycle"),
    ],
)
def test_a_choice_is_recognized_by_code_label_and_synonym(name: str, cell: str, code: str) -> None:
    assert clean(name, cell) == code


def test_an_unknown_choice_is_refused_with_the_allowed_values() -> None:
    assert "A1" in get_refusal("dutch_level", "redelijk")


@pytest.mark.parametrize(
    ("name", "cell"),
    [("dutch_level", cell) for cell in ("geen", "none", "analfabeet", "beginner")]
    + [("education_level", cell) for cell in ("middelbare school", "Voortgezet onderwijs")],
)
def test_a_word_that_can_be_several_levels_is_asked_and_not_guessed(lists: Lists, name: str, cell: str) -> None:
    header = {"dutch_level": "Niveau Nederlands", "education_level": "Opleiding"}[name]
    run = lists.preview(PERSON | {header: cell})
    assert run.asked["words"] == {name: {cell: 1}} and name not in run.rows.get().given


@pytest.mark.parametrize(
    ("name", "cell"),
    [("dutch_level", cell) for cell in ("A1+", "A2-", "A2 –", "A2?", "A2 (?)", "~A2", "> A2", "ca. A2", "A1*")]
    + [("education_level", "mbo+"), ("driving_licence", "ja?"), ("languages", "Engels, Turks?")]
    + [("available_from", "na 1 maart 2027"), ("hours_per_week", "24+"), ("phone", "06 12345678?")],
)
def test_a_sign_or_word_that_changes_the_meaning_of_a_value_is_never_dropped(name: str, cell: str) -> None:
    assert get_refusal(name, cell)


def test_a_sector_with_a_sign_in_its_name_is_found(base_data: None) -> None:
    Sector.objects.create(name="Zorg+")
    assert clean("sectors", "zorg +; ZORG") == ["Zorg", "Zorg+"]


def test_languages_are_split_sorted_and_deduplicated() -> None:
    assert clean("languages", "Turks, Engels; tr / Arabisch") == ["ar", "en", "tr"]
    assert "Klingon" in get_refusal("languages", "Engels, Klingon")


def test_sectors_are_found_by_name_in_any_case(base_data: None) -> None:
    assert clean("sectors", "zorg; BOUW") == ["Bouw", "Zorg"]
    assert "Ruimtevaart" in get_refusal("sectors", "Zorg, Ruimtevaart")


def test_the_contact_data_of_an_employer_are_normalized() -> None:
    assert clean("kvk_number", 1234567, Employer) == "01234567"  # Excel removed the zero
    assert clean("kvk_number", "123.4567", Employer) == "01234567"
    assert "acht cijfers" in get_refusal("kvk_number", "123456", Employer)
    assert clean("postcode", "8311bf", Employer) == "8311 BF"
    assert clean("email", "Info@Bedrijf.Example", Employer) == "info@bedrijf.example"
    assert "acht cijfers" in get_refusal("kvk_number", "12AB5678", Employer)


def test_a_negative_number_of_positions_is_refused() -> None:
    assert "van 1 tot en met 500" in get_refusal("positions", -2, EmployerInterest)


def test_text_that_is_too_long_is_refused_with_its_length() -> None:
    assert "101" in get_refusal("profession", "a" * 101)


def test_a_long_cell_is_read_within_seconds():
    """These cells took minutes before: a date split by runs of spaces, and words that start no name."""
    began = process_time()
    assert get_refusal("date_of_birth", f"1{' ' * 25_000}!")
    assert get_refusal("sectors", "1," * 16_000)
    assert process_time() - began < 5


@pytest.mark.parametrize("cell", ["B", "b", "rijbewijs B", "ja, B", "Ja (B)"])
def test_the_letter_of_a_driving_licence_means_yes(cell: str) -> None:
    assert clean("driving_licence", cell) is True


@pytest.mark.parametrize(
    ("name", "cell", "model"),
    [("driving_licence", "AM", Dossier), ("driving_licence", "B?", Dossier), ("driving_licence", "geen B", Dossier),
     ("transport_offered", "B", EmployerInterest)],
)  # fmt: skip
def test_other_words_for_a_driving_licence_and_the_letter_elsewhere_are_asked_about(name, cell, model) -> None:
    assert "is hier niet bekend" in get_refusal(name, cell, model)
