"""Dated facts: what holds on a day, what is to be checked, and who checked it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from dossiers.models import Regulation

DAY = date(2026, 7, 1)


def make(**fields) -> Regulation:
    return Regulation(**{"key": "proef", "title": "Proef", "statement": "Zo is het."} | fields)


@pytest.mark.parametrize(
    ("value", "unit", "number"),
    [
        ("6", "months", Decimal(6)),
        ("0,3", "percent", Decimal("0.3")),
        ("246.50", "euro", Decimal("246.50")),
        ("zes", "months", None),
        ("NaN", "months", None),
        ("Infinity", "euro", None),
        ("", "months", None),
        ("6", "text", None),
    ],
)
def test_a_value_is_a_number_where_its_unit_asks_one(value, unit, number):
    assert make(value=value, unit=unit).number == number


def test_a_unit_without_a_number_is_refused(db):
    with pytest.raises(ValidationError) as refusal:
        make(value="zes", unit="months").full_clean()
    assert set(refusal.value.message_dict) == {"value"}
    make(value="6", unit="months").full_clean()
    make(value="zes", unit="text").full_clean()


def test_a_number_below_nothing_is_refused(db):
    with pytest.raises(ValidationError) as refusal:
        make(value="-3", unit="months").full_clean()
    assert set(refusal.value.message_dict) == {"value"}
    make(value="0", unit="months").full_clean()


@pytest.mark.parametrize("name", ["statement", "statement_en"])
def test_a_sentence_with_another_place_than_the_value_is_refused(db, name):
    with pytest.raises(ValidationError) as refusal:
        make(value="6", unit="months", **{name: "Wacht {waarde} maanden."}).full_clean()
    assert set(refusal.value.message_dict) == {name}
    assert "{waarde}" in refusal.value.messages[0]
    make(value="6", unit="months", **{name: "Wacht {value} maanden."}).full_clean()


def test_the_latest_fact_that_has_begun_holds(db):
    always = make()
    begun = make(valid_from=DAY)
    later = make(valid_from=DAY + timedelta(days=1))
    for one in (later, begun, always):
        one.save()
    in_force = Regulation.objects.get_in_force
    assert in_force("proef", DAY - timedelta(days=1)) == always
    assert in_force("proef", DAY) == begun
    assert in_force("proef", DAY + timedelta(days=9)) == later
    assert in_force("nog-nooit-gehoord", DAY) is None


def test_a_fact_that_begins_later_does_not_hold_yet(db):
    make(valid_from=DAY).save()
    assert Regulation.objects.get_in_force("proef", DAY - timedelta(days=1)) is None


@pytest.mark.parametrize("first_day", [None, DAY])
def test_one_key_has_one_fact_a_first_day(db, first_day):
    make(valid_from=first_day).save()
    with pytest.raises(ValidationError):
        make(valid_from=first_day).full_clean()
    make(valid_from=DAY + timedelta(days=1)).full_clean()


def test_what_was_never_checked_or_longer_than_three_months_ago_is_to_be_checked(base_data):
    Regulation.objects.all().delete()
    for days in (None, 0, 91, 92):
        checked = None if days is None else DAY - timedelta(days=days)
        make(key=f"dagen-{days}", checked_on=checked).save()
    found = Regulation.objects.to_check(DAY).values_list("key", flat=True)
    assert set(found) == {"dagen-None", "dagen-92"}


def test_an_editor_marks_a_fact_as_checked_today(editor):
    regulation = make()
    regulation.save()
    regulation.mark_checked(editor)
    regulation.refresh_from_db()
    assert (regulation.checked_on, regulation.checked_by) == (timezone.localdate(), editor)
