"""How values stand on a page that people read."""

from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Model

from dossiers.models.contact_fields import E164, shown_phone

NOTHING = "–"


def shown(value: Any) -> str:
    """A cell's value: a day as 12-11-2026, a telephone number as 06 12345678, 3,5 with a comma, a dash for none."""
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    text = str(value).replace(".", ",") if isinstance(value, float) else str(value)
    return shown_phone(text) if E164.fullmatch(text) else text


def how_many(model: type[Model], count: int) -> str:
    """ "1 dossier", "1.250 dossiers"."""
    noun = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
    return f"{intcomma(count)} {noun}"


def person_name(user: AbstractUser) -> str:
    """A colleague as others know them."""
    return user.get_full_name() or user.get_username()
