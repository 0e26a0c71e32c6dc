"""Validation and naming of dossiers."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from dossiers.models import Dossier, Status

from .factories import make_dossier


@pytest.fixture
def set_today(monkeypatch):
    def set_day(day: date) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *args: day)

    return set_day


def get_errors(**fields) -> dict[str, list[str]]:
    person = {"given_name": "Selam", "family_name": "Haile", "date_of_birth": date(1990, 3, 12)}
    try:
        Dossier(**person | fields).full_clean()
    except ValidationError as refusal:
        return refusal.message_dict
    return {}


def test_a_name_and_a_date_of_birth_are_enough(db):
    assert get_errors() == {}


def test_a_name_and_a_date_of_birth_are_required(db):
    errors = get_errors(given_name="", family_name="", date_of_birth=None)
    assert set(errors) == {"given_name", "family_name", "date_of_birth"}


@pytest.mark.parametrize(
    ("day", "youngest"),
    [
        (date(2026, 7, 1), date(2008, 7, 1)),
        (date(2028, 2, 29), date(2010, 2, 28)),  # born on 1 March: 17 still
        (date(2026, 2, 28), date(2008, 2, 28)),  # born on 29 February: 18 on 1 March
        (date(2026, 3, 1), date(2008, 3, 1)),
    ],
)
def test_the_youngest_candidate_turns_18_today(db, set_today, day, youngest):
    set_today(day)
    assert get_errors(date_of_birth=youngest) == {}
    day_later = date.fromordinal(youngest.toordinal() + 1)
    assert "18" in get_errors(date_of_birth=day_later)["date_of_birth"][0]


@pytest.mark.parametrize("status", [Status.MATCHED, Status.WORKING])
def test_a_status_that_follows_from_a_placement_cannot_be_set_by_hand(db, status):
    assert "plaatsing" in get_errors(status=status)["status"][0]
    dossier = make_dossier(status=Status.AVAILABLE)
    dossier.status = status
    with pytest.raises(ValidationError, match="plaatsing"):
        dossier.full_clean()


@pytest.mark.parametrize("status", [Status.MATCHED, Status.WORKING])
def test_a_placed_dossier_can_be_edited_and_keeps_its_status(db, status):
    dossier = make_dossier(status=status)
    dossier.profession = "lasser"
    dossier.full_clean()
    assert dossier.status == status


def test_a_matched_dossier_cannot_be_set_to_working_by_hand(db):
    dossier = make_dossier(status=Status.MATCHED)
    dossier.status = Status.WORKING
    with pytest.raises(ValidationError, match="plaatsing"):
        dossier.full_clean()


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.MATCHED, Status.WORKING}))
def test_staff_can_set_every_other_status(db, status):
    assert get_errors(status=status) == {}


@pytest.mark.parametrize(("hours", "fits"), [(0, False), (1, True), (40, True), (41, False), (None, True)])
def test_hours_a_week_lie_between_1_and_40(db, hours, fits):
    assert ("hours_per_week" in get_errors(hours_per_week=hours)) != fits


@pytest.mark.parametrize(
    ("field", "value"),
    [("dutch_level", "D1"), ("education_level", "mbo"), ("in_reception", "maybe"), ("transport", "horse")],
)
def test_a_value_outside_its_list_is_refused(db, field, value):
    assert field in get_errors(**{field: value})


def test_a_name_is_stored_without_superfluous_blanks(db):
    dossier = Dossier(given_name="  Selam  ", name_prefix=" van   der ", family_name="Haile\t Woldu")
    dossier.clean()
    assert dossier.full_name == "Selam van der Haile Woldu"


def test_the_text_of_a_dossier_is_its_reference_without_names(db):
    dossier = make_dossier(given_name="Selam", family_name="Haile")
    assert str(dossier) == dossier.reference
    assert dossier.heading == f"{dossier.reference} · Selam Haile"


def test_a_dossier_has_no_field_for_forbidden_personal_data():
    forbidden = ("nationality", "ethnic", "religion", "health", "medical", "motive", "bsn", "v_number")
    names = [field.name for field in Dossier._meta.get_fields()]
    assert [name for name in names if any(word in name for word in forbidden)] == []


def test_open_dossiers_leave_out_completed_and_withdrawn_ones(db):
    dossiers = {status: make_dossier(status=status) for status in Status}
    closed = set(dossiers) - {Status(dossier.status) for dossier in Dossier.objects.open()}
    assert closed == {Status.COMPLETED, Status.WITHDRAWN}
