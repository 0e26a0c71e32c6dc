"""Somebody who starts at one employer keeps what is open at others, until it is ended."""

import pytest

from dossiers.models import ClosingReason, Placement, Status, Step, WorkRight
from dossiers.models.placements.competing_placements import (
    OTHER_WORK_REASON,
    get_open_placements,
    get_other_work_reason,
)

from .factories import make_employer, make_interest
from .placements import days_ago, make_placement, make_ready_dossier, take_step

pytestmark = pytest.mark.usefixtures("base_data")


def two(step: Step = Step.WORKING, proposed: int = 90) -> tuple[Placement, Placement]:
    """Of one candidate: how far at the first employer, and a proposal so many days ago at another."""
    there = make_interest(employer=make_employer(company_name="Kas Zon"))
    first = make_placement(step, make_ready_dossier(work_right=WorkRight.FREE), there)
    return first, make_placement(Step.PROPOSED, first.dossier, make_interest(), begun=proposed)


def works_at(placement: Placement) -> str:
    return Placement.objects.with_work_elsewhere().get(pk=placement.pk).works_at


def test_nothing_closes_by_itself_and_the_dossier_is_at_work():
    first, other = two(Step.INTERVIEW)
    first = take_step(first, Step.WORKING, days_ago(1))
    other.refresh_from_db()
    assert (other.status, first.dossier.status) == (Step.PROPOSED, Status.WORKING)
    assert get_open_placements(first.dossier) == ([first], [other])


def test_each_open_placement_tells_where_its_candidate_is_at_work():
    first, other = two()
    assert (works_at(first), works_at(other), works_at(make_placement())) == ("", "Kas Zon", "")
    ended = take_step(other, Step.ENDED, days_ago(0), end_reason=get_other_work_reason())
    assert works_at(ended) == ""


def test_a_proposal_made_after_the_start_was_meant_to_be_beside_it():
    first, other = two()
    assert [(one, one.began, one.began_on) for one in Placement.objects.overtaken_by_other_work()] == [
        (other, first.pk, first.working_on)
    ]
    Placement.objects.filter(pk=other.pk).update(proposed_on=days_ago(0))
    assert not Placement.objects.overtaken_by_other_work().exists()


def test_the_reason_is_made_again_where_staff_removed_it():
    ClosingReason.objects.filter(name=OTHER_WORK_REASON).delete()
    assert get_other_work_reason() == get_other_work_reason()
    assert ClosingReason.objects.get(name=OTHER_WORK_REASON).side == ClosingReason.Side.PLACEMENT
