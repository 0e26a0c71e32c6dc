"""The search of names uses the indexes made for it."""

from django.db import connection

from dossiers.models import Dossier


def test_a_search_uses_its_indexes(db):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Dossier.objects.search("Sélam").explain()
    assert "dossier_searched" in plan
    assert connection.vendor == "sqlite" or "supply_searched" in plan


def test_a_search_of_a_telephone_number_uses_its_index(db):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Dossier.objects.search("06 00000125").explain()
    assert "dossier_by_phone" in plan and "dossier_searched" in plan
