"""A candidate or employer who wants to stop goes no step further until a coordinator records the outcome."""

import pytest
from django.core.exceptions import ValidationError

from dossiers.actions.generate import apply_rules
from dossiers.bulk_changes.fields import DoneField
from dossiers.bulk_changes.validators import find_refusals
from dossiers.filters import InterestFilterSet
from dossiers.matching import why_no_candidates
from dossiers.matching.search import find_candidates
from dossiers.models import (
    ClosingReason,
    ContactMoment,
    Dossier,
    EmployerInterest,
    FollowUp,
    InterestStatus,
    Placement,
    Status,
    Step,
)
from dossiers.models.activity.follow_up import ERASE, STOP, WITHDRAW, YES
from dossiers.models.candidate_page.answers import record_answer
from dossiers.models.candidate_page.withdrawal import (
    close_dossier,
    record_continuation,
    request_withdrawal,
)
from dossiers.models.employers.withdrawal import close_interest, record_employer_continuation, withdraw_interest
from dossiers.models.placements.placement_steps import (
    propose,
    record_agreement,
    record_shared_data,
    take_step,
    undo_last_step,
)
from dossiers.models.withdrawal import sync_withdrawal_actions

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
        record_continuation(dossier, build_contact(coordinator, days_ago(1)))
    record_continuation(dossier, build_contact(coordinator))
    assert propose(reload(dossier), make_interest())
    action = FollowUp.objects.get()
    assert action.done_by == coordinator and not action.has_lapsed, "recording the outcome is what it asked for"
    assert action.done_note == "Vastgelegd: de kandidaat gaat door."
    changes = list(Dossier.history.filter(id=dossier.pk).order_by("history_id"))
    assert [change.history_change_reason for change in changes][1:3] == [
        "De kandidaat zei op de eigen pagina te willen stoppen",
        "De kandidaat gaat toch door",
    ]
    assert (changes[2].withdrawal_retracted_on, changes[2].withdrawal_retracted_by) == (today(), coordinator)
    with pytest.raises(ValidationError, match="al vastgelegd"):
        record_continuation(dossier, build_contact(coordinator))
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
    record_continuation(reload(placement.dossier), build_contact(coordinator))
    assert [action.pk for action in FollowUp.objects.open()] == [yes.pk], "the yes still has to be recorded"
    record_agreement(placement, today(), user=coordinator)
    request_withdrawal(placement.dossier)
    record_continuation(reload(placement.dossier), build_contact(coordinator))
    assert not FollowUp.objects.open().exists(), "the agreement was recorded before"


def test_a_dossier_is_closed_once_no_placement_is_open(coordinator):
    placement = make_placement(Step.WORKING)
    request_withdrawal(placement.dossier)
    with pytest.raises(ValidationError, match="Beëindig"):
        close_dossier(placement.dossier, get_withdrawal_reason(), build_contact(coordinator))
    assert FollowUp.objects.open().exists()
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    with pytest.raises(ValidationError, match="niet aan het werk"):
        close_dossier(placement.dossier, get_withdrawal_reason(), build_contact(coordinator), keeps_working=True)
    with pytest.raises(ValidationError, match="pas op"):
        close_dossier(placement.dossier, get_withdrawal_reason(), build_contact(coordinator, days_ago(1)))
    close_dossier(placement.dossier, get_withdrawal_reason(), build_contact(coordinator, kind="call"))
    dossier = reload(placement.dossier)
    assert (dossier.status, dossier.closing_reason) == (Status.WITHDRAWN, get_withdrawal_reason())
    action = FollowUp.objects.get()
    assert action.done_note == "Het dossier is gesloten." and action.done_by == coordinator and not action.has_lapsed
    call = ContactMoment.objects.get()
    assert (call.kind, call.held_on, call.user, call.dossier) == ("call", today(), coordinator, dossier)
    assert call.text == "De kandidaat stopt. Reden: Wil niet meer meedoen."
    assert dossier.history.latest().history_change_reason == "De kandidaat stopt"


def test_a_working_candidate_can_leave_the_pilot_and_keep_the_work(coordinator):
    placement = make_placement(Step.WORKING)
    request_withdrawal(placement.dossier)
    close_dossier(placement.dossier, get_withdrawal_reason(), build_contact(coordinator), keeps_working=True)
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
    record_continuation(untouched, build_contact(coordinator))
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
    (refusal,) = find_refusals(field, action, field.get_new_value(action, "done", coordinator))
    assert "zodra de uitkomst van de wens om te stoppen is vastgelegd" in refusal
    assert not find_refusals(field, FollowUp.objects.get(), None), "it may stay open"


def test_a_candidate_who_wants_to_stop_is_not_matched_to_work(coordinator):
    dossier = make_withdrawing_dossier(sectors=["Landbouw"], dutch_level="B1")
    assert dossier not in Dossier.objects.seeking_work()
    assert not find_candidates(make_interest(), coordinator).compared
    record_continuation(dossier, build_contact(coordinator))
    assert dossier in Dossier.objects.seeking_work()


