"""Helpers that merge dossiers and undo merges."""

from typing import Any

from dossiers.models import Dossier, Merge, Organisation, Supply
from dossiers.models.merges.merge import get_version_mark, merge
from dossiers.models.merges.undo import UndoPlan, undo


def create_supply(dossier: Dossier, organisation: str = "AZC Luttelgeest", number: str = "") -> Supply:
    sender = Organisation.objects.named(organisation)
    return Supply.objects.create(dossier=dossier, organisation=sender, external_id=number, values={"phone": number})


def merge_dossiers(target: Dossier, other: Dossier, user: Any = None, **choices: str) -> Merge:
    """Merge two dossiers in their current state."""
    target.refresh_from_db()
    other.refresh_from_db()
    merge_record = merge(target.pk, other.pk, choices, user, get_version_mark(target, other))
    target.refresh_from_db()
    return merge_record


def undo_merge(merge_record: Merge, user: Any = None) -> UndoPlan:
    """Undo a merge, whatever changed in its kept dossier since."""
    return undo(merge_record.pk, user, get_version_mark(Dossier.objects.get(merges=merge_record)))


def get_state() -> dict[str, Any]:
    """Return the values of all dossiers (without the moment of the last change), sectors and supplies."""
    columns = [field.attname for field in Dossier._meta.concrete_fields if field.name != "changed_at"]
    return {
        "dossiers": list(Dossier.objects.order_by("pk").values(*columns)),
        "sectors": sorted(Dossier.sectors.through.objects.values_list("dossier_id", "sector__name")),
        "supplies": list(Supply.objects.order_by("pk").values()),
    }
