"""Which fields and which parts of records in JSON hold free text, in which a name may stand."""

from collections.abc import Callable, Iterator
from typing import Any

from dossiers.models.own_fields.own_field import PREFIX
from dossiers.models.text_fields import iterate_texts

COMPANY = ("company_name", "city", "contact_name")  # in an import these are of the employer
CONTACT = ("contact_name", "email", "phone")  # of an employer, who has a name, an address and a number too
NAMES_OF_THINGS = ("location", "profession", "city", "name", "label")
TYPED = ("notes", "work_description", *COMPANY, *NAMES_OF_THINGS)  # the free text of a record in JSON, with own fields
RECORDS_IN_JSON = ("values", "parts", "shared", "snapshot", "changes")


def get_texts(record: Any, field: str) -> list[tuple[str, str]]:
    """Return (field, text) of each text in a field of a record; of a record in JSON only the free text."""
    value = getattr(record, field)
    if field == "contact_given":
        return [(name, text) for name, text in value.items() if name in (*COMPANY, *CONTACT)]
    if field in RECORDS_IN_JSON:
        return list(find_free_texts(value))
    return [(field, text) for text in iterate_texts(value)]


def find_free_texts(value: Any) -> Iterator[tuple[str, str]]:
    """Yield (field, text) of the free text in the JSON of a record."""
    for key, part in value.items() if isinstance(value, dict) else ():
        if is_free_text(key):
            yield from ((key, text) for text in iterate_texts(part))
        else:
            yield from find_free_texts(part)


def change_free_text(value: Any, change: Callable[[Any, str], Any]) -> Any:
    """Apply `change` to the free-text values in the JSON of a record; a name in a name field is another person's."""
    if not isinstance(value, dict):
        return value
    return {
        key: change(part, key) if is_free_text(key) else change_free_text(part, change) for key, part in value.items()
    }


def is_free_text(field: str) -> bool:
    return field in TYPED or field.startswith(PREFIX)