def test_a_merge_keeps_the_wish_to_stop_and_its_undo_restores_it():
    target, source = make_ready_dossier(), make_withdrawing_dossier()
    merge = merge_dossiers(target, source)
    assert reload(target).withdrawal_requested_on == today()
    assert get_refusal_codes(propose, reload(target), make_interest()) == ["withdrawal"]
    undo_merge(merge)
    assert not reload(target).wants_to_stop and reload(source).wants_to_stop


# --- The employer ----------------------------------------------------------------------------------------------------


def make_withdrawing_placement(step: Step = Step.PROPOSED, **fields) -> Placement:
    """A placement at an interest of which the employer pressed Withdraw."""
    placement = make_placement(step, **fields)
    assert not withdraw_interest(placement.interest)
    return Placement.objects.get(pk=placement.pk)


def build_contact(user, day=None, kind=ContactMoment.Kind.MAIL) -> ContactMoment:
    return ContactMoment(kind=kind, held_on=day or today(), user=user)


def get_employer_reason() -> ClosingReason:
    return ClosingReason.objects.get(side=ClosingReason.Side.EMPLOYER, name="Ziet ervan af")


def test_no_candidate_of_an_employer_who_wants_to_withdraw_is_proposed_shared_or_moved_a_step_further(coordinator):
    placement = make_withdrawing_placement(begun=10, interest=make_interest(positions=3))
    other = make_interest(employer=placement.interest.employer)
    refused = ["employer_withdrawal"]
    assert get_refusal_codes(propose, make_ready_dossier(), placement.interest) == refused
    assert get_refusal_codes(record_agreement, placement, today()) == refused
    assert "employer_withdrawal" in get_refusal_codes(record_shared_data, placement, {}, today())
    for step in (Step.INTERVIEW, Step.PERMIT_REQUESTED, Step.PERMIT_GRANTED, Step.WORKING):
        assert "employer_withdrawal" in get_missing_codes(placement, step)
    assert "zich te willen terugtrekken" in why_no_candidates(placement.interest, today())
    offers = EmployerInterest.objects.open_to_proposals(today())
    assert list(offers) == [other], "the wish is about one interest"
    assert propose(make_ready_dossier(), other)
    for value, interest in (("true", placement.interest), ("false", other)):
        assert list(InterestFilterSet({"wants_to_withdraw": value}, EmployerInterest.objects.all()).qs) == [interest]
    assert take_step(placement, Step.ENDED, today(), end_reason=get_end_reason()).status == Step.ENDED
    assert get_refusal_codes(undo_last_step, placement) == refused


def test_an_employer_who_goes_on_can_be_proposed_to_and_a_yes_waits_again(coordinator):
    placement = make_placement(begun=10, dossier=make_ready_dossier(coordinator=coordinator))
    record_answer(placement, agrees=True)
    for _click in range(2):
        withdraw_interest(placement.interest)
    action = FollowUp.objects.open().get()
    assert (action.occasion, action.owner) == (WITHDRAW, coordinator), "the interest has no owner"
    assert FollowUp.objects.get(occasion=YES).has_lapsed
    with pytest.raises(ValidationError, match="wens om te stoppen"):
        action.mark_done(coordinator)
        action.full_clean()
    with pytest.raises(ValidationError, match="pas op"):
        record_employer_continuation(placement.interest, build_contact(coordinator, days_ago(1)))
    record_employer_continuation(placement.interest, build_contact(coordinator))
    interest = EmployerInterest.objects.get()
    assert not interest.wants_to_stop and interest.withdrawal_retracted_by == coordinator
    assert FollowUp.objects.open().get().occasion == YES
    contact = ContactMoment.objects.get()
    assert (contact.interest, contact.kind, contact.text) == (interest, "mail", "De werkgever gaat toch door.")
    assert interest.history.latest().history_change_reason == "De werkgever gaat toch door"
    assert record_agreement(placement, today())
    with pytest.raises(ValidationError, match="al vastgelegd"):
        record_employer_continuation(interest, build_contact(coordinator))
    withdraw_interest(interest)  # once more
    assert FollowUp.objects.open().get().occasion == WITHDRAW


def test_an_interest_is_closed_once_no_placement_is_open(coordinator):
    placement = make_withdrawing_placement(begun=10)
    interest, reason = placement.interest, get_employer_reason()
    with pytest.raises(ValidationError, match="nog een plaatsing"):
        close_interest(interest, reason, build_contact(coordinator))
    with pytest.raises(ValidationError, match="werkt daar niemand"):
        close_interest(interest, reason, build_contact(coordinator), keeps_working=True)
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    close_interest(interest, reason, build_contact(coordinator))
    interest = EmployerInterest.objects.get()
    assert (interest.status, interest.closing_reason) == (InterestStatus.CLOSED, reason)
    action = FollowUp.objects.get(occasion=WITHDRAW)
    assert action.done_by == coordinator and action.done_note == "De interesse is gesloten."
    assert ContactMoment.objects.get().text == "De werkgever trekt zich terug. Reden: Ziet ervan af."


