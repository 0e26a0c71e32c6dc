"""A candidate who wants to stop goes no step further until a coordinator records the outcome."""

import pytest
from django.core.exceptions import ValidationError

from dossiers.actions.generate import apply_rules
from dossiers.bulk_changes.fields import DoneField
from dossiers.bulk_changes.validators import find_refusals
from dossiers.matching.search import find_candidates
from dossiers.models import ClosingReason, ContactMoment, Dossier, FollowUp, Placement, Status, Step
from dossiers.models.activity.follow_up import STOP, YES
from dossiers.models.candidate_page.answers import record_answer
from dossiers.models.candidate_page.withdrawal import (
    close_dossier,
    record_continuation,
    request_withdrawal,
    sync_withdrawal_actions,
)
from dossiers.models.placements.placement_steps import (
    propose,
    record_agreement,
    record_shared_data,
    take_step,
    undo_last_step,
)

from .factories import make_interest
from .merges import merge_dossiers, undo_merge
from .placements import days_ago, get_end_reason, make_placement, make_ready_dossier, today
from .test_placement_steps import get_missing_codes, get_refusal_codes

pytestmark = pytest.mark.usefixtures("base_data")


def make_withdrawing_dossier(**fields) -> Dossier:
    """A dossier of a candidate who pressed Stop."""
    dossier = make_ready_dossier(**fields)
    request_withdrawal(dossier)
    return reload(dossier)


