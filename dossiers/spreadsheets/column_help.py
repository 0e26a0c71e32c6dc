"""What may stand in a column of a list, in words for who fills it in."""

from dataclasses import dataclass

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.models import PLACED_STATUSES, InterestStatus
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

NOT_BY_LIST = frozenset({*PLACED_STATUSES, InterestStatus.UNCONFIRMED})  # states that follow from something else
MOST_NAMED = 60  # of a list that staff keep themselves

# Columns of which the kind alone does not tell enough.
OWN_WORDS: dict[str, str | Promise] = {
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
class Explained:
    """A column, and what one who fills it in must know."""

    name: str
    header: str
    required: bool
    allowed: str
    choices: list[str]
    """What a cell can be chosen from: of columns that take one out of a short list."""
    is_date: bool


def explained(resource: RecordResource) -> list[Explained]:
    """Each column of an import, in order."""
    needed = set(resource.required_fields())
    return [
        Explained(
            name=name,
            header=str(field.column_name),
            required=name in needed,
            allowed=" ".join(filter(None, [str(field.model_field.help_text), allowed(name, field)])),
            choices=choices(field),
            is_date=isinstance(field.widget, DateWidget),
        )
        for name, field in resource.sheet_fields().items()
    ]


def choices(field: SheetField) -> list[str]:
    """The words of a column that takes one of a fixed list; empty for any other."""
    if isinstance(field.widget, ChoiceWidget):
        return [label for code, label in field.widget.labels.items() if code not in NOT_BY_LIST]
    if isinstance(field.widget, OwnChoiceWidget):
        return [label for _name, label in field.widget.options()]
    if isinstance(field.widget, FlagWidget):
        return [str(field.widget.render(True)), str(field.widget.render(False))]
    return []


def allowed(name: str, field: SheetField) -> str:
    """One or two sentences."""
    if name in OWN_WORDS:
        return str(OWN_WORDS[name])
    widget = field.widget
    if isinstance(widget, DateWidget):
        return gettext("A date, day-month-year: 28-02-2027.")
    if isinstance(widget, DecimalWidget):
        return gettext("A number, with two decimals at most: 3,5.")
    if isinstance(widget, NumberWidget):
        return _number(field)
    if isinstance(widget, FlagWidget):
        return gettext("ja or nee. Or x for yes in the whole column: then a blank cell is no.")
    if isinstance(widget, LanguagesWidget):
        return gettext("One or more, with commas between: %(words)s.") % {
            "words": ", ".join(sorted(widget.labels.values()))
        }
    if isinstance(widget, NamedRecordWidget) and not field.own:
        several = isinstance(widget, NamedRecordsWidget)
        sentence = gettext("One or more, with commas between: %(words)s.") if several else gettext("One of: %(words)s.")
        return sentence % {"words": ", ".join(label for _name, label in widget.options()[:MOST_NAMED]) or "–"}
    if words := choices(field):
        return gettext("One of: %(words)s.") % {"words": ", ".join(words)}
    limit = field.model_field.max_length
    return gettext("Text, %(limit)d characters at most.") % {"limit": limit} if limit else gettext("Text.")


def _number(field: SheetField) -> str:
    limits = {
        kind: validator.limit_value
        for validator in field.model_field.validators
        for kind in (MinValueValidator, MaxValueValidator)
        if isinstance(validator, kind)
    }
    low, high = limits.get(MinValueValidator), limits.get(MaxValueValidator)
    return gettext("A whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