def test_the_action_of_a_withdrawal_says_which_other_actions_stay_open(coordinator):
    placement = make_withdrawing_placement(begun=10)
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    other = FollowUp.objects.create(interest=placement.interest, text="Sleutel terugvragen", due_on=today())
    close_interest(placement.interest, get_employer_reason(), build_contact(coordinator))
    note = "De interesse is gesloten. Er staat nog 1 andere actie open: voer die uit, of zet die op gedaan."
    assert FollowUp.objects.get(occasion=WITHDRAW).done_note == note
    assert not FollowUp.objects.get(pk=other.pk).is_done


def test_an_interest_that_is_opened_again_after_its_withdrawal_was_recorded_has_no_wish_any_more(coordinator):
    placement = make_withdrawing_placement(begun=10)
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    close_interest(placement.interest, get_employer_reason(), build_contact(coordinator))
    assert FollowUp.objects.open().get().occasion == ERASE
    EmployerInterest.objects.update(status=InterestStatus.CONTACTED)
    sync_withdrawal_actions()
    interest = EmployerInterest.objects.get()
    assert not interest.wants_to_stop and interest.withdrawal_retracted_on == today()
    assert not FollowUp.objects.open().exists()
    reason = "De interesse is weer geopend: de werkgever gaat toch door."
    assert interest.history.latest().history_change_reason == reason
    assert FollowUp.objects.get(occasion=ERASE).done_note == reason
    dossier = make_withdrawing_dossier()
    close_dossier(dossier, get_withdrawal_reason(), build_contact(coordinator))
    Dossier.objects.filter(pk=dossier.pk).update(status=Status.AVAILABLE)  # as a list does
    sync_withdrawal_actions()
    assert reload(dossier).awaits_withdrawal_outcome and FollowUp.objects.open().get().dossier == dossier


def test_an_employer_can_withdraw_while_the_work_goes_on(coordinator):
    placement = make_withdrawing_placement(Step.WORKING)
    with pytest.raises(ValidationError, match="Gaat het werk door"):
        close_interest(placement.interest, get_employer_reason(), build_contact(coordinator))
    close_interest(placement.interest, get_employer_reason(), build_contact(coordinator), keeps_working=True)
    assert EmployerInterest.objects.get().is_closed and Placement.objects.get().status == Step.WORKING


def test_closing_an_interest_otherwise_lets_the_action_lapse_and_reopening_it_reopens_the_action(coordinator):
    interest = make_withdrawing_placement().interest
    FollowUp.objects.get().mark_done(coordinator)
    apply_rules(today())
    assert FollowUp.objects.open().exists(), "nobody recorded an outcome"
    for status in (InterestStatus.CLOSED, InterestStatus.CONTACTED):
        EmployerInterest.objects.update(status=status)  # as a list or a bulk change does
        sync_withdrawal_actions(interest)
        assert FollowUp.objects.open().exists() is (status == InterestStatus.CONTACTED)


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (Step.PROPOSED, "er is een kandidaat voorgesteld."),
        (Step.WORKING, "er is een kandidaat geplaatst."),
        (Step.ENDED, "Er was een plaatsing, die is beëindigd."),
    ],
)
def test_the_action_about_an_employer_says_what_is_so(step, sentence):
    placement = make_withdrawing_placement(step)
    assert sentence in FollowUp.objects.get().text and placement.interest.reference in FollowUp.objects.get().text


def test_an_employer_of_a_closed_interest_who_withdraws_is_only_to_be_forgotten():
    placement = make_placement(Step.ENDED)
    EmployerInterest.objects.update(status=InterestStatus.CLOSED, contact_given={"email": "jan@example.org"})
    assert not withdraw_interest(placement.interest)
    action = FollowUp.objects.get()
    assert "Vergeet de contactpersoon." in action.text and not action.needs_outcome
    apply_rules(today())
    assert FollowUp.objects.open().exists()


def test_an_employer_whose_contact_was_forgotten_withdraws_without_an_action_for_anybody():
    placement = make_placement(Step.ENDED)
    EmployerInterest.objects.update(status=InterestStatus.CLOSED, contact_given={})
    assert not withdraw_interest(placement.interest)
    assert not FollowUp.objects.exists()


def test_the_dossier_of_a_candidate_who_stops_because_work_was_found_is_completed(coordinator):
    dossier = make_withdrawing_dossier()
    found_work = ClosingReason.objects.get(side=ClosingReason.Side.CANDIDATE, name="Werk gevonden")
    close_dossier(dossier, found_work, build_contact(coordinator))
    assert reload(dossier).status == Status.COMPLETED
