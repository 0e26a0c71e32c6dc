"""The search of names uses the indexes made for it."""

from django.db import connection

from dossiers.models import Dossier


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
