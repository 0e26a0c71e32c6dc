"""Languages that people speak."""

import pytest
from django.core.exceptions import ValidationError

from dossiers.models import LANGUAGES, Dossier

from .factories import make_dossier

field = Dossier._meta.get_field("languages")


@pytest.mark.parametrize("given", [["ti", "ar", "ar"], "ti,ar", ("ar", "ti"), ["ar", "", "ti"]])
def test_languages_are_kept_sorted_and_once_each(db, given):
    dossier = make_dossier(languages=given)
    dossier.refresh_from_db()
    assert dossier.languages == ["ar", "ti"]


@pytest.mark.parametrize("given", [[], "", None])
def test_nothing_is_an_empty_list(db, given):
    dossier = make_dossier(languages=given)
    dossier.refresh_from_db()
    assert dossier.languages == []


@pytest.mark.parametrize("given", [["xx"], "ar,xx", ["Arabisch"]])
def test_a_language_that_is_not_in_the_list_is_refused_and_quoted(given):
    with pytest.raises(ValidationError, match=r"xx|Arabisch"):
        field.clean(given, None)


def test_one_language_finds_who_speaks_it_and_nobody_else(db):
    speaks = make_dossier(languages=["ar", "en"])
    make_dossier(languages=["am", "ru"])  # "am,ru" has no "ar" in it, nor "m,"
    assert list(Dossier.objects.filter(languages__contains="ar")) == [speaks]


def test_no_code_is_found_across_two_others():
    """`contains` searches text with commas between codes of two letters: no other code can match."""
    codes = dict(LANGUAGES)
    assert all(len(code) == 2 and code.isalpha() for code in codes)


def test_everybody_can_speak_every_language(db):
    dossier = make_dossier(languages=[code for code, _name in LANGUAGES])
    dossier.full_clean()
    dossier.refresh_from_db()
    assert len(dossier.languages) == len(LANGUAGES)


def test_the_form_shows_a_box_for_each_language_below_a_label_with_a_capital():
    form_field = field.formfield()
    assert form_field.label == "Talen"
    assert form_field.clean(["ti", "ar"]) == ["ti", "ar"]
    with pytest.raises(ValidationError):
        form_field.clean(["xx"])
