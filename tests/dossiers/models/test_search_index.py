"""The search of names uses the indexes made for it."""

from django.db import connection

from dossiers.models import Dossier, Placement
from dossiers.models.dossiers.dossier import build_called_condition


def prefer_text_indexes():
    """Leave PostgreSQL no cheaper way in a small table than the bitmap of a trigram index."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for method in ("seqscan", "indexscan", "indexonlyscan", "nestloop"):
                cursor.execute(f"SET LOCAL enable_{method} = off")


def test_a_search_uses_its_indexes(db):
    prefer_text_indexes()
    plan = Dossier.objects.search("Sélam").explain()
    assert "dossier_searched" in plan
    assert connection.vendor == "sqlite" or "supply_searched" in plan


def test_a_search_of_a_telephone_number_uses_its_index(db):
    prefer_text_indexes()
    plan = Dossier.objects.search("06 00000125").explain()
    assert "dossier_by_phone" in plan and "dossier_searched" in plan


def test_a_search_of_the_rows_of_a_page_uses_all_indexes_at_once(db):
    prefer_text_indexes()
    plan = Dossier.objects.search_rows("06 00000125").explain()
    assert "dossier_by_phone" in plan and "dossier_searched" in plan
    assert connection.vendor == "sqlite" or ("BitmapOr" in plan and "supply_searched" in plan)


def test_people_who_are_called_as_a_word_are_found_by_the_indexes_of_names(db):
    prefer_text_indexes()
    plan = Dossier.objects.filter(build_called_condition(["sel"])).order_by().explain()
    assert "dossier_by_given_name" in plan and "dossier_by_name" in plan


def test_placements_of_people_with_a_common_name_are_searched_without_reading_all_these_people(db, monkeypatch):
    monkeypatch.setattr("dossiers.models.querysets.MAX_OF_CONDITION", -1)
    prefer_text_indexes()
    plan = Placement.objects.search("selam").explain()
    assert ("CORRELATED SCALAR SUBQUERY" if connection.vendor == "sqlite" else "(SubPlan") in plan
    assert "dossier_searched" not in plan and "hashed" not in plan
