"""Factories of own fields."""

from typing import Any

from django.utils.text import slugify

from dossiers.models import OwnField


def make_own_field(label: str, kind: str = "text", record: str = "dossiers", **fields: Any) -> OwnField:
    """Create an own field as the form of a coordinator does; with `choices` it is a field of choices.

    Its key is made of the label, as of older fields, so that tests can name it.
    """
    kind, key = "choice" if "choices" in fields else kind, f"own_{slugify(label).replace('-', '_')}"
    own_field = OwnField(label=label, kind=kind, record=record, key=key, **fields)
    own_field.full_clean()
    own_field.save()
    return own_field


def make_field_of_each_kind(record: str = "dossiers") -> dict[str, OwnField]:
    """Create an own field of each kind and return them by kind."""
    own_fields = [
        make_own_field("Mentor", "text", record),
        make_own_field("Schoenmaat", "number", record),
        make_own_field("Gezien op", "date", record),
        make_own_field("Vaste dag", record=record, choices=["Maandag", "Woensdag", "Op afspraak, of later"]),
        make_own_field("VCA", "yes_no", record),
    ]
    return {own_field.kind: own_field for own_field in own_fields}
