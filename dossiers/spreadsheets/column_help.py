"""Explains to the people who fill in a list which values each column accepts."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.spreadsheets.resources import RecordResource, SheetField
from dossiers.spreadsheets.synonyms import SYNONYMS, VAGUE
from dossiers.spreadsheets.values import (
    DateWidget,
    DecimalWidget,
    FlagWidget,
    LanguagesWidget,
    NamedRecordsWidget,
    NamedRecordWidget,
    NumberWidget,
    UserWidget,
)

MAX_NAMES = 60  # names listed of records that staff edit, such as sectors

# Texts for columns whose type alone does not explain enough.
HELP_TEXTS: dict[str, str | Promise] = {
    "reference": _("Our own number. Leave it blank for a new one; the number of a known one says which one you mean."),
    "external_id": _("Your own number for this person, different for each: by it we know the person again."),
    "date_of_birth": _("A date, day-month-year: 28-02-1990. Only people of 18 and older."),
    "phone": _("A telephone number: 06 12345678 or +31 6 12345678."),
    "email": _("An e-mail address."),
    "postcode": _("A postcode: 1234 AB."),
    "kvk_number": _("The eight digits of the KvK number, a zero in front included."),
    "coordinator": _("The name or the user name of a coordinator at the municipality."),
    "owner": _("The name or the user name of a coordinator at the municipality."),
}
EXAMPLE_DATES = ("28-02-2027", "28-02-2026")  # some days may not be to come, others not long ago
EXAMPLES: dict[str, str | Promise] = {
    "external_id": "P-1024",
    "given_name": "Sara",
    "name_prefix": "van der",
    "family_name": "Berg",
    "contact_name": "Sara van der Berg",
    "company_name": _("Example Nursery"),
    "date_of_birth": "28-02-1990",
    "phone": "06 12345678",
    "email": _("name@example.org"),
    "location": "Emmeloord",
    "city": "Emmeloord",
    "postcode": "8302 AB",
    "kvk_number": "01234567",
    "profession": _("carpenter"),
    "work_description": _("Harvesting vegetables"),
    "hours_per_week": "32",
    "positions": "2",
    "notes": _("Can start right away."),
}


@dataclass(frozen=True)
class ColumnHelp:
    """A column with the explanation of its values."""

    name: str
    header: str
    required: bool
    accepted_values: str
    example: str
    """A value that the column accepts; it may be empty."""
    choices: list[str]
    """The values of which a cell has one, or several; empty for a column without a list of choices."""
    several: bool
    is_date: bool
    number: NumberWidget | None
    """The widget of a column with numbers."""
    synonyms: list[str]
    """Other headers of this column that an import recognizes."""


def explain_columns(resource: RecordResource) -> list[ColumnHelp]:
    """Return the columns of an import in order, with their explanations."""
    needed = set(resource.required_fields())
    return [
        ColumnHelp(
            name=name,
            header=str(field.column_name),
            required=name in needed,
            accepted_values=" ".join(filter(None, [str(field.model_field.help_text), describe_values(name, field)])),
            example=example_value(name, field),
            choices=choices(field),
            several=field.widget.multiple,
            is_date=isinstance(field.widget, DateWidget),
            number=field.widget if isinstance(field.widget, NumberWidget) else None,
            # The vague ones first: “id, nr” would be an identity number, so that an import took the row for a header.
            synonyms=[
                word for words in (VAGUE, SYNONYMS[resource.kind]) if name in words for word in words[name].split("|")
            ],
        )
        for name, field in resource.sheet_fields().items()
    ]


def choices(field: SheetField) -> list[str]:
    """Return the values of which a cell of the column has one, or several; an empty list for other columns."""
    return list(dict.fromkeys(label for _value, label in field.widget.settable_options()))


def example_value(name: str, field: SheetField) -> str:
    """Return a value that the column accepts; empty for a text that staff added, and for a colleague's name."""
    if name == "reference":
        return f"{field.model_field.model.REFERENCE_PREFIX}-2026-0012"  # type: ignore[attr-defined]
    if name in EXAMPLES:
        return str(EXAMPLES[name])
    if isinstance(field.widget, UserWidget):
        return ""
    if words := choices(field):
        return ", ".join(words[:2]) if field.widget.multiple else words[0]
    if isinstance(field.widget, DateWidget):
        return next(filter(field.is_valid_cell, EXAMPLE_DATES), "")
    return "3,5" if isinstance(field.widget, DecimalWidget) else ""


def describe_values(name: str, field: SheetField) -> str:
    """Return one or two sentences about the values that a column accepts."""
    if name in HELP_TEXTS:
        return str(HELP_TEXTS[name])
    widget = field.widget
    if isinstance(widget, DateWidget):
        return gettext("A date, day-month-year: 28-02-2027.")
    if isinstance(widget, DecimalWidget):
        return gettext("A number, with two decimals at most: 3,5.")
    if isinstance(widget, NumberWidget):
        low, high = widget.limits
        return gettext("A whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
    if isinstance(widget, FlagWidget):
        return gettext("ja or nee. Or x for yes in the whole column: then a blank cell is no.")
    if isinstance(widget, LanguagesWidget):
        return gettext("One or more, with commas between: %(words)s.") % {
            "words": ", ".join(sorted(widget.labels.values()))
        }
    if isinstance(widget, NamedRecordWidget) and not field.own:
        several = isinstance(widget, NamedRecordsWidget)
        sentence = gettext("One or more, with commas between: %(words)s.") if several else gettext("One of: %(words)s.")
        return sentence % {"words": ", ".join(label for _name, label in widget.options()[:MAX_NAMES]) or "–"}
    if words := choices(field):
        return gettext("One of: %(words)s.") % {"words": ", ".join(words)}
    limit = field.model_field.max_length
    return gettext("Text, %(limit)d characters at most.") % {"limit": limit} if limit else gettext("Text.")
