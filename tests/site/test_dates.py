"""Tests of dates: every form reads the notations that a sheet may have, and every page writes them in the same way."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.template import Context, Template
from django.utils import translation
from wagtail.admin.forms.models import formfield_for_dbfield

from dates.format import format_date, format_datetime
from dates.forms import AdminDateField
from dates.parse import parse_date
from dossiers.backoffice.labels import format_value
from dossiers.bulk_changes.fields import BulkField
from dossiers.filters.activity import ContactFilterSet
from dossiers.models import Dossier
from pilot_pages.candidate.views import parse_birth_date
from pilot_pages.sign_up.fields import SignUpDateField

NEW_YEAR = date(2027, 1, 1)
NOTATIONS = ("1-1-2027", "01/01/27", "1.1.2027", " 1 1 2027 ", "2027-01-01", "2027/1/1", "1 januari 2027", "1 jan 27")
NEAR_MIDNIGHT = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight of New Year in the Netherlands


def parse_in_admin_form(text: str) -> date | None:
    return formfield_for_dbfield(models.DateField()).clean(text)


def parse_in_bulk_change(text: str) -> date | None:
    return BulkField(Dossier, "available_from").form_field().clean(text)


def parse_in_list_filter(text: str) -> date | None:
    return ContactFilterSet.base_filters["held_on"].field.clean([text, ""]).start.date()


@pytest.mark.parametrize(
    "read", [parse_in_admin_form, parse_in_bulk_change, parse_in_list_filter, SignUpDateField().clean, parse_birth_date]
)
def test_every_form_accepts_the_same_notations_as_a_spreadsheet_and_refuses_others(read):
    for text in NOTATIONS:
        assert read(text) == NEW_YEAR == parse_date(text.strip()), text
    for text in ("31-02-2027", "1-13-2027", "2027", "morgen", "45678"):
        if read is parse_birth_date:
            assert read(text) is None
        else:
            reason = "Deze datum bestaat niet" if text.count("-") == 2 else "Dit is geen datum"
            with pytest.raises(ValidationError, match=rf"{reason}\. Schrijf dag-maand-jaar"):
                read(text)


def test_a_year_of_two_digits_is_not_far_in_the_future():
    assert AdminDateField().clean("05-03-67") == date(1967, 3, 5)


def test_date_widgets_show_dates_in_the_dutch_notation():
    for value in (NEW_YEAR, "2027-01-01"):
        assert 'value="01-01-2027"' in AdminDateField().widget.render("day", value)
        assert 'value="01-01-2027"' in ContactFilterSet.base_filters["held_on"].field.widget.render("day", [value, ""])
    assert 'value="2027-13-01"' in AdminDateField().widget.render("day", "2027-13-01")


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_dates_have_one_notation_in_every_language_and_times_are_local(language):
    template = Template(
        '{{ day|date }} {{ day }} {{ moment|date }} {{ moment|date:"DATETIME_FORMAT" }} {{ moment|time }}'
    )
    with translation.override(language):
        assert format_date(NEW_YEAR) == format_date(NEAR_MIDNIGHT) == format_value(NEAR_MIDNIGHT) == "01-01-2027"
        assert format_datetime(NEAR_MIDNIGHT) == "01-01-2027 00:30"
        written = template.render(Context({"day": NEW_YEAR, "moment": NEAR_MIDNIGHT}))
    assert written == "01-01-2027 01-01-2027 01-01-2027 01-01-2027 00:30 00:30"
    assert format_date(None) == format_datetime(None) == ""


def test_no_other_code_defines_a_date_notation():
    own = re.compile(r":%d[-/. ]%m|\|date:\"[dj]|input_formats|strptime")
    sources = [
        path
        for folder in ("dossiers", "pilot_pages", "site")
        for path in Path(settings.BASE_DIR, folder).rglob("*.[ph][yt]*")
        if path.suffix in (".py", ".html")
    ]
    assert len(sources) > 500
    assert [str(path) for path in sources if own.search(path.read_text("utf-8"))] == []
