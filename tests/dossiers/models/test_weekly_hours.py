"""More than a full week of work in all placements together must be confirmed."""

import pytest

from dossiers.models import Dossier, Placement, Step, WorkRight
from dossiers.models.placements.placement_steps import change_agreement, propose, take_step, undo_last_step
from dossiers.models.placements.weekly_hours import WeeklyHours

from .factories import make_interest
from .placements import get_end_reason, make_placement, make_ready_dossier, today
from .test_placement_steps import get_refusal_codes

pytestmark = pytest.mark.usefixtures("base_data")


@pytest.fixture
def dossier() -> Dossier:
    """A dossier of a candidate who works 32 hours a week."""
    dossier = make_ready_dossier(work_right=WorkRight.FREE)
    make_placement(Step.WORKING, dossier, hours_per_week=32)
    return dossier


def make_second_placement(dossier: Dossier, hours: int | None, step: Step = Step.INTERVIEW) -> Placement:
    placement = make_placement(step, dossier, hours_per_week=None)
    Placement.objects.filter(pk=placement.pk).update(hours_per_week=hours)
    return Placement.objects.get(pk=placement.pk)


def test_only_hours_of_running_placements_count(dossier):
    make_placement(Step.WORKING, dossier, hours_per_week=4)
    make_placement(Step.ENDED, dossier, hours_per_week=4)
    make_placement(Step.INTERVIEW, dossier, hours_per_week=4)
    make_placement(Step.WORKING, make_ready_dossier(work_right=WorkRight.FREE), hours_per_week=40)
    placement = make_second_placement(dossier, 4)
    assert WeeklyHours.of(placement, placement.hours_per_week).total == 40
    assert WeeklyHours.of(placement, None).total == 36
    assert WeeklyHours.of(Placement(dossier=make_ready_dossier()), 40).text == ""


@pytest.mark.parametrize(("hours", "codes"), [(9, ["hours"]), (8, None), (None, None)])
def test_a_start_above_a_full_week_must_be_confirmed(dossier, hours, codes):
    placement = make_second_placement(dossier, hours)
    if codes:
        assert get_refusal_codes(take_step, placement, Step.WORKING, today()) == codes
    assert take_step(placement, Step.WORKING, today(), hours_confirmed=bool(codes)).status == Step.WORKING


def test_an_end_above_a_full_week_needs_no_confirmation(dossier):
    placement = take_step(
        make_second_placement(dossier, 40, Step.PROPOSED), Step.ENDED, today(), end_reason=get_end_reason()
    )
    assert placement.status == Step.ENDED


def test_a_proposal_above_a_full_week_must_be_confirmed(dossier):
    assert get_refusal_codes(propose, dossier, make_interest(), hours_per_week=9) == ["hours"]
    assert propose(dossier, make_interest(), hours_per_week=9, hours_confirmed=True).hours_per_week == 9
    assert propose(dossier, make_interest(), hours_per_week=8).hours_per_week == 8


def test_changed_hours_above_a_full_week_must_be_confirmed_and_other_changes_not(dossier):
    placement = make_second_placement(dossier, 8)
    seen_at = placement.changed_at.isoformat()
    assert get_refusal_codes(change_agreement, placement, {"hours_per_week": 40}, seen_at=seen_at) == ["hours"]
    placement = change_agreement(placement, {"hours_per_week": 40}, hours_confirmed=True, seen_at=seen_at)
    placement = change_agreement(placement, {"notes": "In de avond"}, seen_at=placement.changed_at.isoformat())
    assert (placement.hours_per_week, placement.notes) == (40, "In de avond")


def test_undoing_an_end_above_a_full_week_must_be_confirmed():
    dossier = make_ready_dossier(work_right=WorkRight.FREE)
    first = make_placement(Step.ENDED, dossier, hours_per_week=32)
    make_placement(Step.WORKING, dossier, hours_per_week=32)
    assert get_refusal_codes(undo_last_step, first) == ["hours"]
    assert undo_last_step(first, hours_confirmed=True).status == Step.WORKING
