"""The order of a list by name: records without a name come last, on each database."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from dossiers.models import Dossier, Employer, EmployerInterest, Placement
from dossiers.privacy.normalization import strip_accents
from tests.dossiers.models.factories import make_dossier, make_employer, make_interest, make_sign_up
from tests.dossiers.models.placements import make_placement, make_ready_dossier


@pytest.fixture
def anonymised_dossier(base_data) -> Dossier:
    dossier = make_ready_dossier(given_name="", family_name="")
    make_placement(dossier=dossier)
    Dossier.objects.filter(pk=dossier.pk).update(anonymised_at=timezone.now())
    return dossier


def list_records(user, model, ordering: str = "") -> list:
    query = QueryDict(f"ordering={ordering}")
    return list(model.snippet_viewset.build_list_view(user, query).get_queryset())


def test_an_anonymised_dossier_is_last_in_an_order_by_name(admin, anonymised_dossier):
    woldu, abdi = make_dossier(family_name="Woldu"), make_dossier(family_name="Abdi")
    assert list_records(admin, Dossier) == [abdi, woldu, anonymised_dossier]
    assert list_records(admin, Dossier, "-family_name") == [woldu, abdi, anonymised_dossier]
    assert list_records(admin, Dossier, "reference") == [anonymised_dossier, woldu, abdi]
    assert list(Dossier.objects.all()) == [abdi, woldu, anonymised_dossier]


def test_an_order_by_name_disregards_capitals(admin):
    woldu, khatib, abdi = (make_dossier(family_name=name) for name in ("Woldu", "el Khatib", "ABDI"))
    assert list_records(admin, Dossier) == list(Dossier.objects.all()) == [abdi, khatib, woldu]
    assert list_records(admin, Dossier, "-family_name") == [woldu, khatib, abdi]
    zwart, de_akker = (make_employer(company_name=name) for name in ("Zwart", "de Akker"))
    assert list_records(admin, Employer) == list(Employer.objects.all()) == [de_akker, zwart]
    interests = [make_interest(employer=employer) for employer in (de_akker, zwart)]
    assert list_records(admin, EmployerInterest, "employer__company_name") == interests


def test_an_order_by_name_disregards_diacritics(admin):
    names = ["Abdi", "Çelik", "Čapek", "de Vries", "Dekker", "el Khatib", "Łukasz", "Oduya", "Önal", "Șandor", "Şahin"]
    in_order = [*sorted(names, key=strip_accents), "Zerai"]
    dossiers = [make_dossier(family_name=name) for name in reversed(in_order)][::-1]
    assert [dossier.family_name for dossier in dossiers[:5]] == ["Abdi", "Čapek", "Çelik", "de Vries", "Dekker"]
    assert list_records(admin, Dossier) == list(Dossier.objects.all()) == dossiers
    assert list_records(admin, Dossier, "-family_name") == dossiers[::-1]
    zwart, etoile = (make_employer(company_name=name) for name in ("Zwart", "Étoile"))
    assert list_records(admin, Employer) == list(Employer.objects.all()) == [etoile, zwart]


def test_a_placement_of_an_anonymised_dossier_is_last_in_an_order_by_candidate(admin, anonymised_dossier):
    other = make_placement(dossier=make_ready_dossier(family_name="Woldu"))
    for ordering in ("dossier__family_name", "-dossier__family_name"):
        assert list_records(admin, Placement, ordering) == [other, anonymised_dossier.placements.get()]


def test_a_sign_up_without_an_employer_is_last_in_an_order_by_employer(admin):
    sign_up = make_sign_up()
    tulips, field = (make_interest(employer=make_employer(company_name=name)) for name in ("Tulpen", "Akker"))
    assert list_records(admin, EmployerInterest, "employer__company_name") == [field, tulips, sign_up]
    assert list_records(admin, EmployerInterest, "-employer__company_name") == [tulips, field, sign_up]


def test_an_order_by_name_uses_its_index(admin):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    plan = Dossier.snippet_viewset.build_list_view(admin, QueryDict("")).get_queryset().explain()
    assert "dossier_by_name" in plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan
