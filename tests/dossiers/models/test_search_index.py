"""On PostgreSQL the search of names uses the indexes made for it."""

import pytest
from django.db import connection

from dossiers.models import Dossier


@pytest.mark.skipif(connection.vendor != "postgresql", reason="these indexes are PostgreSQL's")
def test_a_search_uses_its_indexes(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Dossier.objects.search("selam").explain()
    assert "dossier_searched" in plan and "supply_searched" in plan
