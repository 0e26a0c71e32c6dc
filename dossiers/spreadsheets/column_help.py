"""Explains to the people who fill in a list which values each column accepts."""

from dataclasses import dataclass

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.spreadsheets.resources import RecordResource, SheetField
from dossiers.spreadsheets.values import (
    ChoiceWidget,
    DateWidget,
    DecimalWidget,
    FlagWidget,
    LanguagesWidget,
    NamedRecordsWidget,
    NamedRecordWidget,
    NumberWidget,
    OwnChoiceWidget,
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
    "coordinator": _("The user name of a coordinator at the municipality."),
    "owner": _("The user name of a coordinator at the municipality."),
}


@dataclass(frozen=True)
class ColumnHelp:
    """A column with the explanation of its values."""

    name: str
    header: str
    required: bool
    accepted_values: str
    choices: list[str]
    """The values of a column with a short list of choices; empty for other columns."""
    is_date: bool


def explain_columns(resource: RecordResource) -> list[ColumnHelp]:
    """Return the columns of an import in order, with their explanations."""
    needed = set(resource.required_fields())
    return [
        ColumnHelp(
            name=name,
            header=str(field.column_name),
            required=name in needed,
            accepted_values=" ".join(filter(None, [str(field.model_field.help_text), describe_values(name, field)])),
            choices=choices(field),
            is_date=isinstance(field.widget, DateWidget),
        )
        for name, field in resource.sheet_fields().items()
    ]


def choices(field: SheetField) -> list[str]:
    """Return the values of a column that accepts one value of a short list; an empty list for other columns."""
    if isinstance(field.widget, ChoiceWidget):
        return [label for _code, label in field.widget.settable_options()]
    if isinstance(field.widget, OwnChoiceWidget):
        return [label for _name, label in field.widget.options()]
    if isinstance(field.widget, FlagWidget):
        return [str(field.widget.render(True)), str(field.widget.render(False))]
    return []


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
        limits = {
            kind: validator.limit_value
            for validator in field.model_field.validators
            for kind in (MinValueValidator, MaxValueValidator)
            if isinstance(validator, kind)
        }
        low, high = limits.get(MinValueValidator), limits.get(MaxValueValidator)
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
