"""Languages that people speak."""

import pytest
from django.core.exceptions import ValidationError

from dossiers.models import LANGUAGES, Dossier

from .factories import make_dossier

field = Dossier._meta.get_field("languages")


@pytest.mark.parametrize("languages", [["ti", "ar", "ar"], "ti,ar", ("ar", "ti"), ["ar", "", "ti"]])
def test_languages_are_stored_sorted_and_without_duplicates(db, languages):
    dossier = make_dossier(languages=languages)
    dossier.refresh_from_db()
    assert dossier.languages == ["ar", "ti"]


@pytest.mark.parametrize("languages", [[], "", None])
def test_no_languages_are_stored_as_an_empty_list(db, languages):
    dossier = make_dossier(languages=languages)
    dossier.refresh_from_db()
    assert dossier.languages == []


@pytest.mark.parametrize("languages", [["xx"], "ar,xx", ["Arabisch"]])
def test_a_language_that_is_not_in_the_list_is_refused_and_quoted(languages):
    with pytest.raises(ValidationError, match=r"xx|Arabisch"):
        field.clean(languages, None)


def test_filtering_by_language_finds_only_its_speakers(db):
    speaker = make_dossier(languages=["ar", "en"])
    make_dossier(languages=["am", "ru"])  # "am,ru" has no "ar" in it, nor "m,"
    assert list(Dossier.objects.filter(languages__contains="ar")) == [speaker]


def test_no_language_code_matches_across_two_others():
    """`contains` searches text with commas between codes of two letters: no other code can match."""
    codes = dict(LANGUAGES)
    assert all(len(code) == 2 and code.isalpha() for code in codes)


def test_a_dossier_can_hold_every_language(db):
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
