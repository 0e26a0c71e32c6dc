"""The last step of a placement can be undone, unless the position is taken by now."""

import pytest

from dossiers.models import Dossier, EmployerInterest, FollowUp, InterestStatus, Status, Step
from dossiers.models.candidate_page.answers import record_answer
from dossiers.models.placements.placement_steps import (
    record_agreement,
    record_shared_data,
    take_step,
    undo_agreement,
    undo_last_step,
    undo_sharing,
)

from .factories import make_interest
from .placements import days_ago, get_end_reason, make_placement, today
from .test_placement_steps import get_refusal_codes

pytestmark = pytest.mark.usefixtures("base_data")


def test_the_last_step_can_be_undone_and_the_first_cannot():
    placement = make_placement(Step.WORKING)
    placement = undo_last_step(take_step(placement, Step.ENDED, today(), end_reason=get_end_reason()))
    assert (placement.status, placement.ended_on, placement.end_reason) == (Step.WORKING, None, None)
    assert placement.dossier.status == Status.WORKING
    placement = undo_last_step(placement)
    assert (placement.status, placement.working_on) == (Step.PERMIT_GRANTED, None)
    assert get_refusal_codes(undo_last_step, make_placement()) == ["first"]


def test_an_end_cannot_be_undone_when_the_position_is_taken():
    interest = make_interest(positions=1)
    ended = take_step(make_placement(Step.WORKING, interest=interest), Step.ENDED, today(), end_reason=get_end_reason())
    make_placement(Step.WORKING, interest=EmployerInterest.objects.get(pk=interest.pk))
    assert get_refusal_codes(undo_last_step, ended) == ["place"]


def test_an_end_cannot_be_undone_for_a_withdrawn_candidate_or_a_closed_interest():
    placement = take_step(make_placement(Step.INTERVIEW), Step.ENDED, today(), end_reason=get_end_reason())
    Dossier.objects.filter(pk=placement.dossier_id).update(status=Status.WITHDRAWN)
    EmployerInterest.objects.filter(pk=placement.interest_id).update(status=InterestStatus.CLOSED)
    assert sorted(get_refusal_codes(undo_last_step, placement)) == ["closed", "interest_closed"]


def test_a_mistaken_agreement_can_be_taken_back_until_the_employer_was_told(coordinator):
    placement = make_placement()
    assert get_refusal_codes(undo_agreement, placement) == ["agreement"]
    agreed = record_agreement(placement, today())
    undone = undo_agreement(agreed)
    assert (undone.candidate_agreed_on, undone.find_agreement_day()) == (None, None)
    shared = record_shared_data(record_agreement(undone, today()), {}, today())
    assert get_refusal_codes(undo_agreement, shared) == ["shared"]
    assert get_refusal_codes(undo_agreement, make_placement(Step.WORKING)) == ["shared"]


def test_after_a_mistaken_agreement_the_answer_of_the_candidate_counts_again(coordinator):
    placement = make_placement()
    record_answer(placement, agrees=True)
    placement.refresh_from_db()
    agreed = record_agreement(placement, today(), user=coordinator)
    assert not FollowUp.objects.open().exists()
    undo_agreement(agreed)
    assert FollowUp.objects.open().get().text.startswith("De kandidaat zegt ja")
    placement = make_placement()
    record_answer(placement, agrees=False)
    placement.refresh_from_db()
    agreed = record_agreement(placement, today(), changed_mind=True)
    assert undo_agreement(agreed).is_declined


def test_a_telling_recorded_by_mistake_is_taken_back_and_counts_nowhere():
    placement = make_placement(begun=5)
    assert get_refusal_codes(undo_sharing, placement) == ["shared"]
    agreed = record_agreement(placement, days_ago(4))
    first = record_shared_data(agreed, {"profession": "kok"}, days_ago(3))
    second = record_shared_data(first, {"profession": "bakker"}, days_ago(2))
    assert [sharing.day for sharing in second.find_sharings()] == [days_ago(2), days_ago(3)]
    undone = undo_sharing(second)
    assert (undone.shared_on, undone.shared) == (days_ago(3), {"profession": "kok"})
    assert [sharing.day for sharing in undone.find_sharings()] == [days_ago(3)]
    again = record_shared_data(undone, {"profession": "bakker"}, today())
    assert [sharing.day for sharing in again.find_sharings()] == [today(), days_ago(3)]
    never_told = undo_sharing(undo_sharing(again))
    assert (never_told.shared_on, never_told.shared, never_told.find_sharings()) == (None, {}, [])
    assert never_told.candidate_agreed_on == days_ago(4)


def test_the_interest_is_new_again_when_its_employer_was_not_told_after_all():
    placement = make_placement()
    assert placement.interest.status == InterestStatus.NEW
    shared = record_shared_data(record_agreement(placement, today()), {}, today())
    assert shared.interest.status == InterestStatus.MATCHED
    assert undo_sharing(shared).interest.status == InterestStatus.NEW


def test_a_telling_on_which_later_steps_rest_stays():
    assert get_refusal_codes(undo_sharing, make_placement(Step.INTERVIEW)) == ["order"]


def test_who_was_told_before_the_candidates_no_by_mistake_has_that_no_again():
    placement = make_placement(begun=5)
    agreed = record_agreement(placement, days_ago(4))
    record_answer(agreed, agrees=False)
    agreed.refresh_from_db()
    shared = record_shared_data(agreed, {}, days_ago(1), was_told_before=True)
    assert not shared.is_declined
    undone = undo_sharing(shared)
    assert undone.is_declined and undone.candidate_agreed_on is None


def test_a_telling_of_which_no_earlier_version_is_kept_is_taken_back_too():
    shared = record_shared_data(record_agreement(make_placement(), today()), {}, today())
    shared.history.all().delete()
    assert undo_sharing(shared).shared_on is None
