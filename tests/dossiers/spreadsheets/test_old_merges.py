"""The data that a merge stores for its undo is destroyed when it can't be undone any more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dossiers.models import Dossier, Merge
from dossiers.spreadsheets import expiry


@pytest.mark.parametrize(("days", "snapshot"), [(29, {"given_name": "Selam"}), (31, {})])
def test_the_snapshot_of_a_merge_is_destroyed_after_a_month(base_data: None, days: int, snapshot: dict) -> None:
    merge = Merge.objects.create(
        kept=Dossier.objects.create(given_name="Selam", family_name="Haile", date_of_birth="1990-03-12"),
        kept_reference="D-2026-0001",
        reference="D-2026-0002",
        other_id=2,
        snapshot={"given_name": "Selam"},
        applied_at=timezone.now() - timedelta(days=days),
    )
    expiry.destroy_expired()
    merge.refresh_from_db()
    assert merge.snapshot == snapshot
