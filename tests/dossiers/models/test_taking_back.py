"""The last step of a placement is taken back, unless somebody else has the place by now."""

import pytest

from dossiers.models import Dossier, EmployerInterest, InterestStatus, Status, Step
from dossiers.models.placements.placement_steps import take_step, undo_last_step

from .factories import make_interest
from .placements import get_end_reason, make_placement, today
from .test_placement_steps import why

pytestmark = pytest.mark.usefixtures("base_data")


def test_the_last_step_can_be_taken_back_and_the_first_can_not():
    one = make_placement(Step.WORKING)
    one = undo_last_step(take_step(one, Step.ENDED, today(), end_reason=get_end_reason()))
    assert (one.status, one.ended_on, one.end_reason) == (Step.WORKING, None, None)
    assert one.dossier.status == Status.WORKING
    one = undo_last_step(one)
    assert (one.status, one.working_on) == (Step.PERMIT_GRANTED, None)
    assert why(undo_last_step, make_placement()) == ["first"]


def test_an_end_is_not_taken_back_into_a_place_that_somebody_else_has():
    interest = make_interest(positions=1)
    ended = take_step(make_placement(Step.WORKING, interest=interest), Step.ENDED, today(), end_reason=get_end_reason())
    make_placement(Step.WORKING, interest=EmployerInterest.objects.get(pk=interest.pk))
    assert why(undo_last_step, ended) == ["place"]


def test_an_end_is_not_taken_back_for_who_withdrew_or_at_a_closed_offer():
    one = take_step(make_placement(Step.INTERVIEW), Step.ENDED, today(), end_reason=get_end_reason())
    Dossier.objects.filter(pk=one.dossier_id).update(status=Status.WITHDRAWN)
    EmployerInterest.objects.filter(pk=one.interest_id).update(status=InterestStatus.CLOSED)
    assert sorted(why(undo_last_step, one)) == ["closed", "interest_closed"]
