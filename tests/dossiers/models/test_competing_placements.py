"""A candidate who starts at one employer keeps open placements at others until these are ended."""

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


def make_two_placements(step: Step = Step.WORKING, proposed: int = 90) -> tuple[Placement, Placement]:
    """Create two placements of one candidate: one at this step, and a proposal `proposed` days ago elsewhere."""
    first_interest = make_interest(employer=make_employer(company_name="Kas Zon"))
    first = make_placement(step, make_ready_dossier(work_right=WorkRight.FREE), first_interest)
    return first, make_placement(Step.PROPOSED, first.dossier, make_interest(), begun=proposed)


def get_works_at(placement: Placement) -> str:
    return Placement.objects.with_work_elsewhere().get(pk=placement.pk).works_at


def test_a_start_at_work_closes_no_other_placement_and_sets_the_dossier_to_working():
    first, other = make_two_placements(Step.INTERVIEW)
    first = take_step(first, Step.WORKING, days_ago(1))
    other.refresh_from_db()
    assert (other.status, first.dossier.status) == (Step.PROPOSED, Status.WORKING)
    assert get_open_placements(first.dossier) == ([first], [other])


def test_an_open_placement_names_the_other_employer_of_its_candidate():
    first, other = make_two_placements()
    assert (get_works_at(first), get_works_at(other), get_works_at(make_placement())) == ("", "Kas Zon", "")
    ended = take_step(other, Step.ENDED, days_ago(0), end_reason=get_other_work_reason())
    assert get_works_at(ended) == ""


def test_a_proposal_made_after_the_start_elsewhere_is_not_overtaken():
    first, other = make_two_placements()
    assert [
        (placement, placement.began, placement.began_on) for placement in Placement.objects.overtaken_by_other_work()
    ] == [(other, first.pk, first.working_on)]
    Placement.objects.filter(pk=other.pk).update(proposed_on=days_ago(0))
    assert not Placement.objects.overtaken_by_other_work().exists()


def test_the_reason_for_other_work_is_created_again_after_staff_removed_it():
    ClosingReason.objects.filter(name=OTHER_WORK_REASON).delete()
    assert get_other_work_reason() == get_other_work_reason()
    assert ClosingReason.objects.get(name=OTHER_WORK_REASON).side == ClosingReason.Side.PLACEMENT
