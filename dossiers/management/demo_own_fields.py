"""Creates the demo's own fields and reads their values."""

from collections import defaultdict
from typing import Any

from dossiers.management.demo_files import YES_NO, read_rows
from dossiers.models import OwnField, RecordKind
from dossiers.spreadsheets.own_field_names import validate_distinguishable
from dossiers.spreadsheets.resources import OwnSheetField

RecordKey = tuple[str, ...]  # (number of a candidate,) or (employer, work description)


def make_own_fields() -> None:
    """Create the own fields that don't exist yet; raises ValidationError if one is invalid."""
    for place, row in enumerate(read_rows("own_fields.csv"), start=1):
        if OwnField.objects.filter(record=row["record"], label=row["label"]).exists():
            continue
        choices = [choice for choice in row["choices"].split(",") if choice]
        flags = {"in_list": YES_NO[row["in_list"]], "order": 10 * place}
        field = OwnField(
            record=row["record"], label=row["label"], kind=row["kind"], choices=choices, help_text=row["help_text"],
            **flags,
        )  # fmt: skip
        field.full_clean()
        validate_distinguishable(field)
        field.save()


def own_values() -> dict[RecordKey, dict[str, Any]]:
    """Return the value of `extra` for each record."""
    fields = {(own_field.record, own_field.label): OwnSheetField(own_field) for own_field in OwnField.objects.all()}
    values: dict[RecordKey, dict[str, Any]] = defaultdict(dict)
    for row in read_rows("own_values.csv"):
        record = RecordKind.DOSSIERS if row["candidate"] else RecordKind.EMPLOYER_INTEREST
        key = (row["candidate"],) if row["candidate"] else (row["employer"], row["work_description"])
        field = fields[record, row["field"]]
        values[key][field.own.key] = field.widget.clean(row["value"])
    return values
