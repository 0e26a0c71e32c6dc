"""Impossible days are refused by one rule in forms, lists and the API."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from dossiers.models import (
    ContactMoment,
    Evaluation,
    Expense,
    FollowUp,
    KeptLonger,
    Milestone,
    OwnField,
    RecordKind,
    Regulation,
    Step,
)
from dossiers.models.days import (
    subtract_years,
    validate_century,
    validate_past,
    validate_permit_end,
    validate_start,
    validate_within_a_life,
    validate_year,
)
from pilot_pages.sign_up.form import SignUpForm

from ..spreadsheets.imports import Lists
from ..spreadsheets.undo import NUMBERED
from .factories import make_dossier, make_interest
from .placements import make_placement, today
from .test_activity import make_finding

pytestmark = pytest.mark.usefixtures("base_data")
IMPOSSIBLE_DAYS = (date(202, 6, 1), date(1924, 6, 1), date(2206, 6, 1))


def get_refused_fields(record) -> set[str]:
    try:
        record.full_clean()
    except ValidationError as error:
        return set(error.message_dict)
    return set()


@pytest.mark.parametrize("day", IMPOSSIBLE_DAYS)
def test_an_impossible_year_is_refused_in_every_record(day, coordinator):
    dossier = make_dossier()
    for name in ("date_of_birth", "application_date", "decided_on", "document_expires_on", "available_from"):
        setattr(dossier, name, day)
    dossier.expectation_talk_on = dossier.privacy_notice_on = day
    refused_dates = {"date_of_birth", "application_date", "decided_on", "document_expires_on", "available_from"}
    assert refused_dates | {"expectation_talk_on", "privacy_notice_on"} == get_refused_fields(dossier)
    for record, names in (
        (make_interest(start_date=day, end_date=day), {"start_date", "end_date"}),
        (Expense(category="guidance", description="Reiskosten", amount=10, spent_on=day), {"spent_on"}),
        (ContactMoment(dossier=make_dossier(), text="Gebeld", held_on=day), {"held_on"}),
        (FollowUp(text="Bellen", due_on=day), {"due_on"}),
        (Milestone(title="Begin", planned_on=day, reached_on=day), {"planned_on", "reached_on"}),
        (make_finding(noticed_on=day, solved_on=day), {"noticed_on", "solved_on"}),
        (Evaluation(title="Tussenstand", reports=["findings"], cases=["1"], begin=day, end=day), {"begin", "end"}),
        (
            Regulation(key="x", title="Regel", statement="Zo is het.", value="1", source="Wet", valid_from=day),
            {"valid_from"},
        ),
        (KeptLonger(dossier=dossier, user=coordinator, reason="klacht", until=day), {"until"}),
    ):
        assert get_refused_fields(record) == names, record


def test_a_permit_ends_and_work_starts_within_some_years():
    for validate, years, words in ((validate_permit_end, 5, "vijf jaar"), (validate_start, 2, "twee jaar")):
        last = subtract_years(today(), -years)
        validate(last)
        with pytest.raises(ValidationError, match=f"meer dan {words} vooruit"):
            validate(last + timedelta(days=1))
    far = subtract_years(today(), -9)
    assert get_refused_fields(make_dossier(document_expires_on=far, available_from=far)) == {
        "document_expires_on",
        "available_from",
    }
    placement = make_placement(Step.PERMIT_GRANTED)
    placement.permit_valid_until = far
    assert get_refused_fields(placement) == {"permit_valid_until"}
    assert get_refused_fields(make_interest(start_date=far, end_date=far)) == {"start_date"}
    errors = SignUpForm({"start_date": f"{far:%d-%m-%Y}"}).errors
    assert errors["start_date"] == ["Deze dag is meer dan twee jaar vooruit. Controleer het jaar."]


@pytest.mark.parametrize("day", IMPOSSIBLE_DAYS)
def test_an_impossible_year_is_refused_in_an_own_field(day):
    own_field = OwnField.objects.create(record=RecordKind.DOSSIERS, label="Gezien op", kind=OwnField.Kind.DATE)
    dossier = make_dossier()
    dossier.extra = {own_field.key: day.isoformat()}
    assert get_refused_fields(dossier) == {"extra"}


def test_present_days_and_days_within_a_lifetime_are_accepted():
    for day in (today(), today() - timedelta(days=9 * 365)):
        validate_past(day)
    validate_year(today() + timedelta(days=9 * 365))
    validate_century(date(1968, 1, 1))
    validate_within_a_life(date(1970, 2, 1))
    for validate in (validate_past, validate_within_a_life):
        with pytest.raises(ValidationError):
            validate(today() + timedelta(days=1))


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"application_date": date(1990, 3, 11)}, "application_date"),
        ({"application_date": date(2025, 3, 2), "decided_on": date(2025, 3, 1)}, "decided_on"),
        ({"application_date": date(2025, 3, 2), "document_expires_on": date(2025, 3, 1)}, "document_expires_on"),
    ],
)
def test_days_in_the_wrong_order_are_refused_in_forms_and_in_lists(tmp_path, days, field):
    assert get_refused_fields(make_dossier(**days)) == {field}
    headers = {
        "application_date": "Datum asielaanvraag", "decided_on": "Datum besluit",
        "document_expires_on": "Document geldig tot",
    }  # fmt: skip
    cells = {headers[name]: f"{day:%d-%m-%Y}" for name, day in days.items()}
    run = Lists(tmp_path).preview(NUMBERED | {"Geboortedatum": "12-03-1990"} | cells)
    assert set(run.rows.get().errors) == {field}


def test_a_permit_does_not_end_before_it_was_granted():
    placement = make_placement(Step.PERMIT_GRANTED)
    placement.permit_valid_until = placement.permit_granted_on - timedelta(days=1)
    assert get_refused_fields(placement) == {"permit_valid_until"}
    placement.permit_valid_until = placement.permit_granted_on
    assert get_refused_fields(placement) == set()
