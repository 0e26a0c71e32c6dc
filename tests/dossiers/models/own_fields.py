"""Own fields with the least that they need."""

from typing import Any

from dossiers.models import OwnField


def make_own_field(label: str, kind: str = "text", record: str = "dossiers", **fields: Any) -> OwnField:
    """As the form of a coordinator would keep it; `choices` in any list make it a field of choices."""
    own = OwnField(label=label, kind="choice" if "choices" in fields else kind, record=record, **fields)
    own.full_clean()
    own.save()
    return own


def make_field_of_each_kind(record: str = "dossiers") -> dict[str, OwnField]:
    """A field of each kind."""
    made = [
        make_own_field("Mentor", "text", record),
        make_own_field("Schoenmaat", "number", record),
        make_own_field("Gezien op", "date", record),
        make_own_field("Vaste dag", record=record, choices=["Maandag", "Woensdag", "Op afspraak, of later"]),
        make_own_field("VCA", "yes_no", record),
    ]
    return {own.kind: own for own in made}
