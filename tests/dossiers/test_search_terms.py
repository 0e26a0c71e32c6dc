"""A search uses at most ten words of a hundred characters, and a repeated value in a URL is used once."""

import pytest
from django.apps import apps
from django.http import QueryDict
from wagtail.models import Page

from dossiers.filters import DossierFilterSet
from dossiers.models import Dossier
from dossiers.models.search_terms import is_too_long, search_terms

LONG = " ".join(f"woord{number}" for number in range(2_000))
SEARCHED = [
    model for model in apps.get_app_config("dossiers").get_models() if hasattr(model._default_manager, "search")
]


def test_a_search_uses_the_first_ten_distinct_words_of_at_most_100_characters():
    assert search_terms("Amal  lasser Amal") == ["Amal", "lasser"]
    assert search_terms(LONG) == [f"woord{number}" for number in range(10)]
    assert search_terms("a" * 5_000) == ["a" * 100]


def test_a_comma_parts_words_as_a_space_does():
    assert search_terms("Haile, Selam") == search_terms("Haile,Selam;") == ["Haile", "Selam"]
    assert search_terms("06 1234 5678, Haile") == ["0612345678", "Haile"]


def test_is_too_long_detects_a_query_that_would_be_truncated():
    assert is_too_long(LONG)
    assert is_too_long("a" * 101)
    assert not is_too_long("tien woorden van honderd letters passen er precies in " + "a" * 100)


@pytest.mark.parametrize("model", SEARCHED, ids=lambda model: model.__name__)
def test_a_search_of_two_thousand_words_uses_the_same_query_as_the_first_ten(db, model):
    ten = " ".join(search_terms(LONG))
    assert str(model._default_manager.search(LONG).query) == str(model._default_manager.search(ten).query)


def test_a_repeated_value_in_a_query_string_is_used_once(db):
    address = QueryDict("&".join(["status=intake"] * 500 + ["status=registered"]))
    filters = DossierFilterSet(address, queryset=Dossier.objects.all())
    assert filters.data.getlist("status") == ["intake", "registered"]
    assert str(filters.qs.query).count("intake") == 1


def test_the_page_search_accepts_many_words(db):
    assert list(Page.objects.search(LONG)) == []
    assert list(Page.objects.autocomplete(LONG)) == []


def test_the_parts_of_a_telephone_number_are_one_word():
    assert search_terms("anneke 0527 000 000 ens") == ["anneke", "0527000000", "ens"]
    assert search_terms("+31 (0)6 12 12 34 56") == ["+31(0)612123456"]
    assert search_terms("2026 0001") == ["2026", "0001"]
    assert search_terms("06 12") == ["06", "12"]
