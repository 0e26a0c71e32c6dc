"""References of records."""

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
    references = [make_dossier().reference, make_dossier().reference, make_interest().reference]
    assert references == ["D-2026-0001", "D-2026-0002", "W-2026-0001"]
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2027, 1, 1))
    assert make_dossier().reference == "D-2027-0001"


def test_a_record_keeps_its_number_when_it_is_saved_again(db):
    dossier = make_dossier()
    dossier.save()
    assert dossier.reference == "D-2026-0001"


def test_reserved_numbers_are_given_to_no_other_record(db):
    assert ReferenceCounter.reserve("D", 3) == (2026, 1)
    assert make_dossier().reference == "D-2026-0004"


def test_the_number_of_a_deleted_record_is_not_used_again(db):
    make_dossier().delete()
    assert make_dossier().reference == "D-2026-0002"


def test_the_ten_thousandth_reference_has_five_digits(db):
    ReferenceCounter.reserve("D", 9_999)
    assert make_dossier().reference == "D-2026-10000"


def test_a_rolled_back_transaction_frees_its_number(db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_dossier()
        raise ZeroDivisionError
    assert make_dossier().reference == "D-2026-0001"
