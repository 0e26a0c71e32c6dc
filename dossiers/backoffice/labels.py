"""Functions that format values for people."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Model
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext

from admin_pages.users import get_person_name
from dates.format import format_date
from dossiers.models import FindingCategory
from dossiers.models.contact_fields import E164, format_phone

NOTHING = "–"


def format_value(value: Any) -> str:
    """Return a value as text: a date as 12-11-2026, a phone number as 06 12345678, 3,5 for a number, else a dash."""
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, AbstractUser):
        return get_person_name(value)
    text = str(value).replace(".", ",") if isinstance(value, float | Decimal) else str(value)
    return format_phone(text) if E164.fullmatch(text) else text


def format_money(amount: Any) -> str:
    """Return an amount as € 1.250,00, or a dash for none."""
    return NOTHING if amount is None else f"€ {floatformat(amount, '2g')}"


def get_heading(record: Model) -> str:
    """Return the title of a page about the record; the field `heading` of a category of findings is a choice."""
    return str(record if isinstance(record, FindingCategory) else getattr(record, "heading", record))


def format_count(model: type[Model], count: int) -> str:
    """Return a count with its noun, such as "1 dossier" or "1.250 dossiers"."""
    noun = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
    return f"{intcomma(count)} {noun}"
