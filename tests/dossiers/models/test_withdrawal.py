"""A candidate who wants to stop goes no step further until a coordinator records the outcome."""

import pytest
from django.core.exceptions import ValidationError

from dossiers.actions.generate import apply_rules
from dossiers.bulk_changes.fields import DoneField
from dossiers.bulk_changes.validators import find_refusals
from dossiers.matching.search import find_candidates
from dossiers.models import ClosingReason, ContactMoment, Dossier, FollowUp, Placement, Status, Step
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
from .test_placement_steps import codes, why

pytestmark = pytest.mark.usefixtures("base_data")


def stopping(**fields) -> Dossier:
    """A dossier of a candidate who pressed Stop."""
    dossier = make_ready_dossier(**fields)
    request_withdrawal(dossier)
    return current(dossier)


def current(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def stops() -> ClosingReason:
    return ClosingReason.objects.get(side=ClosingReason.Side.CANDIDATE, name="Wil niet meer meedoen")


def test_who_wants_to_stop_is_not_proposed_nor_told_nor_taken_a_step_further(coordinator):
    agreed = record_agreement(make_placement(begun=10), days_ago(9))
    dossier = current(agreed.dossier)
    request_withdrawal(dossier)
    assert why(propose, current(dossier), make_interest()) == ["withdrawal"]
    assert why(record_shared_data, agreed, {}, today()) == ["withdrawal"]
    assert why(record_agreement, agreed, today()) == ["withdrawal"]
    for step in (Step.INTERVIEW, Step.PERMIT_REQUESTED, Step.PERMIT_GRANTED, Step.WORKING):
        assert "withdrawal" in codes(Placement.objects.get(pk=agreed.pk), step)
    assert "withdrawal" in why(take_step, agreed, Step.INTERVIEW, today())
    assert take_step(agreed, Step.ENDED, today(), end_reason=get_end_reason()).status == Step.ENDED
    assert why(undo_last_step, agreed) == ["withdrawal"]


def test_nothing_is_told_about_a_candidate_whose_dossier_is_closed():
    agreed = record_agreement(make_placement(begun=10), days_ago(9))
    Dossier.objects.filter(pk=agreed.dossier_id).update(status=Status.COMPLETED)
    assert why(record_shared_data, agreed, {}, today()) == ["closed"]


def test_who_goes_on_is_proposed_again_and_the_history_keeps_it(coordinator):
    dossier = stopping()
    with pytest.raises(ValidationError, match="pas op"):
        record_continuation(dossier, days_ago(1), coordinator)
    record_continuation(dossier, today(), coordinator)
    assert propose(current(dossier), make_interest())
    lapsed = FollowUp.objects.get()
    assert lapsed.has_lapsed and lapsed.done_note == "Vastgelegd: de kandidaat gaat door."
    changes = list(Dossier.history.filter(id=dossier.pk).order_by("history_id"))
    assert [change.history_change_reason for change in changes][1:3] == [
        "De kandidaat zei op de eigen pagina te willen stoppen",
        "Gebeld: de kandidaat gaat door",
    ]
    assert (changes[2].withdrawal_retracted_on, changes[2].withdrawal_retracted_by) == (today(), coordinator)
    with pytest.raises(ValidationError, match="al vastgelegd"):
        record_continuation(dossier, today(), coordinator)
    request_withdrawal(dossier)  # once more
    assert current(dossier).wants_to_stop and FollowUp.objects.open().count() == 1


def test_a_dossier_is_closed_once_no_placement_is_open(coordinator):
    placement = make_placement(Step.WORKING)
    request_withdrawal(placement.dossier)
    with pytest.raises(ValidationError, match="Beëindig"):
        close_dossier(placement.dossier, stops(), today(), coordinator)
    assert FollowUp.objects.open().exists()
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    with pytest.raises(ValidationError, match="niet aan het werk"):
        close_dossier(placement.dossier, stops(), today(), coordinator, keeps_working=True)
    with pytest.raises(ValidationError, match="pas op"):
        close_dossier(placement.dossier, stops(), days_ago(1), coordinator)
    close_dossier(placement.dossier, stops(), today(), coordinator)
    dossier = current(placement.dossier)
    assert (dossier.status, dossier.closing_reason) == (Status.WITHDRAWN, stops())
    assert FollowUp.objects.get().done_note == "Het dossier is gesloten."
    call = ContactMoment.objects.get()
    assert (call.kind, call.held_on, call.user, call.dossier) == ("call", today(), coordinator, dossier)
    assert call.text == "Gebeld: de kandidaat stopt. Reden: Wil niet meer meedoen."
    assert dossier.history.latest().history_change_reason == "Gebeld: de kandidaat stopt"


def test_who_is_at_work_can_stop_with_the_pilot_while_the_work_goes_on(coordinator):
    placement = make_placement(Step.WORKING)
    request_withdrawal(placement.dossier)
    close_dossier(placement.dossier, stops(), today(), coordinator, keeps_working=True)
    dossier = current(placement.dossier)
    assert (dossier.status, dossier.closing_reason) == (Status.COMPLETED, stops())
    assert Placement.objects.get().status == Step.WORKING and not FollowUp.objects.open().exists()
    assert "het werk gaat door. Reden: Wil niet meer meedoen." in ContactMoment.objects.get().text


def test_the_action_is_open_again_when_a_dossier_without_an_outcome_is_opened_again(coordinator):
    dossier, untouched = stopping(), stopping()
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


def test_marking_the_action_as_done_is_no_outcome_and_neither_is_opening_a_closed_dossier(coordinator):
    dossier = stopping()
    FollowUp.objects.get().mark_done(coordinator)
    assert why(propose, dossier, make_interest()) == ["withdrawal"]
    FollowUp.objects.get().reopen()
    Dossier.objects.update(status=Status.WITHDRAWN)  # as a list or a bulk change does
    apply_rules(today())
    assert not FollowUp.objects.open().exists()
    Dossier.objects.update(status=Status.AVAILABLE)
    assert why(propose, current(dossier), make_interest()) == ["withdrawal"]


def test_a_change_of_many_actions_does_not_mark_it_as_done(coordinator):
    stopping()
    action = FollowUp.objects.get()
    field = DoneField()
    (refusal,) = find_refusals(field, action, field.wanted(action, "done", coordinator))
    assert "zodra de uitkomst van de wens om te stoppen is vastgelegd" in refusal
    assert not find_refusals(field, FollowUp.objects.get(), None), "it may stay open"


def test_no_work_is_sought_for_who_wants_to_stop(coordinator):
    dossier = stopping(sectors=["Landbouw"], dutch_level="B1")
    assert dossier not in Dossier.objects.seeking_work()
    assert not find_candidates(make_interest(), coordinator).compared
    record_continuation(dossier, today(), coordinator)
    assert dossier in Dossier.objects.seeking_work()


def test_a_merge_keeps_the_wish_to_stop_and_its_undo_gives_it_back():
    kept, other = make_ready_dossier(), stopping()
    merge = merge_dossiers(kept, other)
    assert current(kept).withdrawal_requested_on == today()
    assert why(propose, current(kept), make_interest()) == ["withdrawal"]
    undo_merge(merge)
    assert not current(kept).wants_to_stop and current(other).wants_to_stop
