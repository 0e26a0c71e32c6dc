"""Numbers by which people name a record."""

from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone

from dossiers.models import ReferenceCounter

from .factories import make_dossier, make_interest


@pytest.fixture(autouse=True)
def in_2026(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 3, 1))


def test_records_are_numbered_by_kind_and_year(db, monkeypatch):
    made = [make_dossier().reference, make_dossier().reference, make_interest().reference]
    assert made == ["D-2026-0001", "D-2026-0002", "W-2026-0001"]
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2027, 1, 1))
    assert make_dossier().reference == "D-2027-0001"


def test_a_record_keeps_its_number_when_it_is_saved_again(db):
    dossier = make_dossier()
    dossier.save()
    assert dossier.reference == "D-2026-0001"


def test_numbers_that_were_set_apart_are_given_to_nobody_else(db):
    assert ReferenceCounter.reserve("D", 3) == (2026, 1)
    assert make_dossier().reference == "D-2026-0004"


def test_a_number_is_given_once_also_when_a_record_went(db):
    make_dossier().delete()
    assert make_dossier().reference == "D-2026-0002"


def test_the_ten_thousandth_has_five_digits(db):
    ReferenceCounter.reserve("D", 9_999)
    assert make_dossier().reference == "D-2026-10000"


def test_a_step_that_is_rolled_back_takes_its_number_along(db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_dossier()
        raise ZeroDivisionError
    assert make_dossier().reference == "D-2026-0001"
