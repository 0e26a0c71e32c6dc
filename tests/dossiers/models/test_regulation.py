"""Dated regulations: which are in force on a day, and which must be checked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from dossiers.models import Regulation

DAY = date(2026, 7, 1)


def make_regulation(**fields) -> Regulation:
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
def test_a_value_is_a_number_when_its_unit_requires_one(value, unit, number):
    assert make_regulation(value=value, unit=unit).number == number


def test_a_unit_without_a_number_is_refused(db):
    with pytest.raises(ValidationError) as refusal:
        make_regulation(value="zes", unit="months").full_clean()
    assert set(refusal.value.message_dict) == {"value"}
    make_regulation(value="6", unit="months").full_clean()
    make_regulation(value="zes", unit="text").full_clean()


def test_a_negative_number_is_refused(db):
    with pytest.raises(ValidationError) as refusal:
        make_regulation(value="-3", unit="months").full_clean()
    assert set(refusal.value.message_dict) == {"value"}
    make_regulation(value="0", unit="months").full_clean()


@pytest.mark.parametrize("name", ["statement", "explanation"])
def test_a_sentence_with_an_unknown_placeholder_is_refused(db, name):
    with pytest.raises(ValidationError) as refusal:
        make_regulation(value="6", unit="months", **{name: "Wacht {waarde} maanden."}).full_clean()
    assert set(refusal.value.message_dict) == {name}
    assert "{waarde}" in refusal.value.messages[0]
    make_regulation(value="6", unit="months", **{name: "Wacht {value} maanden."}).full_clean()


def test_the_latest_regulation_that_has_begun_is_in_force(db):
    always = make_regulation()
    begun = make_regulation(valid_from=DAY)
    later = make_regulation(valid_from=DAY + timedelta(days=1))
    for regulation in (later, begun, always):
        regulation.save()
    in_force = Regulation.objects.get_in_force
    assert in_force("proef", DAY - timedelta(days=1)) == always
    assert in_force("proef", DAY) == begun
    assert in_force("proef", DAY + timedelta(days=9)) == later
    assert in_force("nog-nooit-gehoord", DAY) is None


def test_a_regulation_that_begins_later_is_not_in_force_yet(db):
    make_regulation(valid_from=DAY).save()
    assert Regulation.objects.get_in_force("proef", DAY - timedelta(days=1)) is None


@pytest.mark.parametrize("first_day", [None, DAY])
def test_a_key_has_one_regulation_per_first_day(db, first_day):
    make_regulation(valid_from=first_day).save()
    with pytest.raises(ValidationError):
        make_regulation(valid_from=first_day).full_clean()
    make_regulation(valid_from=DAY + timedelta(days=1)).full_clean()


def test_a_regulation_not_checked_in_three_months_is_to_be_checked(base_data):
    Regulation.objects.all().delete()
    for days in (None, 0, 91, 92):
        checked = None if days is None else DAY - timedelta(days=days)
        make_regulation(key=f"dagen-{days}", checked_on=checked).save()
    keys = Regulation.objects.to_check(DAY).values_list("key", flat=True)
    assert set(keys) == {"dagen-None", "dagen-92"}


def test_an_editor_marks_a_regulation_as_checked_today(editor):
    regulation = make_regulation()
    regulation.save()
    regulation.mark_checked(editor)
    regulation.refresh_from_db()
    assert (regulation.checked_on, regulation.checked_by) == (timezone.localdate(), editor)


@pytest.mark.parametrize(
    ("fields", "wrong", "words"),
    [
        ({"value": "26", "unit": "weeks", "statement": "Het duurt langer."}, "unit", "Kies “maanden”"),
        ({"value": "zes", "unit": "text"}, "unit", "Kies “maanden”"),
        ({"value": "3,5", "unit": "months"}, "value", "geheel getal van 1 of meer"),
        ({"value": "0", "unit": "months"}, "value", "geheel getal van 1 of meer"),
    ],
)
def test_a_waiting_time_other_than_whole_months_is_refused(db, fields, wrong, words):
    with pytest.raises(ValidationError) as refusal:
        make_regulation(key=Regulation.WAITING_TIME, valid_from=DAY, **fields).full_clean()
    assert set(refusal.value.message_dict) == {wrong}
    assert words in refusal.value.messages[0]
    make_regulation(key=Regulation.WAITING_TIME, valid_from=DAY, value="1", unit="months").full_clean()


@pytest.mark.parametrize(
    ("unit", "statement", "word"),
    [
        ("weeks", "Het duurt {value} maanden.", "maanden"),
        ("months", "Tot {value} jaar daarna.", "jaar"),
        ("years", "Het tarief is {value}%.", "%"),
        ("percent", "Hoogstens € {value} per maand.", "€"),
        ("weeks", "For {value} Months.", "Months"),
    ],
)
def test_a_unit_other_than_that_of_a_sentence_is_refused(db, unit, statement, word):
    for name in ("statement", "explanation"):
        with pytest.raises(ValidationError) as refusal:
            make_regulation(value="6", unit=unit, **{name: statement}).full_clean()
        assert set(refusal.value.message_dict) == {"unit"}
        assert f"“{word}”" in refusal.value.messages[0]
    for fitting in ("Na {value} of meer.", "Zo lang is het: {value}"):
        make_regulation(value="6", unit=unit, statement=fitting).full_clean()
    make_regulation(value="zes", unit="text", statement=statement).full_clean()


@pytest.mark.parametrize(
    "change",
    [
        {"value": "16"}, {"unit": "months"}, {"statement": "Anders."}, {"explanation": "Want."}, {"source": "b.nl"},
        {"source_date": "2026"}, {"valid_from": DAY},
    ],
)  # fmt: skip
def test_a_changed_rule_is_to_be_checked_again(editor, change):
    regulation = make_regulation(value="18", unit="years", source="a.nl")
    regulation.save()
    regulation.mark_checked(editor)
    regulation.title = "Een andere titel"
    regulation.save()
    checked = Regulation.objects.get(pk=regulation.pk)
    assert checked.checked_on == timezone.localdate()
    for name, value in change.items():
        setattr(checked, name, value)
    checked.save()
    checked.refresh_from_db()
    assert (checked.checked_on, checked.checked_by) == (None, None)
    assert checked in Regulation.objects.to_check(timezone.localdate())
    checked.value, checked.checked_on, checked.checked_by = "21", timezone.localdate(), editor
    checked.save()  # this save says itself when it was checked
    checked.refresh_from_db()
    assert (checked.checked_on, checked.checked_by) == (timezone.localdate(), editor)


@pytest.mark.parametrize(
    ("value", "unit", "name", "text"),
    [
        ("5", "months", "statement", "De asielaanvraag loopt 4 maanden of langer."),
        ("18", "years", "statement", "De werknemer is 16 jaar of ouder."),
        ("5", "months", "statement", "De asielaanvraag loopt vier maanden."),
        ("25", "percent", "statement", "Iemand houdt 30% zelf."),
        ("1500", "euro", "statement", "Het kost hoogstens € 1.600."),
        ("246", "euro_a_month", "statement", "Het is 250 euro per maand."),
        ("5", "months", "title", "Wachttijd van 6 maanden"),
    ],
)
def test_a_text_that_states_another_amount_than_the_value_is_refused(db, value, unit, name, text):
    with pytest.raises(ValidationError) as refusal:
        make_regulation(value=value, unit=unit, **{name: text}).full_clean()
    assert set(refusal.value.message_dict) == {name}
    assert make_regulation(value=value, unit=unit).value_in_words in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("value", "unit", "statement"),
    [
        ("5", "months", "De asielaanvraag loopt 5 maanden of langer."),
        ("5", "months", "De asielaanvraag loopt vijf maanden of langer."),
        ("5", "months", "Het is {value} maanden. Tot 2023 was het 6 maanden."),
        ("5", "months", "Volgens artikel 6 lid 2 van 12-6-2026 geldt een wachttijd, na 3 weken."),
        ("1500", "euro", "Het kost € 1.500 of 1500 euro."),
        ("246.50", "euro_a_month", "Het is € 246,50 per maand."),
        ("18", "years", "In 2023 gold dit ook: 1 kandidaat was jarig. Jaar na jaar."),
        ("4", "text", "Na 5 maanden."),
    ],
)
def test_a_text_with_the_value_or_with_other_kinds_of_numbers_is_accepted(db, value, unit, statement):
    make_regulation(value=value, unit=unit, statement=statement).full_clean()


def test_every_rule_that_the_site_starts_with_is_valid(base_data):
    for regulation in Regulation.objects.all():
        regulation.full_clean()
