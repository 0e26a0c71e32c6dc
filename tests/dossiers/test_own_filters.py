"""A list can be filtered by own fields."""

import pytest
from django.http import QueryDict

from dossiers.filters import DossierFilterSet, EmployerFilterSet, InterestFilterSet
from dossiers.models import Dossier, EmployerInterest, OwnField

from .models.factories import make_dossier, make_interest
from .models.own_fields import make_field_of_each_kind, make_own_field

pytestmark = pytest.mark.django_db
VALUES = [
    {"own_mentor": "An de Wit", "own_schoenmaat": 9, "own_gezien_op": "2026-02-01", "own_vaste_dag": "Maandag",
     "own_vca": True},
    {"own_mentor": "Bo", "own_schoenmaat": 42.5, "own_gezien_op": "2026-11-02", "own_vaste_dag": "Woensdag",
     "own_vca": False},
    {"own_schoenmaat": -3},
    {},
]  # fmt: skip


def filter_records(query: str, filters=DossierFilterSet, model=Dossier) -> list:
    chosen = filters(QueryDict(query), model.objects.order_by("pk"))
    assert chosen.is_valid(), chosen.errors
    return list(chosen.qs)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [0, 1, 2, 3]),
        ("own_mentor=WIT", [0]),
        ("own_mentor=%25", []),
        ("own_schoenmaat_min=9", [0, 1]),
        ("own_schoenmaat_min=9.01", [1]),
        ("own_schoenmaat_max=42.5", [0, 1, 2]),
        ("own_schoenmaat_min=-4&own_schoenmaat_max=9", [0, 2]),
        ("own_gezien_op_from=02-02-2026", [1]),
        ("own_gezien_op_to=01-02-2026", [0]),
        ("own_gezien_op_from=01-02-2026&own_gezien_op_to=02-11-2026", [0, 1]),
        ("own_vaste_dag=Maandag", [0]),
        ("own_vaste_dag=Maandag&own_vaste_dag=Woensdag", [0, 1]),
        ("own_vca=true", [0]),
        ("own_vca=false", [1]),
        ("own_vca=true&own_vaste_dag=Woensdag", []),
    ],
)
def test_each_kind_of_own_field_can_be_filtered(query, expected):
    make_field_of_each_kind()
    people = [make_dossier(extra=values) for values in VALUES]
    assert filter_records(query) == [people[number] for number in expected]


@pytest.mark.parametrize("query", ["own_schoenmaat_min=groot", "own_vaste_dag=Zondag", "own_gezien_op_from=ooit"])
def test_an_invalid_value_is_a_form_error(query):
    make_field_of_each_kind()
    assert not DossierFilterSet(QueryDict(query), Dossier.objects.all()).is_valid()


def test_interests_are_filtered_by_their_own_fields():
    make_field_of_each_kind("employer_interest")
    offers = [make_interest(extra=values) for values in VALUES]
    assert filter_records("own_vca=true", InterestFilterSet, EmployerInterest) == [offers[0]]
    assert filter_records("own_vca=true") == list(Dossier.objects.all())  # no filter of dossiers has that name


def test_an_own_field_out_of_use_has_no_filter():
    make_own_field("Mentor", in_use=False)
    assert "own_mentor" not in DossierFilterSet(QueryDict(), Dossier.objects.all()).filters


def test_filters_of_records_without_own_fields_need_no_query(django_assert_num_queries):
    OwnField.objects.create(record="dossiers", label="Mentor", key="own_mentor", kind="text")
    with django_assert_num_queries(0):
        assert "own_mentor" not in EmployerFilterSet(QueryDict()).filters