def reload(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def get_withdrawal_reason() -> ClosingReason:
    return ClosingReason.objects.get(side=ClosingReason.Side.CANDIDATE, name="Wil niet meer meedoen")


def test_a_candidate_who_wants_to_stop_is_not_proposed_shared_or_moved_a_step_further(coordinator):
    agreed = record_agreement(make_placement(begun=10), days_ago(9))
    dossier = reload(agreed.dossier)
    request_withdrawal(dossier)
    assert get_refusal_codes(propose, reload(dossier), make_interest()) == ["withdrawal"]
    assert get_refusal_codes(record_shared_data, agreed, {}, today()) == ["withdrawal"]
    assert get_refusal_codes(record_agreement, agreed, today()) == ["withdrawal"]
    for step in (Step.INTERVIEW, Step.PERMIT_REQUESTED, Step.PERMIT_GRANTED, Step.WORKING):
        assert "withdrawal" in get_missing_codes(Placement.objects.get(pk=agreed.pk), step)
    assert "withdrawal" in get_refusal_codes(take_step, agreed, Step.INTERVIEW, today())
    assert take_step(agreed, Step.ENDED, today(), end_reason=get_end_reason()).status == Step.ENDED
    assert get_refusal_codes(undo_last_step, agreed) == ["withdrawal"]


def test_no_data_of_a_candidate_with_a_closed_dossier_is_shared():
    agreed = record_agreement(make_placement(begun=10), days_ago(9))
    Dossier.objects.filter(pk=agreed.dossier_id).update(status=Status.COMPLETED)
    assert get_refusal_codes(record_shared_data, agreed, {}, today()) == ["closed"]


def test_a_candidate_who_continues_can_be_proposed_and_the_history_records_it(coordinator):
    dossier = make_withdrawing_dossier()
    with pytest.raises(ValidationError, match="pas op"):
        record_continuation(dossier, days_ago(1), coordinator)
    record_continuation(dossier, today(), coordinator)
    assert propose(reload(dossier), make_interest())
    action = FollowUp.objects.get()
    assert action.done_by == coordinator and not action.has_lapsed, "recording the outcome is what it asked for"
    assert action.done_note == "Vastgelegd: de kandidaat gaat door."
    changes = list(Dossier.history.filter(id=dossier.pk).order_by("history_id"))
    assert [change.history_change_reason for change in changes][1:3] == [
        "De kandidaat zei op de eigen pagina te willen stoppen",
        "Gebeld: de kandidaat gaat door",
    ]
    assert (changes[2].withdrawal_retracted_on, changes[2].withdrawal_retracted_by) == (today(), coordinator)
    with pytest.raises(ValidationError, match="al vastgelegd"):
        record_continuation(dossier, today(), coordinator)
    request_withdrawal(dossier)  # once more
    assert reload(dossier).wants_to_stop and FollowUp.objects.open().count() == 1


def test_the_action_of_a_yes_lapses_with_the_wish_to_stop_and_reopens_when_the_candidate_continues(coordinator):
    placement = make_placement()
    for agrees in (True, False, True):
        record_answer(placement, agrees=agrees)
    request_withdrawal(placement.dossier)
    assert [action.occasion for action in FollowUp.objects.open()] == [STOP], "nothing else can be done now"
    yes = FollowUp.objects.filter(occasion=YES).latest("pk")
    assert yes.has_lapsed and yes.done_note == "De kandidaat wil stoppen."
    record_continuation(reload(placement.dossier), today(), coordinator)
    assert [action.pk for action in FollowUp.objects.open()] == [yes.pk], "the yes still has to be recorded"
    record_agreement(placement, today(), user=coordinator)
    request_withdrawal(placement.dossier)
    record_continuation(reload(placement.dossier), today(), coordinator)
    assert not FollowUp.objects.open().exists(), "the agreement was recorded before"


def test_a_dossier_is_closed_once_no_placement_is_open(coordinator):
    placement = make_placement(Step.WORKING)
    request_withdrawal(placement.dossier)
    with pytest.raises(ValidationError, match="Beëindig"):
        close_dossier(placement.dossier, get_withdrawal_reason(), today(), coordinator)
    assert FollowUp.objects.open().exists()
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    with pytest.raises(ValidationError, match="niet aan het werk"):
        close_dossier(placement.dossier, get_withdrawal_reason(), today(), coordinator, keeps_working=True)
    with pytest.raises(ValidationError, match="pas op"):
        close_dossier(placement.dossier, get_withdrawal_reason(), days_ago(1), coordinator)
    close_dossier(placement.dossier, get_withdrawal_reason(), today(), coordinator)
    dossier = reload(placement.dossier)
    assert (dossier.status, dossier.closing_reason) == (Status.WITHDRAWN, get_withdrawal_reason())
    action = FollowUp.objects.get()
    assert action.done_note == "Het dossier is gesloten." and action.done_by == coordinator and not action.has_lapsed
    call = ContactMoment.objects.get()
    assert (call.kind, call.held_on, call.user, call.dossier) == ("call", today(), coordinator, dossier)
    assert call.text == "Gebeld: de kandidaat stopt. Reden: Wil niet meer meedoen."
    assert dossier.history.latest().history_change_reason == "Gebeld: de kandidaat stopt"


def test_a_working_candidate_can_leave_the_pilot_and_keep_the_work(coordinator):
    placement = make_placement(Step.WORKING)
    request_withdrawal(placement.dossier)
    close_dossier(placement.dossier, get_withdrawal_reason(), today(), coordinator, keeps_working=True)
    dossier = reload(placement.dossier)
    assert (dossier.status, dossier.closing_reason) == (Status.COMPLETED, get_withdrawal_reason())
    assert Placement.objects.get().status == Step.WORKING and not FollowUp.objects.open().exists()
    assert "het werk gaat door. Reden: Wil niet meer meedoen." in ContactMoment.objects.get().text


def test_reopening_a_dossier_without_an_outcome_reopens_the_withdrawal_action(coordinator):
    dossier, untouched = make_withdrawing_dossier(), make_withdrawing_dossier()
    for status in (Status.COMPLETED, Status.AVAILABLE):
        Dossier.objects.filter(pk=dossier.pk).update(status=status)
        sync_withdrawal_actions(dossier)
        assert FollowUp.objects.open().filter(dossier=dossier).exists() is (status == Status.AVAILABLE)
    FollowUp.objects.get(dossier=untouched).mark_done(coordinator)
    apply_rules(today())
    assert FollowUp.objects.open().count() == FollowUp.objects.count() == 2, "nobody recorded an outcome"
    record_continuation(untouched, today(), coordinator)
    apply_rules(today())
    assert not FollowUp.objects.open().filter(dossier=untouched).exists()


def test_marking_the_action_done_or_reopening_the_dossier_is_no_outcome(coordinator):
    dossier = make_withdrawing_dossier()
    FollowUp.objects.get().mark_done(coordinator)
    assert get_refusal_codes(propose, dossier, make_interest()) == ["withdrawal"]
    FollowUp.objects.get().reopen()
    Dossier.objects.update(status=Status.WITHDRAWN)  # as a list or a bulk change does
    apply_rules(today())
    assert not FollowUp.objects.open().exists()
    Dossier.objects.update(status=Status.AVAILABLE)
    assert get_refusal_codes(propose, reload(dossier), make_interest()) == ["withdrawal"]


def test_a_bulk_change_cannot_mark_the_withdrawal_action_as_done(coordinator):
    make_withdrawing_dossier()
    action = FollowUp.objects.get()
    field = DoneField()
    (refusal,) = find_refusals(field, action, field.wanted(action, "done", coordinator))
    assert "zodra de uitkomst van de wens om te stoppen is vastgelegd" in refusal
    assert not find_refusals(field, FollowUp.objects.get(), None), "it may stay open"


def test_a_candidate_who_wants_to_stop_is_not_matched_to_work(coordinator):
    dossier = make_withdrawing_dossier(sectors=["Landbouw"], dutch_level="B1")
    assert dossier not in Dossier.objects.seeking_work()
    assert not find_candidates(make_interest(), coordinator).compared
    record_continuation(dossier, today(), coordinator)
    assert dossier in Dossier.objects.seeking_work()


def test_a_merge_keeps_the_wish_to_stop_and_its_undo_restores_it():
    target, source = make_ready_dossier(), make_withdrawing_dossier()
    merge = merge_dossiers(target, source)
    assert reload(target).withdrawal_requested_on == today()
    assert get_refusal_codes(propose, reload(target), make_interest()) == ["withdrawal"]
    undo_merge(merge)
    assert not reload(target).wants_to_stop and reload(source).wants_to_stop
