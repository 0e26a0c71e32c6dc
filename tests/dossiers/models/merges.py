"""Shorthand for tests that merge dossiers and take them apart."""

from typing import Any

from dossiers.models import Dossier, Merge, Organisation, Supply
from dossiers.models.merges.merge import get_version_mark, merge
from dossiers.models.merges.undo import UndoPlan, undo


def create_supply(dossier: Dossier, organisation: str = "AZC Luttelgeest", number: str = "") -> Supply:
    sender = Organisation.objects.named(organisation)
    return Supply.objects.create(dossier=dossier, organisation=sender, external_id=number, values={"phone": number})


def merge_dossiers(kept: Dossier, other: Dossier, user: Any = None, **choices: str) -> Merge:
    """The two as they are now, merged."""
    kept.refresh_from_db()
    other.refresh_from_db()
    done = merge(kept.pk, other.pk, choices, user, get_version_mark(kept, other))
    kept.refresh_from_db()
    return done


def undo_merge(done: Merge, user: Any = None) -> UndoPlan:
    """Taken back, as its kept dossier is now."""
    return undo(done.pk, user, get_version_mark(Dossier.objects.get(merges=done)))


def get_state() -> dict[str, Any]:
    """All dossiers but for when they were last changed, their sectors, and all supplies."""
    columns = [field.attname for field in Dossier._meta.concrete_fields if field.name != "changed_at"]
    return {
        "dossiers": list(Dossier.objects.order_by("pk").values(*columns)),
        "sectors": sorted(Dossier.sectors.through.objects.values_list("dossier_id", "sector__name")),
        "supplies": list(Supply.objects.order_by("pk").values()),
    }
