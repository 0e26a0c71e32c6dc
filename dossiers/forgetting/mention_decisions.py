"""Decides which mentions of a person are removed from other records, and which stay."""

import re
from dataclasses import dataclass
from typing import Any

from dossiers.forgetting.personal_data import remove_marks


@dataclass(frozen=True)
class Decided:
    """The decisions about the mentions: `goes` has them by model and key.

    `marks` is the pattern to remove from these records, `sure_marks` the pattern for records without a mention, and
    `address_marks` that of e-mail addresses of contacts. `is_name_kept` says that the name stays in all texts, so that
    it stays too in what users are not asked about.
    """

    undecided: set[str]  # keys of mentions without a decision
    goes: dict[tuple[str, str], bool]
    marks: re.Pattern[str] | None
    sure_marks: re.Pattern[str] | None
    address_marks: re.Pattern[str] | None
    is_name_kept: bool = False

    def remove_from(self, value: Any, label: str, key: object) -> Any:
        """Return a copy of data of a record, without the names that were removed from the record."""
        goes = self.goes.get((label, str(key)))
        marks = self.sure_marks if goes is None else self.marks if goes else None
        return value if marks is None else remove_marks(value, marks)

    def remove_address_and_phone(self, values: Any, label: str, key: object) -> Any:
        """Return a copy of data of a contact, without what names the person in it if it was removed from the record."""
        if not isinstance(values, dict) or not self.goes.get((label, str(key))):
            return values
        marks_by_field = {"email": self.address_marks, "phone": self.marks}

        def names_person(name: str, value: Any) -> bool:
            marks = marks_by_field.get(name)
            return isinstance(value, str) and marks is not None and marks.search(value) is not None

        return {name: "" if names_person(name, value) else value for name, value in values.items()}
