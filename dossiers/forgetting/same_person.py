"""Finds the dossiers of the same person, by the number that an organisation gave, or by name and date of birth.

It compares the values that the dossiers have now or had at any moment, except while another one was merged with them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from dossiers.forgetting.list_rows import find_dossiers, find_rows
from dossiers.models import Deletion, Dossier, ImportRow, ImportRun, Merge, RecordKind, Supply
from dossiers.models.dossiers.surnames import Surname
from dossiers.models.snapshots import FIELDS
from dossiers.privacy.normalization import strip_accents

NAME_FIELDS = ("given_name", "name_prefix", "family_name", "date_of_birth")
ENDED = (ImportRun.State.APPLIED, ImportRun.State.UNDONE)
PersonName = tuple[str, str, str]
"""The given name and the surname without its prefix, both folded, and the date of birth."""
Number = tuple[int, str]
"""The key of an organisation, and the number that it gave to a person."""


class DeletedDossier(NamedTuple):
    """A dossier of which only the history is left."""

    dossier: Dossier
    """The dossier as it was last, unsaved."""
    deleted_at: datetime


class Identity:
    """The names with dates of birth and the numbers that some dossiers have or had."""

    def __init__(self, keys: Collection[int]) -> None:
        self.keys = keys

    @classmethod
    def of_name(cls, values: Mapping[str, Any]) -> Self:
        """Return the identity of a person with this name and date of birth, whatever the dossier."""
        identity = cls(())
        identity.names = {_get_name(values)}
        return identity

    @cached_property
    def numbers(self) -> set[Number]:
        numbers = set(Supply.objects.filter(dossier__in=self.keys).values_list("organisation", "external_id"))
        rows = find_rows(self.keys).filter(run__state__in=ENDED, given__has_key="external_id")
        numbers |= set(rows.values_list("run__organisation", "given__external_id"))
        for key in self.numbers_of_deleted.keys() & set(self.keys):
            numbers |= self.numbers_of_deleted[key]
        return {(organisation, number) for organisation, number in numbers if organisation and number}

    @cached_property
    def numbers_of_deleted(self) -> dict[int, set[Number]]:
        """{key of a dossier that can be restored: numbers}"""
        numbers: dict[int, set[Number]] = defaultdict(set)
        for key, values in Deletion.objects.get_snapshots(Supply):
            numbers[key].add((values[FIELDS]["organisation"], values[FIELDS]["external_id"]))
        return numbers

    @cached_property
    def names(self) -> set[PersonName]:
        steps = exclude_merged_periods(Dossier.history.filter(id__in=self.keys))
        supplied = Supply.objects.filter(dossier__in=self.keys).values_list("values", flat=True)
        dossiers = Dossier.objects.filter(pk__in=self.keys)
        names = map(_get_name, [*steps.values(*NAME_FIELDS), *dossiers.values(*NAME_FIELDS), *supplied])
        return {name for name in names if all(name)}

    def find_in(self, dossiers: QuerySet[Any]) -> set[int]:
        """Return the keys of those of these dossiers, or of these steps of histories, that have one of the names."""
        condition = Q()
        for given_name, _surname, born in self.names:
            condition |= Q(date_of_birth=born, given_name__folded=given_name)
        if not condition:
            return set()
        rows = dossiers.filter(condition).order_by().values("id", *NAME_FIELDS)
        return {row["id"] for row in rows if _get_name(row) in self.names}

    def find_supplied(self) -> set[int]:
        """Return the keys of dossiers, also of deleted ones, to which an organisation gave one of the numbers."""
        keys = {key for key, numbers in self.numbers_of_deleted.items() if numbers & self.numbers}
        of_rows, of_supplies = Q(), Q()
        for organisation, number in self.numbers:
            of_rows |= Q(run__organisation=organisation, given__external_id=number)
            of_supplies |= Q(organisation=organisation, external_id=number)
        if not self.numbers:
            return keys
        rows = ImportRow.objects.filter(of_rows, run__record=RecordKind.DOSSIERS, run__state__in=ENDED)
        return keys | {
            *find_dossiers(rows).values(),
            *Supply.objects.filter(of_supplies).values_list("dossier", flat=True),
        }


def exclude_merged_periods(steps: QuerySet[Any]) -> QuerySet[Any]:
    """Leave out the steps from while another dossier was merged with this one, of which the name may be."""
    merges = Merge.objects.filter(kept_reference=OuterRef("reference"), applied_at__lte=OuterRef("history_date"))
    return steps.exclude(Exists(merges.filter(undone_at__gte=OuterRef("history_date"))))


def _get_name(values: Mapping[str, Any]) -> PersonName:
    given_name, born = values.get("given_name") or "", values.get("date_of_birth")
    return strip_accents(given_name), strip_accents(Surname.from_values(values).key), str(born or "")


def find_deleted_dossiers(identity: Identity) -> list[DeletedDossier]:
    """Return the other deleted dossiers of this person, the last deleted first.

    Among them are those that an undone import made. A dossier that is still merged into another one belongs to that.
    """
    steps = Dossier.history.exclude(id__in=Dossier.objects.values("pk"))
    keys = identity.find_in(exclude_merged_periods(steps)) | identity.find_supplied()
    return get_deleted_dossiers(keys - set(identity.keys))


def find_separated_dossiers(references: Collection[str], keys: Collection[int]) -> list[DeletedDossier]:
    """Return the deleted dossiers that were merged with those of a person until that was undone.

    They may be of somebody else. Those with one of these keys are left out.
    """
    of_others = Dossier.history.filter(reference__in=find_separated_references(references)).exclude(id__in=keys)
    return get_deleted_dossiers(of_others.values_list("id", flat=True))


def find_separated_references(references: Collection[str]) -> set[str]:
    """Return the references of the dossiers that were merged with these until that was undone."""
    undone = Merge.objects.exclude(undone_at=None)
    return {
        *undone.filter(kept_reference__in=references).values_list("reference", flat=True),
        *undone.filter(reference__in=references).values_list("kept_reference", flat=True),
    }


def find_existing_dossiers(identity: Identity) -> QuerySet[Dossier]:
    """Return the other dossiers of this person that exist."""
    existing = Dossier.objects.not_anonymised().exclude(pk__in=identity.keys)
    steps = exclude_merged_periods(Dossier.history.filter(id__in=existing.values("pk")))
    return existing.filter(pk__in=identity.find_in(existing) | identity.find_in(steps) | identity.find_supplied())


def get_deleted_dossiers(keys: Iterable[int]) -> list[DeletedDossier]:
    """Return those of these dossiers that were deleted, and whose history still says who it was."""
    steps: QuerySet[Any] = Dossier.history.filter(id__in=set(keys)).exclude(given_name="", family_name="")
    steps = steps.exclude(id__in=Dossier.objects.values("pk"))
    steps = steps.exclude(id__in=Merge.objects.not_undone().values("other_id"))
    last = {step.id: DeletedDossier(step.instance, step.history_date) for step in steps.order_by("history_id")}
    return sorted(last.values(), key=lambda deleted: deleted.deleted_at, reverse=True)
