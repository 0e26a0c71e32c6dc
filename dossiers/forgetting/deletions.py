"""Clears deleted records that could still be restored, if they are about a person who is forgotten or mention them.

Nobody is asked: a deleted record is better lost than restored with the data of somebody who is forgotten.
"""

from itertools import chain
from types import SimpleNamespace

from dossiers.forgetting.free_text import find_free_texts, get_texts
from dossiers.forgetting.list_mentions import OF_A_LINE
from dossiers.forgetting.name_search import Named
from dossiers.forgetting.personal_data import Person
from dossiers.forgetting.retention_map import FREE_TEXT_FIELDS
from dossiers.models import Deletion
from dossiers.models.deletion import DeletedRecord, DeletionQuerySet, KeysByModel
from dossiers.models.snapshots import FIELDS


def clear_deletions(named: Named, keys: KeysByModel) -> None:
    """Clear the deleted records that refer to these records of the person, or mention the person."""
    Deletion.objects.clear_records(lambda record: _concerns(record, named, keys))


def find_deleted_records(deletions: DeletionQuerySet, named: Named, keys: KeysByModel) -> list[DeletedRecord]:
    """Return the deleted records that forgetting this person clears."""
    records = chain.from_iterable(deletion.get_records() for deletion in deletions)
    return [record for record in records if _concerns(record, named, keys)]


def get_keys_of_person(person: Person) -> KeysByModel:
    return {"dossiers.Dossier": person.keys, "dossiers.Placement": person.placements}


def _concerns(record: DeletedRecord, named: Named, keys: KeysByModel) -> bool:
    if record.is_about(keys):
        return True
    if named.likely_marks is None:
        return False
    for label, values in record.snapshots:
        names = [name for name in FREE_TEXT_FIELDS.get(label, "").split() if values[FIELDS].get(name)]
        copy = SimpleNamespace(**{name: values[FIELDS][name] for name in names})
        if any(named.likely_marks.search(text) for name in names for _field, text in get_texts(copy, name)):
            return True
    of_lists = [row.values[FIELDS][name] for row in record.import_rows for name in OF_A_LINE]
    decisions = [row.decision for row in record.import_rows]
    texts = chain.from_iterable(map(find_free_texts, [*of_lists, *decisions]))
    return any(named.likely_marks.search(text) for _field, text in texts)
