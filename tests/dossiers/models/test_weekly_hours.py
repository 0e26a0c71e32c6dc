"""Who works elsewhere already: more than a full week in all is only recorded when somebody says that it is meant."""

import pytest

from dossiers.models import Dossier, Placement, Step, WorkRight
from dossiers.models.placements.placement_steps import change_agreement, propose, take_step, undo_last_step
from dossiers.models.placements.weekly_hours import WeeklyHours

from .factories import make_interest
from .placements import get_end_reason, make_placement, make_ready_dossier, today
from .test_placement_steps import why

pytestmark = pytest.mark.usefixtures("base_data")


@pytest.fixture
def dossier() -> Dossier:
    """Somebody who works 32 hours a week."""
    dossier = make_ready_dossier(work_right=WorkRight.FREE)
    make_placement(Step.WORKING, dossier, hours_per_week=32)
    return dossier


def second(dossier: Dossier, hours: int | None, step: Step = Step.INTERVIEW) -> Placement:
    one = make_placement(step, dossier, hours_per_week=None)
    Placement.objects.filter(pk=one.pk).update(hours_per_week=hours)
    return Placement.objects.get(pk=one.pk)


def test_hours_of_all_running_placements_count_and_no_others(dossier):
    make_placement(Step.WORKING, dossier, hours_per_week=4)
    make_placement(Step.ENDED, dossier, hours_per_week=4)
    make_placement(Step.INTERVIEW, dossier, hours_per_week=4)
    make_placement(Step.WORKING, make_ready_dossier(work_right=WorkRight.FREE), hours_per_week=40)
    one = second(dossier, 4)
    assert WeeklyHours.of(one, one.hours_per_week).total == 40
    assert WeeklyHours.of(one, None).total == 36
    assert WeeklyHours.of(Placement(dossier=make_ready_dossier()), 40).text == ""


@pytest.mark.parametrize(("hours", "codes"), [(9, ["hours"]), (8, None), (None, None)])
def test_a_start_above_a_full_week_is_asked_about(dossier, hours, codes):
    one = second(dossier, hours)
    if codes:
        assert why(take_step, one, Step.WORKING, today()) == codes
    assert take_step(one, Step.WORKING, today(), hours_confirmed=bool(codes)).status == Step.WORKING


def test_only_the_start_is_asked_about_and_not_the_steps_before_it_or_the_end(dossier):
    one = take_step(second(dossier, 40, Step.PROPOSED), Step.ENDED, today(), end_reason=get_end_reason())
    assert one.status == Step.ENDED


def test_a_proposal_above_a_full_week_is_asked_about(dossier):
    assert why(propose, dossier, make_interest(), hours_per_week=9) == ["hours"]
    assert propose(dossier, make_interest(), hours_per_week=9, hours_confirmed=True).hours_per_week == 9
    assert propose(dossier, make_interest(), hours_per_week=8).hours_per_week == 8


def test_other_hours_above_a_full_week_are_asked_about_and_other_changes_are_not(dossier):
    one = second(dossier, 8)
    seen = one.changed_at.isoformat()
    assert why(change_agreement, one, {"hours_per_week": 40}, seen_at=seen) == ["hours"]
    one = change_agreement(one, {"hours_per_week": 40}, hours_confirmed=True, seen_at=seen)
    one = change_agreement(one, {"notes": "In de avond"}, seen_at=one.changed_at.isoformat())
    assert (one.hours_per_week, one.notes) == (40, "In de avond")


def test_going_back_to_work_above_a_full_week_is_asked_about():
    dossier = make_ready_dossier(work_right=WorkRight.FREE)
    first = make_placement(Step.ENDED, dossier, hours_per_week=32)
    make_placement(Step.WORKING, dossier, hours_per_week=32)
    assert why(undo_last_step, first) == ["hours"]
    assert undo_last_step(first, hours_confirmed=True).status == Step.WORKING
