"""The cells of own fields are read, and labels that an import would confuse are refused."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from dossiers.models import OwnField
from dossiers.spreadsheets.own_field_names import validate_distinguishable

from ..models.own_fields import make_own_field
from .own_fields import clean

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cell", "number"),
    [("42", 42), ("42,5", 42.5), ("42.5", 42.5), ("1.250", 1250), ("1.250,75", 1250.75), ("1,250.75", 1250.75),
     ("€ 1.250,-", 1250), ("€3,50", 3.5), ("-3,5", -3.5), (42, 42), (42.5, 42.5), (0.1 + 0.2, 0.3), ("0", 0)],
)  # fmt: skip
def test_numbers_are_read_in_common_notations(cell, number):
    assert clean("number", cell) == number and type(clean("number", cell)) is type(number)


@pytest.mark.parametrize("cell", ["groot", "1,250", "3,125", 3.125, "1.25.5", "--1", "4 5", True])
def test_an_ambiguous_or_invalid_number_is_refused(cell):
    assert "getal" in clean("number", cell)


def test_a_number_large_enough_to_be_a_bsn_is_refused():
    assert all("999999" in clean("number", cell) for cell in ("123456782", 11122233, 1234567.82))


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [("date", "5-mrt-26", "2026-03-05"), ("date", date(2026, 3, 5), "2026-03-05"), ("yes_no", "x", True),
     ("yes_no", "nee", False), ("choice", "op afspraak", "Op afspraak"), ("text", " twee  spaties ", "twee spaties")],
)  # fmt: skip
def test_other_kinds_are_read_like_built_in_fields(kind, cell, value):
    assert clean(kind, cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "message"),
    [("date", "31-02-1990", "bestaat niet"), ("yes_no", "soms", "niet bekend"), ("choice", "zondag", "Op afspraak"),
     ("text", "x" * 501, "500")],
)  # fmt: skip
def test_invalid_values_have_the_same_errors_as_built_in_fields(kind, cell, message):
    assert message in clean(kind, cell)


# --- Names ---


@pytest.mark.parametrize("label", ["Beroep", "functie", "Voornaam", "Tel.", "given_name", "Naam", "Volledige naam"])
def test_a_label_that_lists_use_for_another_field_is_refused(label):
    with pytest.raises(ValidationError, match="Gebruik dat veld"):
        validate_distinguishable(OwnField(record="dossiers", label=label, kind="text"))


def test_a_field_may_be_saved_again_with_its_own_label():
    validate_distinguishable(make_own_field("Mentor"))
    validate_distinguishable(OwnField(record="employer_interest", label="Voornaam", kind="text"))


@pytest.mark.parametrize("choices", [["Ma.", "ma"], ["A", "…"]])
def test_choices_that_look_equal_in_a_cell_are_refused(choices):
    with pytest.raises(ValidationError, match="houden deze keuzes niet uit elkaar"):
        validate_distinguishable(OwnField(record="dossiers", label="Dag", kind="choice", choices=choices))
