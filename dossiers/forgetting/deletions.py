"""Finds and changes deleted records that can still be restored, about a person who is forgotten or with the name.

Those about the person are cleared. In the others, the name is a mention as in records that exist.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from dossiers.forgetting.name_search import Named, filter_likely
from dossiers.forgetting.retention_map import FREE_TEXT_FIELDS, get_model
from dossiers.models import Deletion
from dossiers.models.deletion import DeletedRecord, DeletionQuerySet
from dossiers.models.snapshots import read_record


class DeletedText(NamedTuple):
    """A record with free text that was deleted: alone, or with the record of that name."""

    label: str
    record: Any
    """The record as it was, unsaved."""
    deletion: Deletion
    name: str


def clear_deletions(named: Named) -> None:
    """Clear the deleted records that are about the person."""
    Deletion.objects.clear_records(named.owns_deleted)


def find_deleted_records(deletions: DeletionQuerySet, named: Named) -> list[DeletedRecord]:
    """Return the deleted records that forgetting this person clears."""
    records = chain.from_iterable(deletion.get_records() for deletion in deletions)
    return [record for record in records if named.owns_deleted(record)]


def find_deleted_texts(named: Named) -> Iterator[DeletedText]:
    """Yield the deleted records that are not about the person and in whose deletions a text may name them."""
    for deletion in _filter_likely(named):
        for deleted in deletion.get_records():
            if not named.owns_deleted(deleted):
                for label, values in deleted.snapshots:
                    if label in FREE_TEXT_FIELDS:
                        yield DeletedText(label, read_record(get_model(label), values), deletion, deleted.name)


def change_deleted_records(named: Named, change: Callable[[DeletedRecord], DeletedRecord]) -> None:
    """Apply `change` to the records that `find_deleted_texts` reads."""
    for deletion in _filter_likely(named):
        before = list(deletion.get_records())
        after = [record if named.owns_deleted(record) else change(record) for record in before]
        if after != before:
            deletion.records = after
            deletion.save(update_fields=["records"])


def _filter_likely(named: Named) -> Any:
    return filter_likely(Deletion.objects.exclude(records=[]), ["records"], named.likely_texts)
